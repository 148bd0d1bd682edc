"""From a figure of the bulletin back to the cells of the files it was made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sql.provenance import TracedCell
from tasks.office import Office
from yuebao.programme.models import Indicator
from yuebao.results import IndicatorResult
from yuebao.rules.aggregate import counted_months
from yuebao.rules.period import Period
from yuebao.rules.rollup import needs_cells


@dataclass(frozen=True, slots=True)
class TracedMonth:
    """A month's part in a figure: its result as computed, and the cells it is made of now."""

    result: IndicatorResult
    cells: tuple[TracedCell, ...]

    def total(self, indicator: Indicator) -> Decimal | None:
        """The cells added up; None where the figure is not just a sum of them."""
        if indicator.denominator is not None or needs_cells(indicator, "numerator"):
            return None
        return sum((cell.value for cell in self.cells if cell.value is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure with the months, and their cells, that make it."""

    result: IndicatorResult
    months: tuple[TracedMonth, ...]


def trace(office: Office, indicator: Indicator, period: Period, unit: str) -> Trace | None:
    """What an indicator's figure of a unit (by code; the county's for all) and period rests on.

    None where nothing was computed for it.
    """
    found = _result(office, indicator, period, unit)
    if found is None:
        return None
    of_units = "" if unit == office.programme.county else unit
    return Trace(
        found,
        tuple(
            TracedMonth(
                month,
                office.warehouse.traced_cells(
                    office.programme.id, indicator.id, month.period, unit=of_units
                ),
            )
            for month in _months(office, indicator, period, unit)
        ),
    )


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
