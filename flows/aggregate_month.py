"""Aggregate a month with what is there, and all that it touches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.client.schemas import State
from prefect.states import Cancelled, Completed, Failed

from flows.office import office
from flows.runs.choices import MonthChoice, parameter
from flows.runs.taking_turns import BUSY, PeriodBusyError
from flows.runs.this_run import add_tags
from flows.steps.aggregating import aggregate
from tasks.corrections import WAITING, OpenCorrectionsError
from yuebao.rules.period import Period


@flow(name="aggregate-month", flow_run_name="汇总 {period}")
def aggregate_month(period: MonthChoice = parameter("月份", "汇总哪个月")) -> State[Any]:
    """Compute the month's results and publish its bulletin; later periods it touches follow."""
    add_tags(period)
    try:
        done = aggregate(office(), Period.parse(period), datetime.now(UTC))
    except OpenCorrectionsError as error:
        return Failed(name=WAITING, message=str(error))
    except PeriodBusyError as error:
        return Cancelled(name=BUSY, message=str(error))
    return Completed(name="已汇总", message="、".join(done), data=done)
