"""Say where a unit stands, and give it its list of findings."""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.states import Cancelled, Completed, Crashed, Failed

from tasks.hand_out import hand_out
from tasks.office import Office
from tasks.restating import restated_in
from tasks.standings import standings_of
from yuebao.findings import Issue
from yuebao.programme.models import Unit
from yuebao.reports.inert import inert
from yuebao.rules.unit_standing import Standing, UnitStanding
from yuebao.workbooks.returned_words import SEVERITY_WORDS

_MOST_ROWS = 200


@task(name="report-unit", task_run_name="{unit_name} {period}", cache_policy=NO_CACHE)
def report_unit(
    office: Office,
    unit: str,
    unit_name: str,
    period: str,
    today: date,
    fault: str = "",
) -> State[Any]:
    """A state named in words: 已入库 done, 退回 failed, 未报 grey, 系统故障 crashed.

    The unit's findings are written as a workbook to its 回执 folder and to the outputs.
    """
    if fault:
        return Crashed(name=UnitStanding(unit, Standing.FAULT, detail=fault).words, message=fault)
    programme = office.programme
    (standing,) = standings_of(office, period, [programme.unit(unit)], today)
    issues = office.warehouse.issues(programme.id, period, unit=unit)
    issues += restated_in(office, unit, period)
    undelivered = hand_out(office, programme.unit(unit), period, issues)
    if issues:
        _show(programme.unit(unit), period, issues)
    get_run_logger().info(
        "%s %s: %s, %d findings", unit_name, period, standing.standing, len(issues)
    )
    return _state(standing, undelivered)


def _state(standing: UnitStanding, undelivered: str) -> State[Any]:
    if standing.standing in (Standing.LOADED, Standing.EXEMPT):
        return Completed(name=standing.words, message=undelivered or None)
    if standing.standing is Standing.HELD:
        message = f"等数据组同意：{'、'.join(standing.forms)}"
        return Completed(name=standing.words, message=message)
    told = (f"{standing.words}：{'、'.join(standing.forms)}", undelivered)
    message = "。".join(part for part in told if part)
    if standing.standing in (Standing.RETURNED, Standing.REFUSED):
        return Failed(name=standing.words, message=message)
    return Cancelled(name=standing.words, message=message)


def _show(unit: Unit, period: str, issues: tuple[Issue, ...]) -> None:
    rows = [
        {
            "程度": SEVERITY_WORDS[issue.severity],
            "表": issue.form,
            "单元格": inert(issue.cell),
            "问题": inert(issue.message),
            "怎么改": inert(issue.advice),
        }
        for issue in issues[:_MOST_ROWS]
    ]
    create_table_artifact(
        key=f"findings-{unit.code.lower()}-{period.lower()}",
        table=rows,
        description=f"{unit.name} {period} 问题清单（{len(issues)} 条）",
    )
