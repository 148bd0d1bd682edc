"""Write a period's bulletin."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.office import Office
from tasks.writing import write_whole
from yuebao.programme.check import plan_doubts
from yuebao.reports.bulletin import Bulletin, build_bulletin
from yuebao.reports.html import bulletin_html
from yuebao.reports.xlsx import bulletin_workbook
from yuebao.rules.calendar import local_date
from yuebao.rules.obligations import obligation_statuses
from yuebao.rules.period import Period


@task(name="publish-bulletin", task_run_name="通报 {period}", cache_policy=NO_CACHE)
def publish_bulletin(office: Office, period: str, now: datetime) -> tuple[Path, ...]:
    """The bulletin as one HTML page and as a workbook, under outputs/<period>/."""
    bulletin = _bulletin(office, Period.parse(period), now)
    folder = office.outputs / period
    written = (
        write_whole(folder / f"通报_{period}.html", bulletin_html(bulletin)),
        write_whole(folder / f"通报_{period}.xlsx", bulletin_workbook(bulletin)),
    )
    get_run_logger().info("%s: %s", period, ", ".join(path.name for path in written))
    return written


def _bulletin(office: Office, period: Period, now: datetime) -> Bulletin:
    programme, warehouse = office.programme, office.warehouse
    standings = warehouse.standings(programme.id, str(period))
    today = local_date(programme, now)
    return build_bulletin(
        programme,
        period,
        results=warehouse.results(programme.id, str(period)),
        previous=warehouse.results_before(programme.id, str(period)),
        statuses=obligation_statuses(programme, period, standings, today),
        doubts=plan_doubts(programme),
        issues=warehouse.issues(programme.id, str(period)),
        generated_at=now,
    )
