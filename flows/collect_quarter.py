"""Collect a quarter's reports from the inbox."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas import State

from flows.runs.choices import QuarterOrCurrent, parameter
from flows.runs.idling import idle
from flows.runs.naming import quarter_now, quarter_run_name
from flows.steps.collecting_units import RUNNER, Order, collect_units


@flow(name="collect-quarter", flow_run_name=quarter_run_name, task_runner=RUNNER)
def collect_quarter(
    period: QuarterOrCurrent = parameter("季度", "如 2023-Q3；留空即正在报送的季度", default=""),
) -> State[Any]:
    """Take in everything new of a quarter, for all units."""
    chosen = period or quarter_now()
    return idle(chosen) or collect_units(Order(chosen))
