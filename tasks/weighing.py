"""What a batch of verdicts would change of what counts, and what of it must wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from prefect import get_run_logger

from tasks.corrections import OpenCorrectionsError
from tasks.figures import compute_figures
from tasks.office import Office
from tasks.restating import restated_by
from tasks.touched import touched_periods
from yuebao.corrections.record import CorrectionState, Held
from yuebao.corrections.record import held as as_held
from yuebao.decision import Verdict
from yuebao.readings import Accepted, AcceptedForm
from yuebao.reports.impact_note import Impact, impact_note
from yuebao.results import ACCEPTED_STATES, FormState, IndicatorResult, JudgedForm, JudgedSubmission
from yuebao.revisions import Revision
from yuebao.rules.calendar import local_date
from yuebao.rules.closing import ClosingStep, is_closed, last_closing
from yuebao.rules.holding import Extent, Stage, hold_reasons, with_revisions
from yuebao.rules.impact import (
    RankMove,
    ResultMove,
    rank_moves,
    result_moves,
    total_shares,
)
from yuebao.rules.period import Period
from yuebao.rules.revision import ValueChange, value_changes

Place: TypeAlias = tuple[str, str, str, str]  # form, table, row, column
_CLOSED = (Stage.CLOSED, Stage.LATER_CLOSED)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is the same for all submissions of a period at a moment."""

    office: Office
    period: Period
    now: datetime
    today: date
    reported: Mapping[str, frozenset[str]]
    steps: tuple[ClosingStep, ...]  # of this period
    known: tuple[Period, ...]  # touched periods that have results
    issued: tuple[str, ...]
    later_closed: bool


@dataclass(frozen=True, slots=True)
class _Change:
    """A form that would change what counts."""

    form: JudgedForm
    stage: Stage
    values: tuple[ValueChange, ...]
    accepted: AcceptedForm | None


def weigh(
    office: Office, period: str, verdicts: Sequence[JudgedSubmission], now: datetime
) -> tuple[JudgedSubmission, ...]:
    """The verdicts with their revisions weighed: what must wait for the data team is held."""
    if not verdicts:
        return ()
    reported = office.warehouse.reported(office.programme.id, period)
    steps = office.warehouse.closings(office.programme.id)
    if not steps and not any(_has_accepted(reported, verdict.unit) for verdict in verdicts):
        return tuple(verdicts)
    scene = _scene(office, Period.parse(period), now, reported, steps)
    return tuple(_weighed(scene, verdict) for verdict in verdicts)


def _has_accepted(reported: Mapping[str, frozenset[str]], unit: str) -> bool:
    return any(unit in units for units in reported.values())


def _scene(
    office: Office,
    period: Period,
    now: datetime,
    reported: Mapping[str, frozenset[str]],
    steps: tuple[ClosingStep, ...],
) -> _Scene:
    warehouse, programme = office.warehouse, office.programme
    touched = touched_periods(office, period)
    computed = warehouse.computed_at(programme.id, touched)
    issued = tuple(str(one) for one in touched if _is_issued(office, one))
    later = {str(one) for one in touched[1:]}
    return _Scene(
        office=office,
        period=period,
        now=now,
        today=local_date(programme, now),
        reported=reported,
        steps=tuple(step for step in steps if step.period == str(period)),
        known=tuple(one for one in touched if str(one) in computed),
        issued=issued,
        later_closed=any(step.period in later for step in steps),
    )


def _is_issued(office: Office, period: Period) -> bool:
    decisions = office.warehouse.decisions(office.programme.id, period)
    return bool(decisions) and decisions[-1].verdict is Verdict.APPROVED


def _weighed(scene: _Scene, verdict: JudgedSubmission) -> JudgedSubmission:
    changes = tuple(_changes(scene, verdict))
    if not changes:
        return verdict
    before, after = _results(scene, verdict, changes)
    revisions = [_revision(scene, verdict, change, before, after) for change in changes]
    return with_revisions(scene.office.programme, verdict, revisions)


def _changes(scene: _Scene, verdict: JudgedSubmission) -> Iterable[_Change]:
    office = scene.office
    accepted = office.warehouse.accepted_in(office.programme, scene.period, unit=verdict.unit)
    loaded = _loaded_from(scene, verdict.unit)
    corrected = _corrected(scene, verdict.unit)
    for form in verdict.forms:
        if form.state not in ACCEPTED_STATES:
            continue
        stage = _stage(scene, verdict.unit, form.reading.form)
        change = _change(form, stage, accepted, corrected)
        late = stage in _CLOSED and loaded.get(form.reading.form) != verdict.sha256
        if late or (change.values and verdict.unit in scene.reported.get(form.reading.form, ())):
            yield change


def _change(
    form: JudgedForm, stage: Stage, accepted: Accepted, corrected: Mapping[Place, tuple[Held, Held]]
) -> _Change:
    standing = accepted.get((form.reading.unit, form.reading.form))
    values = tuple(
        change
        for change in value_changes(form.reading, standing)
        if corrected.get((form.reading.form, change.table, change.row, change.column))
        != (as_held(change.after), as_held(change.before))
    )
    if form.state is FormState.ZERO:
        values = tuple(change for change in values if change.before is not None)
    return _Change(form, stage, values, standing)


def _corrected(scene: _Scene, unit: str) -> Mapping[Place, tuple[Held, Held]]:
    """By cell, what the county corrected from and to: the same reported again changes nothing."""
    office = scene.office
    told = (
        standing.correction.told
        for standing in office.warehouse.corrections(office.programme.id, scene.period)
        if standing.state is CorrectionState.APPLIED
    )
    return {
        (one.form, one.table, one.row, one.column): (one.expected, one.value)
        for one in told
        if one.unit == unit
    }


def _loaded_from(scene: _Scene, unit: str) -> dict[str, str]:
    """By form, the file of the version that counts."""
    records = scene.office.warehouse.submissions(scene.office.programme.id, scene.period, unit=unit)
    return {
        form.form: record.sha256 for record in records for form in record.forms if form.is_current
    }


def _stage(scene: _Scene, unit: str, form: str) -> Stage:
    if is_closed(scene.steps, unit, form, scene.today):
        return Stage.CLOSED
    if scene.later_closed and last_closing(scene.steps) is None:
        return Stage.LATER_CLOSED
    if scene.issued:
        return Stage.ISSUED
    return Stage.AGGREGATED if scene.known else Stage.OPEN


def _results(
    scene: _Scene, verdict: JudgedSubmission, changes: Sequence[_Change]
) -> tuple[tuple[IndicatorResult, ...], tuple[IndicatorResult, ...]]:
    """The results of all touched periods as they are, and as they would be; tried, not kept."""
    office, programme = scene.office, scene.office.programme
    if not scene.known or not changes:
        return (), ()
    before = office.warehouse.results(programme.id, scene.known)
    with office.warehouse.trial() as warehouse:
        warehouse.load(programme, verdict, loaded_at=scene.now, again=True)
        return before, _computed(office.with_warehouse(warehouse), scene)


def _computed(trying: Office, scene: _Scene) -> tuple[IndicatorResult, ...]:
    """The results as they would be, as far as corrections that still fit let them be computed."""
    try:
        for period in scene.known:
            compute_figures(trying, period, scene.now)
    except OpenCorrectionsError as error:
        get_run_logger().warning("not all results can be tried: %s", error)
    return trying.warehouse.results(trying.programme.id, scene.known)


def _revision(
    scene: _Scene,
    verdict: JudgedSubmission,
    change: _Change,
    before: tuple[IndicatorResult, ...],
    after: tuple[IndicatorResult, ...],
) -> Revision:
    programme = scene.office.programme
    form = change.form.reading.form
    fed = {one.id for one in programme.indicators if one.numerator.form == form}
    moves = tuple(move for move in result_moves(before, after) if move.indicator in fed)
    ranks = tuple(r for r in rank_moves(before, after, programme.county) if r.indicator in fed)
    reasons = hold_reasons(programme.revisions, change.stage, _extent(scene, change, moves))
    note = impact_note(programme, _impact(scene, verdict, change, moves, ranks), reasons)
    closed = change.stage is Stage.CLOSED
    return Revision(form, len(change.values), reasons, note, closed)


def _impact(
    scene: _Scene,
    verdict: JudgedSubmission,
    change: _Change,
    moves: tuple[ResultMove, ...],
    ranks: tuple[RankMove, ...],
) -> Impact:
    moved = {move.period for move in moves}
    return Impact(
        unit=verdict.unit,
        period=verdict.period,
        form=change.form.reading.form,
        file_name=verdict.file_name,
        stage=change.stage,
        changes=change.values,
        moves=moves,
        ranks=ranks,
        issued=tuple(period for period in scene.issued if period in moved),
        later=restated_by(scene.office, change.form.reading, change.accepted),
    )


def _extent(scene: _Scene, change: _Change, moves: tuple[ResultMove, ...]) -> Extent:
    county = scene.office.programme.county
    return Extent(
        cells=len(change.values),
        total_shares=total_shares(change.values, _totals(change.accepted)),
        county_moves=tuple(move for move in moves if move.unit == county),
        recoloured=sum(move.recoloured for move in moves),
    )


def _totals(accepted: AcceptedForm | None) -> Mapping[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    tables = accepted.values.tables if accepted else {}
    for table, rows in tables.items():
        for row in rows:
            for column, value in row.values.items():
                if isinstance(value, Decimal):
                    place = table, column
                    found[place] = found.get(place, Decimal(0)) + value
    return found
