"""Aggregate a quarter from its months."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.client.schemas import State
from prefect.states import Cancelled, Completed, Failed

from flows.office import office
from flows.runs.choices import QuarterOrCurrent, parameter
from flows.runs.idling import idle
from flows.runs.naming import quarter_now, quarter_run_name
from flows.runs.taking_turns import BUSY, PeriodBusyError
from flows.runs.this_run import add_tags
from flows.steps.aggregating import aggregate
from tasks.corrections import WAITING, OpenCorrectionsError
from yuebao.rules.calendar import due_on
from yuebao.rules.period import Period


@flow(name="aggregate-quarter", flow_run_name=quarter_run_name)
def aggregate_quarter(
    period: QuarterOrCurrent = parameter("季度", "如 2023-Q3；留空即正在报送的季度", default=""),
) -> State[Any]:
    """Compute the quarter's results from its months and publish its bulletin."""
    here = office()
    quarter = Period.parse(period or quarter_now())
    due_on(here.programme, quarter)
    if nothing := idle(str(quarter)):
        return nothing
    add_tags(str(quarter))
    try:
        done = aggregate(here, quarter, datetime.now(UTC))
    except OpenCorrectionsError as error:
        return Failed(name=WAITING, message=str(error))
    except PeriodBusyError as error:
        return Cancelled(name=BUSY, message=str(error))
    return Completed(name="已汇总", message="、".join(done), data=done)
