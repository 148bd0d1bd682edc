"""Remind the units that still owe a report, on the days the calendar names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from prefect import flow
from prefect.client.schemas import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.notices import final_state, send
from flows.office import office
from flows.runs.asking import ask
from flows.runs.choices import PeriodOrCurrent, parameter
from flows.runs.records import track
from tasks.office import Office
from tasks.remind_units import remind_units
from yuebao.programme.models import Programme
from yuebao.reports.notice import Notice
from yuebao.rules.calendar import local_date, quarters, reminder_days, reportable_periods


def run_name() -> str:
    """催报 2023-09; 催报 按日历 where no period was given."""
    return f"催报 {flow_run.parameters.get('period') or '按日历'}"


@flow(name="remind", flow_run_name=run_name)
def remind(
    period: PeriodOrCurrent = parameter(
        "期别", "如 2023-09；季报如 2023-Q3；留空为按日历，今天不是催报日就不发", default=""
    ),
) -> State[Any]:
    """One message to each unit that still owes something, once a day.

    Without a period only what the calendar asks to be reminded of today; with one, at once.
    """
    here = office()
    today = local_date(here.programme, datetime.now(UTC))
    asked = (ask(here, period).period,) if period else to_remind(here.programme, today)
    if not asked:
        words = f"{today} 不是催报日，没有发送"
        return Completed(name="不是催报日", message=words)
    told = tuple(notice for one in asked for notice in _worded(here, one, today))
    return final_state(send(told), before=f"应催 {len(told)} 个单位，" if told else "")


def to_remind(programme: Programme, today: date) -> tuple[str, ...]:
    """The months and quarters whose reminding day it is."""
    known = (*reportable_periods(programme), *quarters(programme))
    return tuple(str(period) for period in known if today in reminder_days(programme, period))


def _worded(here: Office, period: str, today: date) -> tuple[Notice, ...]:
    wording = remind_units.submit(here, period, today)
    track([wording])
    notices: tuple[Notice, ...] = wording.result()
    return notices
