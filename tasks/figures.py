"""A period's figures computed from what the warehouse holds, and stored there."""

from __future__ import annotations

from datetime import datetime

from tasks.corrections import refuse_open
from tasks.office import Office
from tasks.ordering import in_order
from tasks.standings import results_before
from yuebao.rules.aggregate import monthly_results, quarterly_results
from yuebao.rules.calendar import reportable_periods
from yuebao.rules.period import Period
from yuebao.rules.rollup import components


def compute_figures(office: Office, period: Period, now: datetime) -> int:
    """Compute and store the results of a month or a quarter; returns how many.

    OpenCorrectionsError where a correction they rest on no longer finds the value it expects.
    """
    refuse_open(office, period)
    now = in_order(office, now)
    return _quarter(office, period, now) if period.is_quarter else _month(office, period, now)


def _month(office: Office, month: Period, now: datetime) -> int:
    programme, warehouse = office.programme, office.warehouse
    parts = components(
        programme,
        month,
        sums=warehouse.term_sums(programme.id, month),
        cells=warehouse.term_cells(programme.id, month),
        reported=warehouse.reported(programme.id, month),
    )
    results = monthly_results(programme, month, parts, results_before(office, month))
    warehouse.replace_results(programme.id, month, results, computed_at=now)
    return len(results)


def _quarter(office: Office, quarter: Period, now: datetime) -> int:
    programme, warehouse = office.programme, office.warehouse
    months = [
        month
        for month in reportable_periods(programme)
        if (month.year, month.month) <= (quarter.year, quarter.month)
    ]
    monthly = warehouse.results(programme.id, months)
    results = quarterly_results(programme, quarter, monthly)
    warehouse.replace_results(programme.id, quarter, results, computed_at=now)
    return len(results)
