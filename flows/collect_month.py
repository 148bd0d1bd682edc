"""Collect a period's submissions from the inbox, and aggregate when all are in or cut off."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas import State
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.aggregating import aggregate_if_due
from flows.artifacts import show_obligations
from flows.asking import ask
from flows.collecting import collect
from flows.naming import current, period_run_name
from flows.office import office
from tasks.office import Office
from tasks.standings import standings_of, statuses_of
from yuebao.rules.unit_standing import Standing, UnitStanding, summary

RUNNER: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=4)


@flow(name="collect-month", flow_run_name=period_run_name, task_runner=RUNNER)
def collect_month(period: str = "", units: tuple[str, ...] = ()) -> State[Any]:
    """Take in everything new of a period, for all units or those named.

    Args:
        period: 期别，如 2023-09；季报如 2023-Q3；空为正在报送的月份
        units: 只收这些单位（名称）；空为全部
    """
    return collect_units(period or current(), units)


def collect_units(
    period: str, units: tuple[str, ...], *, again: bool = False, form: str = ""
) -> State[Any]:
    """The whole of a collecting run; its state says in words who is loaded, returned, missing."""
    here = office()
    asked = ask(here, period, units, again=again, form=form)
    outcome = collect(here, asked)
    statuses = statuses_of(here, asked.period, asked.today)
    show_obligations(here.programme, asked.period, statuses)
    aggregate_if_due(here, asked, statuses, changed=outcome.loaded > 0)
    standings = [
        UnitStanding(standing.unit, Standing.FAULT, detail=outcome.faults[standing.unit])
        if standing.unit in outcome.faults
        else standing
        for standing in standings_of(here, asked.period, asked.units, asked.today)
    ]
    return final_state(here, standings)


def final_state(here: Office, standings: list[UnitStanding]) -> State[Any]:
    """All units in words; failed where something was returned or broke, to offer Retry."""
    words = summary(standings)
    wanting = [
        f"{here.programme.unit(standing.unit).name}：{standing.words}"
        for standing in standings
        if standing.standing is not Standing.LOADED
    ]
    message = words + ("。" + "；".join(wanting) if wanting else "")
    to_redo = {Standing.FAULT, Standing.RETURNED, Standing.REFUSED}
    if any(standing.standing in to_redo for standing in standings):
        return Failed(name=words, message=message)
    return Completed(name=words, message=message)
