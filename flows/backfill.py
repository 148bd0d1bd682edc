"""Collect several periods, one after the other."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas import State
from prefect.states import Completed, Crashed, Failed

from flows.office import office
from flows.runs.asking import AskedError
from flows.runs.choices import MonthChoice, parameter
from flows.steps.collecting_units import RUNNER, Order, collect_units
from yuebao.programme.models import Programme
from yuebao.rules.calendar import quarters
from yuebao.rules.period import Period, periods_between


@flow(name="backfill", flow_run_name="补收 {first} 至 {last}", task_runner=RUNNER)
def backfill(
    first: MonthChoice = parameter("从", "第一个月"),
    last: MonthChoice = parameter("至", "最后一个月"),
) -> State[Any]:
    """Collect every month from first to last, and the quarters that end in them, in order."""
    states = {
        str(period): collect_units(Order(str(period)))
        for period in _periods(office().programme, Period.parse(first), Period.parse(last))
    }
    words = "；".join(f"{period}：{state.name}" for period, state in states.items())
    if any(state.is_crashed() for state in states.values()):
        return Crashed(name=f"补收 {len(states)} 期，有系统故障", message=words)
    if any(state.is_failed() for state in states.values()):
        return Failed(name=f"补收 {len(states)} 期，有退回", message=words)
    return Completed(name=f"补收 {len(states)} 期", message=words)


def _periods(programme: Programme, first: Period, last: Period) -> tuple[Period, ...]:
    months = periods_between(first, last)
    if not months:
        raise AskedError(f"起始月 {first} 晚于结束月 {last}，请调换。")
    due = set(quarters(programme))
    ends = {month: month.quarter for month in months if month == month.quarter.months[-1]}
    return tuple(
        period
        for month in months
        for period in (month, ends.get(month))
        if period is not None and (not period.is_quarter or period in due)
    )
