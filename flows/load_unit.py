"""Collect one unit's submissions: its own run, named by unit and period, retryable by itself."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas import State

from flows.collect_month import RUNNER, collect_units


@flow(name="load-unit", flow_run_name="{unit} {period}", task_runner=RUNNER)
def load_unit(unit: str, period: str, form: str = "") -> State[Any]:
    """Take in everything new of one unit and period, and judge afresh what was returned.

    Args:
        unit: 单位名称，如乡镇或县级部门
        period: 期别，如 2023-09；季报如 2023-Q3
        form: 只重新审核这张表（表号）；空为全部退回的表
    """
    return collect_units(period, (unit,), again=True, form=form)
