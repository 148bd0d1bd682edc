"""Look into the inbox."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.office import Office
from yuebao.workbooks.intake import waiting_files


@task(
    name="find-submissions",
    task_run_name="查收 {period}",
    retries=3,
    retry_delay_seconds=[2, 10, 30],
    cache_policy=NO_CACHE,
)
def find_submissions(
    office: Office, period: str, units: tuple[str, ...], now: datetime
) -> dict[str, tuple[Path, ...]]:
    """The files ready to be read, by unit code; files still growing wait for the next run."""
    logger = get_run_logger()
    found: dict[str, tuple[Path, ...]] = {}
    for code in units:
        unit = office.programme.unit(code)
        ready, growing = waiting_files(
            office.inbox, unit, period, now=now, settle_seconds=office.settle_seconds
        )
        for path in growing:
            logger.warning("%s: still growing, left for the next run: %s", code, path.name)
        if ready:
            found[code] = tuple(ready)
    logger.info("%d of %d units have files for %s", len(found), len(units), period)
    return found
