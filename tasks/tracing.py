"""From a figure of the bulletin back to the cells of the files it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sql.provenance import TracedCell
from tasks.office import Office
from yuebao.programme.models import Indicator
from yuebao.results import Components, IndicatorResult
from yuebao.rules.aggregate import counted_months, together
from yuebao.rules.entering import Part, parts_of
from yuebao.rules.period import Period
from yuebao.rules.rollup import components_of, needs_cells, value_of
from yuebao.rules.terms import TermCell, TermSum


@dataclass(frozen=True, slots=True)
class TracedMonth:
    """A month's part in a figure: its result as computed, and the cells it is made of now.

    ``parts`` says of each cell what it does for the figure; ``now`` is what the cells come to.
    """

    result: IndicatorResult
    cells: tuple[TracedCell, ...]
    parts: tuple[Part, ...]
    now: Components

    @property
    def holds(self) -> bool:
        """Whether the cells still come to what was computed."""
        then = (self.result.numerator, self.result.denominator)
        return (self.now.numerator, self.now.denominator) == then


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure with the months, and their cells, that make it; ``value`` is what they come to."""

    result: IndicatorResult
    months: tuple[TracedMonth, ...]
    value: Decimal | None


def trace(office: Office, indicator: Indicator, period: Period, unit: str) -> Trace | None:
    """What an indicator's figure of a unit (by code; the county's for all) and period rests on.

    None where nothing was computed for it.
    """
    found = _result(office, indicator, period, unit)
    if found is None:
        return None
    results = _months(office, indicator, period, unit)
    months = tuple(_traced(office, indicator, one, unit) for one in results)
    value = value_of(indicator, together(indicator, [m.now for m in months])) if months else None
    return Trace(found, months, value)


def _traced(office: Office, indicator: Indicator, month: IndicatorResult, unit: str) -> TracedMonth:
    programme = office.programme
    of_units = "" if unit == programme.county else unit
    cells = office.warehouse.traced_cells(programme.id, indicator.id, month.period, unit=of_units)
    of_terms = [_term_cell(indicator, cell) for cell in cells]
    now = components_of(
        programme,
        indicator,
        Period.parse(month.period),
        sums=_sums(indicator, of_terms),
        cells=[cell for cell in of_terms if needs_cells(indicator, cell.side)],
        reported=office.warehouse.reported(programme.id, Period.parse(month.period)),
    )
    mine = next(one for one in now if one.unit == unit)
    return TracedMonth(month, cells, parts_of(indicator, of_terms), mine)


def _term_cell(indicator: Indicator, cell: TracedCell) -> TermCell:
    return TermCell(
        indicator.id,
        cell.side,
        cell.unit_code,
        cell.row_key,
        cell.row_number,
        cell.column_id,
        cell.value,
        cell.text_value,
    )


def _sums(indicator: Indicator, cells: Sequence[TermCell]) -> Iterable[TermSum]:
    for cell in cells:
        if cell.value is not None and not needs_cells(indicator, cell.side):
            yield TermSum(indicator.id, cell.side, cell.unit, cell.value, 1)


def _months(
    office: Office, indicator: Indicator, period: Period, unit: str
) -> tuple[IndicatorResult, ...]:
    found = [_result(office, indicator, month, unit) for month in period.months]
    known = [result for result in found if result is not None]
    return tuple(counted_months(indicator, known)) if period.is_quarter else tuple(known)


def _result(
    office: Office, indicator: Indicator, period: Period, unit: str
) -> IndicatorResult | None:
    results = office.warehouse.results(office.programme.id, [period])
    return next((r for r in results if (r.indicator, r.unit) == (indicator.id, unit)), None)
