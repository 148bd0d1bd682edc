"""Take in the county's 更正单 of a period, and write down how its corrections stand."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.correction_sheets import KNOWN, REFUSED, Outcome, county, take_sheets
from tasks.corrections import enter_archived
from tasks.office import Office
from tasks.ordering import in_order
from tasks.writing import write_whole
from yuebao.reports.corrections import blank_corrections, outcome_workbook, register_workbook
from yuebao.workbooks.inbox import InboxUnreachable, Look, steady


@task(
    name="take-corrections",
    task_run_name="更正 {period}",
    retries=2,
    retry_delay_seconds=2,
    cache_policy=NO_CACHE,
)
def take_corrections(office: Office, period: str, now: datetime) -> tuple[Outcome, ...]:
    """What became of each line of the 更正单 files in the county's folder of the period.

    A file is recorded as a whole or not at all; what was recorded before is left alone. The outcome
    goes back into the county's 回执 folder, the register among the outputs; what an earlier run
    recorded without having said so is said now.
    """
    entered = enter_archived(office)
    outcomes = _taken(office, period, now)
    office.warehouse.settle_corrections(office.programme.id, period)
    if any(outcome.result != KNOWN for outcome in outcomes):
        _answer(office, period, outcomes)
    write_register(office, period)
    get_run_logger().info(
        "%s: %d lines of corrections, %d entered from the archive", period, len(outcomes), entered
    )
    return tuple(outcome for outcome in outcomes if outcome.result == REFUSED)


def write_register(office: Office, period: str) -> Path | None:
    """The register of the period's corrections among the outputs; None where there are none."""
    folder = office.outputs / period
    if not (blank := folder / "更正单_空白.xlsx").exists():
        write_whole(blank, blank_corrections(period))
    standings = office.warehouse.corrections(office.programme.id, period)
    if not standings:
        return None
    content = register_workbook(office.programme, period, standings)
    return write_whole(folder / "更正登记.xlsx", content)


def _taken(office: Office, period: str, now: datetime) -> tuple[Outcome, ...]:
    home = county(office)
    look = _look(office, period, now)
    if office.inbox.needs_second_look and look.ready:
        time.sleep(office.settle_seconds)
        look = steady(look, _look(office, period, now))
    if look.fault:
        get_run_logger().error("%s: %s", home.code, look.fault)
    return take_sheets(office, period, look.ready, in_order(office, now))


def _look(office: Office, period: str, now: datetime) -> Look:
    home = county(office)
    seen = office.inbox.look([home], period, now=now, settle_seconds=office.settle_seconds)
    return seen[home.code]


def _answer(office: Office, period: str, outcomes: tuple[Outcome, ...]) -> None:
    """Hand out the outcome where it is news; the copy among the outputs says that it was."""
    lines = [(one.file, one.line, one.result, one.words) for one in outcomes]
    content = outcome_workbook(period, lines)
    kept = office.outputs / period / "更正单办理结果.xlsx"
    if kept.exists() and kept.read_bytes() == content:
        return
    try:
        office.inbox.hand_out(county(office), f"更正单办理结果_{period}.xlsx", content)
    except InboxUnreachable as fault:
        get_run_logger().error("not handed out: %s", fault)
        return
    write_whole(kept, content)
