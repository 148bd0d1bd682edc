"""Runs that wait for a person."""

from __future__ import annotations

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterName,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext


def waits_elsewhere(flow_name: str, run_name: str) -> bool:
    """Whether another run of the flow waits, under the same name, for the same decision."""
    context = FlowRunContext.get()
    this = context.flow_run.id if context and context.flow_run else None
    waiting = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED]))
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=[flow_name])),
            flow_run_filter=FlowRunFilter(state=waiting, name=FlowRunFilterName(any_=[run_name])),
        )
    return any(run.id != this for run in runs)
