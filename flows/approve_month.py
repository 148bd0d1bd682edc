"""Have a person approve a period's bulletin: the run waits in the UI, with the headline shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from prefect import flow, suspend_flow_run
from prefect.client.schemas import State
from prefect.input import RunInput
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed
from pydantic import Field

from flows.office import office
from flows.runs.asking import ask
from flows.runs.choices import parameter
from flows.runs.naming import current
from flows.runs.waiting import waits_elsewhere
from tasks.approval import already_issued, decide, figures_key, summary
from yuebao.decision import NotDecidableError
from yuebao.rules.period import Period


class ApprovalInput(RunInput):
    """What the one who decides fills in."""

    decision: Literal["通过", "退回"] = Field(
        default="通过", title="决定", description="通过即签发并通知各单位；退回则仍为送审稿"
    )
    name: str = Field(title="姓名", min_length=1, description="审定人")
    remark: str = Field(default="", title="备注", description="退回时请写明原因")


def run_name() -> str:
    """审定 2023-09, also where the period was left to the calendar."""
    return f"审定 {_period()}"


@flow(name="approve-month", flow_run_name=run_name)
def approve_month(
    period: str = parameter("期别", "如 2023-09；季报如 2023-Q3；留空为正在报送的月份", default=""),
) -> State[Any]:
    """Wait until a person decides in the UI, then issue the bulletin or leave it a draft.

    The run holds no worker while it waits; it may wait for days.
    """
    here = office()
    asked = Period.parse(ask(here, _period(period)).period)
    try:
        issued = already_issued(here, asked)
        if issued is not None:
            return Completed(name="已签发", message=f"{asked} 已由{issued.name}签发，无需再审。")
        if waits_elsewhere("approve-month", f"审定 {asked}"):
            return Cancelled(name="已在待审", message=f"{asked} 已有一个运行在等待审定。")
        shown = summary(here, asked, datetime.now(UTC))
        form = ApprovalInput.with_initial_data(description=shown)
        # named after the figures shown: if they change meanwhile, the form is shown anew
        given = suspend_flow_run(wait_for_input=form, key=figures_key(here, asked))
        decided = decide(
            here,
            str(asked),
            given.decision,
            name=given.name,
            remark=given.remark,
            now=datetime.now(UTC),
        )
    except NotDecidableError as error:
        return Failed(name="没有审定", message=str(error))
    return Completed(name=decided.name, message=decided.message)


def _period(given: str = "") -> str:
    """The period asked for, else the one being reported."""
    return given or str(flow_run.parameters.get("period") or "") or current()
