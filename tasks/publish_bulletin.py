"""Write a period's bulletin."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.bulletin_files import write_bulletin
from tasks.office import Office
from yuebao.rules.period import Period


@task(name="publish-bulletin", task_run_name="通报 {period}", cache_policy=NO_CACHE)
def publish_bulletin(office: Office, period: str, now: datetime) -> tuple[Path, ...]:
    """The bulletin as one HTML page and as a workbook, under outputs/<period>/."""
    written = write_bulletin(office, Period.parse(period), now)
    get_run_logger().info("%s: %s", period, ", ".join(path.name for path in written))
    return written
