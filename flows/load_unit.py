"""Collect one unit's submissions: its own run, named by unit and period, retryable by itself."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas import State

from flows.runs.asking import Rejudge
from flows.runs.choices import ALL_FORMS, FormChoice, PeriodChoice, UnitName, form_id, parameter
from flows.runs.this_run import asked_by
from flows.runs.tracing import Rerun
from flows.steps.collecting_units import RUNNER, Order, collect_units


@flow(name="load-unit", flow_run_name="{unit} {period}", task_runner=RUNNER)
def load_unit(
    unit: UnitName = parameter("单位", "重新装载哪个单位"),
    period: PeriodChoice = parameter("期别", "哪个月，或哪个季度"),
    form: FormChoice = parameter("表", "退回的文件里只重新审核这张表", default=ALL_FORMS),
    reason: str = parameter("原因", "为什么重新装载，记入留痕", default=""),
    by: str = parameter("经办人", "谁要求的，记入留痕", default=""),
) -> State[Any]:
    """Take in everything new of one unit and period, and judge afresh what was returned."""
    rerun = Rerun(mode="单个单位", asked_by=asked_by(by), reason=reason)
    return collect_units(Order(period, (unit,), Rejudge.RETURNED, form_id(form), rerun))
