"""Send notices: what the ledger asks for, what waited, and what the server itself has to report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Failed
from prefect.utilities.urls import url_for
from pydantic import Field

from flows.office import office
from flows.runs.choices import parameter
from flows.runs.records import track
from flows.services.missed_runs import LATE
from tasks.notify import send_notices
from tasks.notify_delivery import Delivery
from yuebao.reports.notice import Notice, run_notice

Kind: TypeAlias = Literal["例行", "运行失败", "运行迟到", "运行中断", "系统故障"]
ROUTINE = "例行"
LONGEST = 300


@flow(name="notify", flow_run_name="通知 {kind}")
def notify(
    kind: Kind = parameter(
        "类别", "例行即检查应发和待发的通知；其余由服务器在出问题时填", default="例行"
    ),
    subject: str = parameter("对象", "哪个运行", default=""),
    occasion: str = parameter("场合", "哪一次（同一次只通知一回）", default=""),
    detail: Annotated[str, Field(max_length=10_000)] = parameter(
        "说明", "写进通知的话", default=""
    ),
    run: str = parameter("运行", "运行的编号，通知里给出它的网址", default=""),
) -> State[Any]:
    """Send what the ledger asks for and what still waited; of another kind, that message too."""
    told: tuple[Notice, ...] = ()
    if kind != ROUTINE and not (kind == LATE and _was_cancelled(run)):
        told = (run_notice(kind, subject, occasion or subject, detail[:LONGEST], _address(run)),)
    return final_state(send(told))


def _was_cancelled(run: str) -> bool:
    """Whether a run is not to start any more: that it is late is no news then."""
    with get_client(sync_client=True) as client:
        try:
            state = client.read_flow_run(UUID(run.rpartition(".")[2])).state
        except (ValueError, ObjectNotFound):
            return False
    return state is not None and state.is_cancelled()


def _address(run: str) -> str:
    """The page of a flow run in the UI; '' for anything else."""
    kind, _, number = run.rpartition(".")
    return str(url_for("flow-run", number) or "") if kind == "prefect.flow-run" else ""


def send(notices: tuple[Notice, ...]) -> Delivery:
    """Send within a flow, as a task of its own."""
    sending = send_notices.submit(office(), notices, datetime.now(UTC))
    track([sending])
    delivery: Delivery = sending.result()
    return delivery


def final_state(delivery: Delivery, before: str = "") -> State[Any]:
    """In words what was sent; failed where a channel did not take a message, to offer Retry."""
    words = f"{before}{delivery.words}"
    if delivery.failed:
        return Failed(name=words, message=f"{words}：{'；'.join(delivery.troubles)}")
    return Completed(name=words, message=words)
