"""A held version decided on: loaded or returned, the unit told, the figures computed again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from prefect import tags
from prefect.client.schemas import State
from prefect.states import Cancelled, Completed, Failed

from flows.runs.artifacts import show_obligations
from flows.runs.asking import Asked
from flows.runs.records import track
from flows.runs.taking_turns import turn
from flows.runs.telling import tell_unit
from flows.steps.aggregating import aggregate_if_due
from tasks.answering import Question, answer
from tasks.corrections import WAITING, OpenCorrectionsError
from tasks.office import Office
from tasks.report_unit import report_unit
from tasks.restating import periods_restated
from tasks.standings import standings_of, statuses_of
from yuebao.programme.models import Unit
from yuebao.results import ACCEPTED_STATES, JudgedSubmission, ObligationStatus
from yuebao.revisions import Answer, NotDecidedError

_WAIT_SECONDS = 120.0


def decide_held(
    here: Office, asked: Asked, question: Question, said: Answer, *, name: str, remark: str
) -> State[Any]:
    """Do as the data team says while nobody else works on the period; a state in words."""
    with here.warehouse.exclusively(asked.period, seconds=_WAIT_SECONDS) as free:
        if not free:
            return Cancelled(
                name="同期正在运行",
                message=f"{asked.period} 另有一次运行还没有结束，请稍后再决定。",
            )
        now = datetime.now(UTC)
        try:
            done = answer(here, question, said, name=name, remark=remark, now=now)
        except NotDecidedError as error:
            return Failed(name="没有决定", message=str(error))
        return _followed_up(here, replace(asked, now=now), done, said)


def report_restated(here: Office, asked: Asked, units: Iterable[Unit]) -> None:
    """Tell the units anew of later periods whose accepted figures no longer go on from these."""
    restated: dict[str, list[Unit]] = {}
    for unit in units:
        for period in periods_restated(here, unit.code, asked.period):
            restated.setdefault(period, []).append(unit)
    for period in sorted(restated):
        with turn(here, period):
            _report(here, asked, period, restated[period])


def _report(here: Office, asked: Asked, period: str, units: Iterable[Unit]) -> None:
    steps = []
    for unit in units:
        with tags(unit.name, period):
            steps.append(report_unit.submit(here, unit.code, unit.name, period, asked.today))
    track(steps)
    for step in steps:
        step.wait()


def _followed_up(
    here: Office, asked: Asked, done: tuple[JudgedSubmission, ...], said: Answer
) -> State[Any]:
    (unit,) = asked.units
    with tags(unit.name, asked.period):
        reporting = report_unit.submit(here, unit.code, unit.name, asked.period, asked.today)
    track([reporting])
    reporting.wait()
    statuses = statuses_of(here, asked.period, asked.today)
    show_obligations(here.programme, asked.period, statuses)
    accepted = _forms(done, accepted=True)
    waits = ""
    if accepted:
        waits = _aggregated(here, asked, statuses)
        report_restated(here, asked, [unit])
    (standing,) = standings_of(here, asked.period, [unit], asked.today)
    tell_unit(here, asked.period, standing)
    if waits:
        return Failed(name=f"同意，{WAITING}", message=waits)
    return _state(unit, said, accepted, _forms(done, accepted=False))


def _aggregated(here: Office, asked: Asked, statuses: Iterable[ObligationStatus]) -> str:
    """Aggregate what follows; which corrections keep it from being done, or nothing."""
    try:
        aggregate_if_due(here, asked, statuses, changed=True)
    except OpenCorrectionsError as error:
        return str(error)
    return ""


def _forms(done: tuple[JudgedSubmission, ...], *, accepted: bool) -> list[str]:
    return [
        form.reading.form
        for judged in done
        for form in judged.forms
        if (form.state in ACCEPTED_STATES) is accepted
    ]


def _state(unit: Unit, said: Answer, accepted: list[str], returned: list[str]) -> State[Any]:
    if said is Answer.NO:
        return Completed(
            name="不同意", message=f"{unit.name} {'、'.join(returned)} 已退回，原因写在问题清单里。"
        )
    if returned:
        return Failed(
            name="同意，但有错误",
            message=f"{unit.name} {'、'.join(returned)} 按现在的数重新审核有错误，已退回。",
        )
    return Completed(
        name="同意", message=f"{unit.name} {'、'.join(accepted)} 已入库，受影响的各期已重新汇总。"
    )
