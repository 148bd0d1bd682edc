"""What an indicator's cells come to, unit by unit and for the county, before any division.

Terms whose cells can simply be added arrive as sums; terms with conditions, and those that count
or compare rows, arrive cell by cell, so that every threshold is compared here, on Decimal.
A unit that reported and has no cell at all for a term (零报告, or a list without rows) counts as 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from yuebao.programme.models import (
    Frequency,
    Indicator,
    Programme,
    Rollup,
    Term,
    Unit,
    UnitLevel,
)
from yuebao.results import Components
from yuebao.rules.obligations import is_named, owes
from yuebao.rules.period import Period
from yuebao.rules.terms import Side, TermCell, TermSum, content, holds

__all__ = [
    "TermCell",
    "TermSum",
    "components",
    "concerned_units",
    "enters",
    "exact_value_of",
    "needs_cells",
    "value_of",
]

YES = "是"
ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_PLACES = Decimal("0.000001")

_BY_CELL = frozenset(
    {
        Rollup.SHARE_OF_UNITS,
        Rollup.SHARE_OF_ROWS,
        Rollup.COUNT_ROWS,
        Rollup.COVERAGE,
        Rollup.MINIMUM,
    }
)
_COUNTING = frozenset(
    {Rollup.SHARE_OF_UNITS, Rollup.SHARE_OF_ROWS, Rollup.COUNT_ROWS, Rollup.COVERAGE}
)
_OF_VILLAGES = frozenset({Rollup.SHARE_OF_UNITS, Rollup.COVERAGE})
_PER_CENT = frozenset({Rollup.RATIO, Rollup.SHARE_OF_UNITS, Rollup.SHARE_OF_ROWS, Rollup.COVERAGE})

Row: TypeAlias = Mapping[str, TermCell]


@dataclass(frozen=True, slots=True)
class _Inputs:
    sums: Mapping[tuple[str, Side, str], Decimal]
    rows: Mapping[tuple[str, Side, str], tuple[Row, ...]]
    reported: Mapping[str, frozenset[str]]


def needs_cells(indicator: Indicator, side: Side) -> bool:
    """Whether a term must be delivered cell by cell; the others are delivered as sums."""
    term = indicator.numerator if side == "numerator" else indicator.denominator
    if term is None:
        return False
    return bool(term.where) or indicator.rollup in _BY_CELL


def components(
    programme: Programme,
    period: Period,
    sums: Iterable[TermSum],
    cells: Iterable[TermCell],
    reported: Mapping[str, frozenset[str]],
) -> tuple[Components, ...]:
    """Each indicator of each township it concerns and of the county, in the programme's order.

    ``reported`` says which units' forms count (accepted, or 零报告). What bureaus file belongs to
    the county alone. Indicators of forms of another frequency are left out.
    """
    inputs = _Inputs(_added(sums), _as_rows(cells), reported)
    found: list[Components] = []
    for indicator in programme.indicators:
        if _is_due(programme, indicator, period):
            found += _indicator_components(programme, indicator, period, inputs)
    return tuple(found)


def components_of(
    programme: Programme,
    indicator: Indicator,
    period: Period,
    sums: Iterable[TermSum],
    cells: Iterable[TermCell],
    reported: Mapping[str, frozenset[str]],
) -> tuple[Components, ...]:
    """One indicator's ``components``; the period is of the frequency of its forms."""
    inputs = _Inputs(_added(sums), _as_rows(cells), reported)
    return tuple(_indicator_components(programme, indicator, period, inputs))


def value_of(indicator: Indicator, parts: Components) -> Decimal | None:
    """The indicator's value; None where nothing was reported or nothing can be divided by."""
    value = exact_value_of(indicator, parts)
    if value is None or indicator.rollup not in _PER_CENT:
        return value
    return value.quantize(_PLACES)


def exact_value_of(indicator: Indicator, parts: Components) -> Decimal | None:
    """The same, a quotient not rounded to six places: what it is judged by."""
    if parts.numerator is None:
        return None
    if indicator.rollup not in _PER_CENT:
        return parts.numerator
    if not parts.denominator:
        return None
    return _HUNDRED * parts.numerator / parts.denominator


def concerned_units(programme: Programme, indicator: Indicator) -> tuple[Unit, ...]:
    """The units whose reports make up the indicator, whether or not they have reported."""
    form = programme.form(indicator.numerator.form)
    wanted = indicator.numerator.filed_by
    return tuple(
        unit
        for unit in programme.reporters
        if owes(form, unit) and (not wanted or is_named(wanted, unit))
    )


def _is_due(programme: Programme, indicator: Indicator, period: Period) -> bool:
    frequency = Frequency.QUARTERLY if period.is_quarter else Frequency.MONTHLY
    return programme.form(indicator.numerator.form).frequency is frequency


def _indicator_components(
    programme: Programme, indicator: Indicator, period: Period, inputs: _Inputs
) -> list[Components]:
    expected = {unit.code for unit in concerned_units(programme, indicator)}
    present = _present(programme, indicator, inputs)
    concerned = [u for u in programme.reporters if u.code in expected or u.code in present]
    of_unit = {
        unit.code: _unit_components(programme, indicator, period, inputs, unit, present)
        for unit in concerned
    }
    townships = [of_unit[u.code] for u in concerned if u.level is UnitLevel.TOWNSHIP]
    reported = (len(expected), len(expected & present))
    return [*townships, _total(programme, indicator, period, [*of_unit.values()], reported)]


def _present(programme: Programme, indicator: Indicator, inputs: _Inputs) -> set[str]:
    """The units whose reports of every form the indicator needs are in."""
    present: set[str] = set()
    for unit in programme.reporters:
        filed = [t for t in _terms(indicator) if _files(programme, t, unit)]
        if indicator.numerator in filed and all(
            unit.code in inputs.reported.get(term.form, ()) for term in filed
        ):
            present.add(unit.code)
    return present


def _files(programme: Programme, term: Term, unit: Unit) -> bool:
    if term.filed_by and not is_named(term.filed_by, unit):
        return False
    return is_named(programme.form(term.form).filed_by, unit)


def _terms(indicator: Indicator) -> tuple[Term, ...]:
    if indicator.denominator is None:
        return (indicator.numerator,)
    return (indicator.numerator, indicator.denominator)


def _unit_components(
    programme: Programme,
    indicator: Indicator,
    period: Period,
    inputs: _Inputs,
    unit: Unit,
    present: set[str],
) -> Components:
    here = unit.code in present
    return Components(
        indicator=indicator.id,
        unit=unit.code,
        period=str(period),
        numerator=_side(indicator, "numerator", unit, inputs) if here else None,
        denominator=_denominator(programme, indicator, unit, inputs) if here else None,
        units_expected=1,
        units_reported=int(here),
    )


def _denominator(
    programme: Programme, indicator: Indicator, unit: Unit, inputs: _Inputs
) -> Decimal | None:
    if indicator.rollup in _OF_VILLAGES:
        return Decimal(len(programme.villages(unit.code)))
    if indicator.denominator is not None:
        return _side(indicator, "denominator", unit, inputs)
    if indicator.rollup is Rollup.SHARE_OF_ROWS:
        return Decimal(len(inputs.rows.get((indicator.id, "numerator", unit.code), ())))
    return None


def _side(indicator: Indicator, side: Side, unit: Unit, inputs: _Inputs) -> Decimal | None:
    key = (indicator.id, side, unit.code)
    if not needs_cells(indicator, side):
        return inputs.sums.get(key, ZERO)
    term = indicator.numerator if side == "numerator" else indicator.denominator
    assert term is not None  # noqa: S101  needs_cells said so
    rows = [row for row in inputs.rows.get(key, ()) if enters(indicator, term, row)]
    if indicator.rollup is Rollup.MINIMUM:
        return min((v for row in rows for v in _numbers(term, row)), default=None)
    if indicator.rollup in _COUNTING:
        return Decimal(len(rows))
    return sum((v for row in rows for v in _numbers(term, row)), ZERO)


def enters(indicator: Indicator, term: Term, row: Row) -> bool:
    """Whether a row goes into what a term comes to, by its conditions or, to be counted, at all."""
    if not _meets(term, row):
        return False
    return indicator.rollup not in _COUNTING or bool(term.where) or _is_positive(term, row)


def _meets(term: Term, row: Row) -> bool:
    return all(holds(condition, row.get(condition.column)) for condition in term.where)


def _is_positive(term: Term, row: Row) -> bool:
    """Whether any of the term's cells is above 0 or 是; a term without columns takes every row."""
    if not term.columns:
        return True
    contents = [content(row.get(column)) for column in term.columns]
    return any(c == YES or (isinstance(c, Decimal) and c > 0) for c in contents)


def _numbers(term: Term, row: Row) -> list[Decimal]:
    contents = [content(row.get(column)) for column in term.columns]
    return [value for value in contents if isinstance(value, Decimal)]


def _total(
    programme: Programme,
    indicator: Indicator,
    period: Period,
    unit_parts: Sequence[Components],
    reported: tuple[int, int],
) -> Components:
    numerators = [p.numerator for p in unit_parts if p.numerator is not None]
    denominators = [p.denominator for p in unit_parts if p.denominator is not None]
    least = indicator.rollup is Rollup.MINIMUM
    return Components(
        indicator=indicator.id,
        unit=programme.county,
        period=str(period),
        numerator=_folded(numerators, least=least),
        denominator=_folded(denominators, least=least),
        units_expected=reported[0],
        units_reported=reported[1],
    )


def _folded(values: list[Decimal], *, least: bool) -> Decimal | None:
    if not values:
        return None
    return min(values) if least else sum(values, ZERO)


def _added(sums: Iterable[TermSum]) -> dict[tuple[str, Side, str], Decimal]:
    totals: dict[tuple[str, Side, str], Decimal] = {}
    for part in sums:
        if part.rows:
            key = (part.indicator, part.side, part.unit)
            totals[key] = totals.get(key, ZERO) + part.total
    return totals


def _as_rows(cells: Iterable[TermCell]) -> dict[tuple[str, Side, str], tuple[Row, ...]]:
    rows: dict[tuple[str, Side, str], dict[tuple[str, int], dict[str, TermCell]]] = {}
    rows = defaultdict(lambda: defaultdict(dict))
    for cell in cells:
        rows[cell.indicator, cell.side, cell.unit][cell.row, cell.position][cell.column] = cell
    return {key: tuple(found.values()) for key, found in rows.items()}
