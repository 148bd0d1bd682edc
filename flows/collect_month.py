"""Collect a period's submissions from the inbox, and aggregate when all are in or cut off."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas import State

from flows.runs.choices import PeriodOrCurrent, UnitName, parameter
from flows.runs.idling import idle
from flows.runs.naming import current, period_run_name
from flows.steps.collecting_units import RUNNER, Order, collect_units


@flow(name="collect-month", flow_run_name=period_run_name, task_runner=RUNNER)
def collect_month(
    period: PeriodOrCurrent = parameter(
        "期别", "如 2023-09；季报如 2023-Q3；留空即正在报送的月份", default=""
    ),
    units: tuple[UnitName, ...] = parameter("单位", "只收这些单位；不选为全部", default=()),
) -> State[Any]:
    """Take in everything new of a period, for all units or those named."""
    chosen = period or current()
    return idle(chosen) or collect_units(Order(chosen, units))
