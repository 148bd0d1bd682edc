"""Aggregate a month or a quarter from what the warehouse holds."""

from __future__ import annotations

from datetime import datetime

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.figures import compute_figures
from tasks.office import Office
from yuebao.rules.period import Period

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
    return _computed(office, period, now)


@task(
    name="compute-quarter",
    task_run_name="汇总 {period}",
    retries=_RETRIES,
    retry_delay_seconds=_DELAYS,
    cache_policy=NO_CACHE,
)
def compute_quarter(office: Office, period: str, now: datetime) -> int:
    """Compute and store the quarter's results from its months; returns how many."""
    return _computed(office, period, now)


def _computed(office: Office, period: str, now: datetime) -> int:
    count = compute_figures(office, Period.parse(period), now)
    get_run_logger().info("%s: %d results", period, count)
    return count
