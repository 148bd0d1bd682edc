"""The lines of a bulletin: one for each indicator, with its townships and its months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from yuebao.programme.models import Indicator, Programme, Unit, Work
from yuebao.results import Colour, IndicatorResult, TargetOrigin
from yuebao.rules.period import Period
from yuebao.rules.progress import Stand, expected_value
from yuebao.rules.rollup import concerned_units

Subject: TypeAlias = tuple[str, str]
Results: TypeAlias = Mapping[Subject, IndicatorResult]
Series: TypeAlias = Mapping[Subject, Sequence[IndicatorResult]]
ZERO = Decimal(0)
YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator in one township. ``owed`` is False where the township has no part in it."""

    unit: str
    name: str
    value: Decimal | None = None
    target: Decimal | None = None
    origin: TargetOrigin = TargetOrigin.NONE
    progress: Decimal | None = None
    pace_ratio: Decimal | None = None
    colour: Colour = Colour.GREY
    owed: bool = False
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator for the county. ``gain`` is the change against the period before.

    ``trend`` holds the months' values that rest on all units, ``pace`` what is expected of each
    month of the year.
    """

    indicator: Indicator
    value: Decimal | None
    gain: Decimal | None
    target: Decimal | None
    origin: TargetOrigin
    expected: Decimal | None
    progress: Decimal | None
    pace_ratio: Decimal | None
    colour: Colour
    needed: Decimal | None
    landing: Decimal | None
    units_expected: int
    units_reported: int
    trend: tuple[tuple[int, Decimal], ...]
    pace: tuple[tuple[int, Decimal], ...]
    townships: tuple[Cell, ...]

    @property
    def complete(self) -> bool:
        return self.units_reported >= self.units_expected

    @property
    def targets_by_rule(self) -> bool:
        """Whether township targets are given out by the stated rule, not by the plan itself."""
        return any(cell.origin is TargetOrigin.RULE for cell in self.townships)


@dataclass(frozen=True, slots=True)
class Section:
    """One of the plan's key works with its indicators."""

    work: Work
    lines: tuple[Line, ...]

    @property
    def by_township(self) -> tuple[Line, ...]:
        """The lines that have township figures."""
        return tuple(line for line in self.lines if any(cell.owed for cell in line.townships))

    def count(self, colour: Colour) -> int:
        """How many of its indicators have that colour."""
        return sum(line.colour is colour for line in self.lines)


def sections(
    programme: Programme,
    period: Period,
    results: Iterable[IndicatorResult],
    previous: Iterable[IndicatorResult],
) -> tuple[Section, ...]:
    """All indicators of the plan under their works; those without a result stand there empty."""
    now = {(r.indicator, r.unit): r for r in results}
    earlier = _by_subject(previous)
    return tuple(
        Section(
            work,
            tuple(
                _line(programme, period, indicator, now, earlier)
                for indicator in programme.indicators
                if indicator.work == work.number
            ),
        )
        for work in programme.works
    )


def _line(
    programme: Programme, period: Period, indicator: Indicator, now: Results, earlier: Series
) -> Line:
    subject = (indicator.id, programme.county)
    result = now.get(subject)
    before = earlier.get(subject, ())
    concerned = concerned_units(programme, indicator)
    owing = {unit.code for unit in concerned}
    return Line(
        indicator=indicator,
        value=result.value if result else None,
        gain=_gain(period, result, before),
        target=result.target if result else indicator.target.value,
        origin=result.target_origin if result else TargetOrigin.NONE,
        expected=result.expected if result else None,
        progress=result.progress if result else None,
        pace_ratio=result.pace_ratio if result else None,
        colour=result.colour if result else Colour.GREY,
        needed=result.needed if result else None,
        landing=result.landing if result else None,
        units_expected=result.units_expected if result else len(owing),
        units_reported=result.units_reported if result else 0,
        trend=_trend(period, result, before),
        pace=_pace(indicator, result),
        townships=tuple(
            _cell(unit, now.get((indicator.id, unit.code)), owed=unit.code in owing)
            for unit in programme.townships
        ),
    )


def _cell(unit: Unit, result: IndicatorResult | None, *, owed: bool) -> Cell:
    if result is None:
        return Cell(unit.code, unit.short_name, owed=owed)
    return Cell(
        unit=unit.code,
        name=unit.short_name,
        value=result.value,
        target=result.target,
        origin=result.target_origin,
        progress=result.progress,
        pace_ratio=result.pace_ratio,
        colour=result.colour,
        owed=owed or result.value is not None,
        reported=result.complete,
    )


def _gain(
    period: Period, result: IndicatorResult | None, before: Sequence[IndicatorResult]
) -> Decimal | None:
    """Against the period before, where both rest on all their units."""
    last = next((r for r in before if r.period == str(period.previous)), None)
    if result is None or last is None or not (result.complete and last.complete):
        return None
    if result.value is None or last.value is None:
        return None
    return result.value - last.value


def _trend(
    period: Period, result: IndicatorResult | None, before: Sequence[IndicatorResult]
) -> tuple[tuple[int, Decimal], ...]:
    points: dict[int, Decimal] = {}
    for known in before:
        month = Period.parse(known.period)
        if month.is_quarter or month.year != period.year or month.month > period.month:
            continue
        if known.value is not None and known.complete:
            points[month.month] = known.value
    if result is not None and result.value is not None and result.complete:
        points[period.month] = result.value
    return tuple(sorted(points.items()))


def _pace(indicator: Indicator, result: IndicatorResult | None) -> tuple[tuple[int, Decimal], ...]:
    if result is None or result.target is None:
        return ()
    base = indicator.target.base or ZERO
    points: list[tuple[int, Decimal]] = []
    for month in range(1, YEAR_MONTHS + 1):
        asked = expected_value(indicator, Stand(month, None, result.target, base=base))
        if asked is not None:
            points.append((month, asked))
    return tuple(points)


def _by_subject(results: Iterable[IndicatorResult]) -> Series:
    groups: dict[Subject, list[IndicatorResult]] = {}
    for result in results:
        groups.setdefault((result.indicator, result.unit), []).append(result)
    return groups
