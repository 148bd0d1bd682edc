"""Aggregate a month or a quarter from what the warehouse holds."""

from __future__ import annotations

from datetime import datetime

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.office import Office
from tasks.standings import results_before
from yuebao.rules.aggregate import monthly_results, quarterly_results
from yuebao.rules.calendar import reportable_periods
from yuebao.rules.period import Period
from yuebao.rules.rollup import components

_RETRIES = 3
_DELAYS: list[float] = [1, 5, 15]


@task(
    name="compute-month",
    task_run_name="汇总 {period}",
    retries=_RETRIES,
    retry_delay_seconds=_DELAYS,
    cache_policy=NO_CACHE,
)
def compute_month(office: Office, period: str, now: datetime) -> int:
    """Compute and store the month's results for every indicator; returns how many."""
    programme, warehouse = office.programme, office.warehouse
    parts = components(
        programme,
        Period.parse(period),
        sums=warehouse.term_sums(programme.id, period),
        cells=warehouse.term_cells(programme.id, period),
        reported=warehouse.reported(programme.id, period),
    )
    history = results_before(office, Period.parse(period))
    results = monthly_results(programme, Period.parse(period), parts, history)
    warehouse.replace_results(programme.id, period, results, computed_at=now)
    get_run_logger().info("%s: %d results", period, len(results))
    return len(results)


@task(
    name="compute-quarter",
    task_run_name="汇总 {period}",
    retries=_RETRIES,
    retry_delay_seconds=_DELAYS,
    cache_policy=NO_CACHE,
)
def compute_quarter(office: Office, period: str, now: datetime) -> int:
    """Compute and store the quarter's results from its months; returns how many."""
    programme, warehouse = office.programme, office.warehouse
    quarter = Period.parse(period)
    months = [
        month
        for month in reportable_periods(programme)
        if (month.year, month.month) <= (quarter.year, quarter.month)
    ]
    monthly = warehouse.results(programme.id, months)
    results = quarterly_results(programme, quarter, monthly)
    warehouse.replace_results(programme.id, period, results, computed_at=now)
    get_run_logger().info("%s: %d results", period, len(results))
    return len(results)
