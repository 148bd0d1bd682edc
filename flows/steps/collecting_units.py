"""The whole of a collecting run: alone on its period, from the inbox to a state in words."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from prefect import get_run_logger
from prefect.client.schemas import State
from prefect.states import Cancelled, Completed, Crashed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.office import office
from flows.runs.artifacts import show_obligations, show_rule_matrix
from flows.runs.asking import Asked, Rejudge, ask
from flows.runs.telling import tell_unit
from flows.runs.this_run import add_tags, asked_by, is_retry, is_scheduled, names_done
from flows.runs.tracing import Rerun, leave_trace
from flows.steps.aggregating import aggregate_if_due
from flows.steps.collecting import Collected, collect
from flows.steps.correcting import take_in_corrections, with_waiting
from flows.steps.deciding import report_restated
from tasks.corrections import OpenCorrectionsError
from tasks.deeds import Done, note_done
from tasks.office import Office
from tasks.ordering import clock_words, in_order
from tasks.standings import standings_of, statuses_of
from tasks.tidying import tidy
from yuebao.plain_faults import in_words
from yuebao.results import ObligationStatus
from yuebao.rules.unit_standing import Standing, UnitStanding, summary

RUNNER: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=4)
_WAIT_SECONDS = 120.0
_MOST_REASONS = 3
_BROKEN = "运行中断，不是报表的问题"
_TO_REDO = frozenset({Standing.RETURNED, Standing.REFUSED})
_WELL = frozenset({Standing.LOADED, Standing.EXEMPT})


@dataclass(frozen=True)
class Order:
    """What a collecting run is to do; ``rerun`` says who asked for a re-run and why."""

    period: str
    units: tuple[str, ...] = ()
    rejudge: Rejudge = Rejudge.NOTHING
    form: str = ""
    rerun: Rerun | None = None


def collect_units(order: Order) -> State[Any]:
    """Collect as ordered; its state says in words who is loaded, returned, missing.

    Nobody else works on the period meanwhile: a scheduled run gives way, a person's waits. What
    breaks off is a fault of the system: Crashed, never a verdict on a unit.
    """
    here = office()
    asked = ask(here, order.period, order.units, rejudge=order.rejudge, form=order.form)
    add_tags(asked.period, *order.units)
    return alone(here, asked, order.rerun)


def alone(here: Office, asked: Asked, rerun: Rerun | None) -> State[Any]:
    """Collect what is asked for while nobody else works on the period."""
    seconds = 0.0 if is_scheduled() else _WAIT_SECONDS
    with here.warehouse.exclusively(asked.period, seconds=seconds) as free:
        if not free:
            return Cancelled(
                name="同期正在运行",
                message=f"{asked.period} 另有一次运行还没有结束，这一次没有做。",
            )
        asked = asked.from_now()
        try:
            asked = replace(asked, recorded_at=in_order(here, asked.now))
            tidy(here, asked.period)
            state = _with_clock(_collected(here, asked, rerun), asked)
        except Exception as error:
            get_run_logger().exception("%s: broken off", asked.period)
            state = Crashed(name=str(Standing.FAULT), message=f"{_BROKEN}：{in_words(error)}")
        _note(here, asked, state)
        return state


def _with_clock(state: State[Any], asked: Asked) -> State[Any]:
    """The state, which says so where the clock is behind what is on record."""
    if told := clock_words(asked.now, asked.moment):
        state.message = f"{state.message}。{told}"
    return state


def _note(here: Office, asked: Asked, state: State[Any]) -> None:
    words = f"{asked.period} {state.name}"
    with suppress(OSError):  # what was done is done, noted or not
        note_done(here, Done.COLLECTED, asked.now, words, ok=not state.is_crashed())


def _collected(here: Office, asked: Asked, rerun: Rerun | None) -> State[Any]:
    if is_retry():
        rerun = rerun or Rerun(mode="重试", asked_by=asked_by(), reason="在界面上按了重试")
    wanted = _not_done(asked) if is_retry() else asked
    before = standings_of(here, asked.period, wanted.units, asked.today)
    outcome = collect(here, wanted)
    statuses = statuses_of(here, asked.period, asked.today)
    show_obligations(here.programme, asked.period, statuses)
    waiting = ("", "")
    if not _saw_nobody(wanted, outcome):
        refused = take_in_corrections(here, asked)
        waiting = refused, _aggregated(here, asked, statuses, outcome)
    standings = _standings(here, asked, outcome)
    for standing in standings:
        if standing.unit in outcome.changed or standing.standing is Standing.FAULT:
            tell_unit(here, asked.period, standing)
    if outcome.changed:
        show_rule_matrix(here)
        report_restated(here, asked, [u for u in wanted.units if u.code in outcome.changed])
    if rerun is not None:
        leave_trace(here, wanted, rerun, before, standings, changed=outcome.changed)
    return with_waiting(final_state(here, standings), *waiting)


def _aggregated(
    here: Office, asked: Asked, statuses: Sequence[ObligationStatus], outcome: Collected
) -> str:
    """Aggregate what is due; which corrections keep it from being done, in Chinese, or nothing."""
    try:
        aggregate_if_due(here, asked, statuses, changed=bool(outcome.changed))
    except OpenCorrectionsError as error:
        return str(error)
    return ""


def _saw_nobody(asked: Asked, outcome: Collected) -> bool:
    """Whether the system failed for every unit: nobody is to be published as missing for that."""
    return bool(asked.units) and all(unit.code in outcome.faults for unit in asked.units)


def _not_done(asked: Asked) -> Asked:
    """What is asked for, less the units an earlier attempt of this run saw loaded."""
    done = names_done("report_unit")
    left = tuple(unit for unit in asked.units if f"{unit.name} {asked.period}" not in done)
    return replace(asked, units=left)


def _standings(here: Office, asked: Asked, outcome: Collected) -> tuple[UnitStanding, ...]:
    return tuple(
        UnitStanding(standing.unit, Standing.FAULT, detail=outcome.faults[standing.unit])
        if standing.unit in outcome.faults
        else standing
        for standing in standings_of(here, asked.period, asked.units, asked.today)
    )


def _reasons(standings: Sequence[UnitStanding]) -> str:
    """Why the system failed, each reason once, the first few."""
    faults = (one.detail for one in standings if one.standing is Standing.FAULT and one.detail)
    return "；".join(list(dict.fromkeys(faults))[:_MOST_REASONS])


def final_state(here: Office, standings: Sequence[UnitStanding]) -> State[Any]:
    """All units in words. Crashed where the system failed, Failed where something was returned.

    Both can be retried; a run in which units are only missing is done.
    """
    words = summary(standings)
    wanting = [
        f"{here.programme.unit(standing.unit).name}：{standing.words}"
        for standing in standings
        if standing.standing not in _WELL
    ]
    message = "。".join(part for part in (words, "；".join(wanting), _reasons(standings)) if part)
    found = {standing.standing for standing in standings}
    if Standing.FAULT in found:
        return Crashed(name=words, message=message)
    if found & _TO_REDO:
        return Failed(name=words, message=message)
    return Completed(name=words, message=message)
