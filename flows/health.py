"""Look at the health of the whole: a page, an artifact, and a word to the data team once a day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.client.schemas import State
from prefect.states import Completed

from flows.notices import final_state, send
from flows.office import office, settings
from flows.runs.artifacts import show_table
from flows.steps.health_facts import health_of
from flows.steps.health_writing import write_health
from yuebao.reports.notice import Notice, run_notice
from yuebao.rules.calendar import local_date, local_time
from yuebao.rules.health import Health, Level


@flow(name="health", flow_run_name="健康检查")
def health() -> State[Any]:
    """Renew outputs/健康.html and the artifact ``health``; tell what is wrong, once a day each."""
    here, now = office(), datetime.now(UTC)
    found = health_of(here, settings(), now)
    write_health(here, found)
    rows = [
        {"项目": check.title, "状态": str(check.level), "情况": check.text}
        for check in found.checks
    ]
    show_table("health", rows, f"系统健康：{found.words}（{local_time(here.programme, now)}）")
    told = _notices(found, str(local_date(here.programme, now)))
    if told:
        return final_state(send(told), before=f"{found.words}。")
    return Completed(name=found.words, message=found.words)


def _notices(found: Health, day: str) -> tuple[Notice, ...]:
    return tuple(
        run_notice("系统健康", check.title, f"{day}:{check.id}", check.text, "")
        for check in found.checks
        if check.level is Level.BAD
    )
