"""A month's and a quarter's results: values, set against targets and pace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from yuebao.programme.allocate import AllocatedTarget, allocated_targets
from yuebao.programme.models import Indicator, Movement, Programme, Rollup
from yuebao.results import Components, IndicatorResult, TargetOrigin
from yuebao.rules.period import Period
from yuebao.rules.progress import Stand, judged
from yuebao.rules.rollup import ZERO, exact_value_of, value_of

Targets: TypeAlias = Mapping[tuple[str, str], AllocatedTarget]
History: TypeAlias = Sequence[IndicatorResult]
_NO_TARGET = AllocatedTarget(ZERO, TargetOrigin.NONE)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A period's value with the components it comes from and the months before it."""

    parts: Components
    value: Decimal | None
    months: History


def monthly_results(
    programme: Programme,
    period: Period,
    components: Iterable[Components],
    history: History,
) -> tuple[IndicatorResult, ...]:
    """The month's results, one for each of ``components``; ``history``: earlier months' results."""
    before = _by_subject(history, period.year, period.month - 1)
    targets = allocated_targets(programme)
    indicators = {indicator.id: indicator for indicator in programme.indicators}
    found: list[IndicatorResult] = []
    for parts in components:
        indicator = indicators[parts.indicator]
        months = before.get((parts.indicator, parts.unit), ())
        figure = _Figure(parts, value_of(indicator, parts), months)
        found.append(_result(programme, indicator, period, figure, targets))
    return tuple(found)


def quarterly_results(
    programme: Programme, quarter: Period, monthly: History
) -> tuple[IndicatorResult, ...]:
    """The quarter's results from its months; earlier months are taken as history.

    Flows add; cumulatives and stocks take the last month reported; minima the least. How many
    units reported is that of the quarter's last month.
    """
    known = _by_subject(monthly, quarter.year, quarter.month)
    targets = allocated_targets(programme)
    indicators = {indicator.id: indicator for indicator in programme.indicators}
    found: list[IndicatorResult] = []
    for (indicator_id, _unit), results in known.items():
        inside = [result for result in results if _month(result) in quarter.months]
        if not inside:
            continue
        indicator = indicators[indicator_id]
        figure = _quarter_figure(indicator, quarter, inside, results)
        found.append(_result(programme, indicator, quarter, figure, targets))
    return tuple(found)


def _result(
    programme: Programme,
    indicator: Indicator,
    period: Period,
    figure: _Figure,
    targets: Targets,
) -> IndicatorResult:
    parts = figure.parts
    allocated = _target(programme, indicator, parts.unit, targets)
    target = None if allocated is _NO_TARGET else allocated.value
    stand = _stand(programme, indicator, period, figure, target)
    verdict = judged(indicator, programme.colours, stand)
    return IndicatorResult(
        indicator=indicator.id,
        unit=parts.unit,
        period=str(period),
        value=figure.value,
        numerator=parts.numerator,
        denominator=parts.denominator,
        target=target,
        target_origin=allocated.origin,
        expected=verdict.expected,
        progress=verdict.progress,
        pace_ratio=verdict.pace_ratio,
        colour=verdict.colour,
        needed=verdict.needed,
        landing=verdict.landing,
        units_expected=parts.units_expected,
        units_reported=parts.units_reported,
    )


def _target(
    programme: Programme, indicator: Indicator, unit: str, targets: Targets
) -> AllocatedTarget:
    if (found := targets.get((indicator.id, unit))) is not None:
        return found
    if unit == programme.county and indicator.target.value is not None:
        return AllocatedTarget(indicator.target.value, TargetOrigin.PLAN)
    return _NO_TARGET


def _stand(
    programme: Programme,
    indicator: Indicator,
    period: Period,
    figure: _Figure,
    target: Decimal | None,
) -> Stand:
    base = indicator.target.base or ZERO
    of_county = figure.parts.unit == programme.county
    return Stand(
        month=period.month,
        value=_year_to_date(indicator, figure, period),
        target=target,
        base=base if of_county else ZERO,
        rough_base=ZERO if of_county else _proportional(base, target, indicator.target.value),
        complete=figure.parts.units_reported >= figure.parts.units_expected,
        history=_points(indicator, figure.months, period),
    )


def _proportional(base: Decimal, target: Decimal | None, of: Decimal | None) -> Decimal:
    return base * target / of if target is not None and of else ZERO


def _year_to_date(indicator: Indicator, figure: _Figure, period: Period) -> Decimal | None:
    """The figure of the year so far, not rounded."""
    if indicator.movement is not Movement.FLOW or figure.value is None:
        return exact_value_of(indicator, figure.parts)
    earlier = [result for result in figure.months if _month(result) < period.months[0]]
    months = [*(_components_of(r) for r in earlier), figure.parts]
    return exact_value_of(indicator, together(indicator, months))


def _points(
    indicator: Indicator, months: History, period: Period
) -> tuple[tuple[int, Decimal], ...]:
    """Earlier complete months of the same year as (month, year-to-date figure)."""
    last = period.months[-1]
    inside = [r for r in months if _month(r) < last]
    if indicator.movement is not Movement.FLOW:
        return tuple(
            (_month(r).month, r.value) for r in inside if _usable(r) and r.value is not None
        )
    points: list[tuple[int, Decimal]] = []
    for count, result in enumerate(inside, start=1):
        total = value_of(
            indicator, together(indicator, [_components_of(r) for r in inside[:count]])
        )
        if _usable(result) and total is not None:
            points.append((_month(result).month, total))
    return tuple(points)


def _usable(result: IndicatorResult) -> bool:
    return result.complete and result.value is not None


def _quarter_figure(
    indicator: Indicator, quarter: Period, inside: History, known: History
) -> _Figure:
    last = _last_month(quarter, inside)
    chosen = counted_months(indicator, inside) or inside[-1:]
    parts = replace(
        together(indicator, [_components_of(result) for result in chosen]),
        period=str(quarter),
        units_expected=inside[-1].units_expected,
        units_reported=last.units_reported if last else 0,
    )
    return _Figure(parts, value_of(indicator, parts), known)


def _last_month(quarter: Period, inside: History) -> IndicatorResult | None:
    return next((r for r in inside if _month(r) == quarter.months[-1]), None)


def counted_months(indicator: Indicator, inside: History) -> History:
    """Those of a quarter's months whose figures make the quarter's."""
    reported = [result for result in inside if result.numerator is not None]
    if indicator.movement is Movement.FLOW or indicator.rollup is Rollup.MINIMUM:
        return reported
    return reported[-1:]


def together(indicator: Indicator, months: Sequence[Components]) -> Components:
    """Several months as one: added up, or the least of them. The rest is the last month's."""
    numerators = [m.numerator for m in months if m.numerator is not None]
    denominators = [m.denominator for m in months if m.denominator is not None]
    least = indicator.rollup is Rollup.MINIMUM
    return replace(
        months[-1],
        numerator=_folded(numerators, least=least),
        denominator=_folded(denominators, least=least),
    )


def _folded(values: Sequence[Decimal], *, least: bool) -> Decimal | None:
    if not values:
        return None
    return min(values) if least else sum(values, ZERO)


def _components_of(result: IndicatorResult) -> Components:
    return Components(
        indicator=result.indicator,
        unit=result.unit,
        period=result.period,
        numerator=result.numerator,
        denominator=result.denominator,
        units_expected=result.units_expected,
        units_reported=result.units_reported,
    )


def _month(result: IndicatorResult) -> Period:
    return Period.parse(result.period)


def _by_subject(
    results: Iterable[IndicatorResult], year: int, last_month: int
) -> dict[tuple[str, str], History]:
    """Monthly results of a year up to a month, by indicator and unit, each in order of time."""
    groups: dict[tuple[str, str], list[IndicatorResult]] = {}
    months = [(month, r) for r in results if not (month := _month(r)).is_quarter]
    inside = [(m, r) for m, r in months if m.year == year and m.month <= last_month]
    for _, result in sorted(inside, key=lambda pair: pair[0]):
        groups.setdefault((result.indicator, result.unit), []).append(result)
    return dict(groups.items())
