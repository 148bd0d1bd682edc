"""When a scheduled run has nothing to do: the cron only wakes it, the calendar decides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect.client.schemas import State
from prefect.states import Cancelled

from flows.office import office
from flows.runs.this_run import is_overtaken, is_scheduled
from yuebao.rules.calendar import is_open, local_date
from yuebao.rules.period import Period


def idle(period: str) -> State[Any] | None:
    """The state of a scheduled run that has nothing to do; None where there is work.

    A run a person asked for always has work.
    """
    if not is_scheduled():
        return None
    programme = office().programme
    today = local_date(programme, datetime.now(UTC))
    if not is_open(programme, Period.parse(period), today):
        return Cancelled(name="不在报送期", message=f"今天不收 {period}，没有做任何事。")
    if is_overtaken():
        return Cancelled(
            name="已由后一次代替", message="服务停过，错过的几次只补做一次，这一次没有做任何事。"
        )
    return None
