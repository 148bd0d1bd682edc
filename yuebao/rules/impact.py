"""What a revision moves: totals of columns, results, colours and places among the units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from yuebao.results import IndicatorResult
from yuebao.rules.revision import ValueChange

Subject: TypeAlias = tuple[str, str, str]  # period, indicator, unit
_ONE, _ZERO = Decimal(1), Decimal(0)


@dataclass(frozen=True, slots=True)
class ResultMove:
    """One result before and after; None where there was or will be none."""

    period: str
    indicator: str
    unit: str
    before: IndicatorResult | None
    after: IndicatorResult | None

    @property
    def share(self) -> Decimal:
        """How far the value moves, as a share of what it was; 1 where it appears or goes."""
        return moved_share(_value(self.before), _value(self.after))

    @property
    def recoloured(self) -> bool:
        before, after = self.before, self.after
        return before is not None and after is not None and before.colour is not after.colour


@dataclass(frozen=True, slots=True)
class RankMove:
    """A unit's place among the units by progress, counted from 1."""

    period: str
    indicator: str
    unit: str
    before: int
    after: int


def moved_share(before: Decimal | None, after: Decimal | None) -> Decimal:
    """|after − before| ÷ |before|; 0 for no change, 1 where there was nothing before."""
    if before == after:
        return _ZERO
    if not before:
        return _ONE
    return abs((after or _ZERO) - before) / abs(before)


def total_shares(
    changes: Iterable[ValueChange], before: Mapping[tuple[str, str], Decimal]
) -> Mapping[tuple[str, str], Decimal]:
    """By table and column, how far the column's total moves; ``before`` holds the old totals."""
    moves: dict[tuple[str, str], Decimal] = {}
    for change in changes:
        if isinstance(change.before, Decimal) or isinstance(change.after, Decimal):
            place = change.table, change.column
            moves[place] = moves.get(place, _ZERO) + _number(change.after) - _number(change.before)
    return {
        place: moved_share(before.get(place), before.get(place, _ZERO) + move)
        for place, move in moves.items()
    }


def result_moves(
    before: Iterable[IndicatorResult], after: Iterable[IndicatorResult]
) -> tuple[ResultMove, ...]:
    """The results that differ in value, target, colour or how many reported, in their order."""
    old, new = _by_subject(before), _by_subject(after)
    return tuple(
        ResultMove(*subject, old.get(subject), new.get(subject))
        for subject in dict.fromkeys((*new, *old))
        if old.get(subject) != new.get(subject)
    )


def rank_moves(
    before: Iterable[IndicatorResult], after: Iterable[IndicatorResult], county: str
) -> tuple[RankMove, ...]:
    """The units whose place by progress changes; equal progress shares a place."""
    old, new = _ranks(before, county), _ranks(after, county)
    return tuple(
        RankMove(*subject, old[subject], place)
        for subject, place in new.items()
        if subject in old and old[subject] != place
    )


def _ranks(results: Iterable[IndicatorResult], county: str) -> dict[Subject, int]:
    groups: dict[tuple[str, str], list[IndicatorResult]] = {}
    for result in results:
        if result.unit != county and result.progress is not None:
            groups.setdefault((result.period, result.indicator), []).append(result)
    return {
        (result.period, result.indicator, result.unit): 1
        + sum(_progress(other) > _progress(result) for other in group)
        for group in groups.values()
        for result in group
    }


def _by_subject(results: Iterable[IndicatorResult]) -> dict[Subject, IndicatorResult]:
    return {(result.period, result.indicator, result.unit): result for result in results}


def _progress(result: IndicatorResult) -> Decimal:
    return result.progress or _ZERO


def _value(result: IndicatorResult | None) -> Decimal | None:
    return None if result is None else result.value


def _number(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else _ZERO
