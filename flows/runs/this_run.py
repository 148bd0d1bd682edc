"""What the current run is to Prefect: scheduled or pressed, first or again, by whom."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterId,
    FlowRunFilterStartTime,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType, TaskRun
from prefect.context import FlowRunContext

_PAGE = 200
_LATE = timedelta(minutes=30)


def this_run() -> FlowRun:
    """The flow run around this call; RuntimeError outside of one."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("only inside a flow run")
    return context.flow_run


def is_scheduled() -> bool:
    """Whether a schedule asked for this run, not a person."""
    return bool(this_run().auto_scheduled)


def is_retry() -> bool:
    """Whether the run was there before and was sent on its way again."""
    return this_run().run_count > 1


def add_tags(*new: str) -> None:
    """Tag this run, so that it is found by unit and period."""
    run = this_run()
    with get_client(sync_client=True) as client:
        client.update_flow_run(run.id, tags=sorted({*run.tags, *new}))


def asked_by(given: str = "") -> str:
    """Who asked for the run: the name given, else what Prefect knows, else whose machine it is."""
    if given:
        return given
    run = this_run()
    if run.created_by is not None and run.created_by.display_value:
        return str(run.created_by.display_value)
    if run.deployment_id is not None:
        return "Prefect 界面（未填经办人）"
    return f"{getpass.getuser()}（命令行）"


def names_done(task_name: str) -> frozenset[str]:
    """The names of this run's tasks of a kind that an earlier attempt completed."""
    run = this_run()
    completed = TaskRunFilterState(type=TaskRunFilterStateType(any_=[StateType.COMPLETED]))
    found: list[TaskRun] = []
    with get_client(sync_client=True) as client:
        while True:
            page = client.read_task_runs(
                flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])),
                task_run_filter=TaskRunFilter(state=completed),
                limit=_PAGE,
                offset=len(found),
            )
            found += page
            if len(page) < _PAGE:
                break
    return frozenset(task.name for task in found if task.task_key.startswith(task_name))


def is_overtaken() -> bool:
    """Whether this run is a late one of its schedule and another began in its stead.

    After the server was down, its missed runs all come at once: the first does the work.
    """
    run, now = this_run(), datetime.now(UTC)
    due = run.expected_start_time
    if not run.auto_scheduled or run.deployment_id is None or due is None or now - due < _LATE:
        return False
    began = run.start_time or now
    with get_client(sync_client=True) as client:
        others = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[run.deployment_id]),
                start_time=FlowRunFilterStartTime(after_=due),
            ),
            limit=_PAGE,
        )
    earlier = (
        other
        for other in others
        if other.auto_scheduled and other.start_time is not None and other.start_time < began
    )
    return any(other.id != run.id for other in earlier)
