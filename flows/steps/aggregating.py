"""The one composition of aggregation: a month, the later months it touches, their quarters."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from prefect import tags

from flows.runs.artifacts import show_headline
from flows.runs.asking import Asked
from flows.runs.records import track
from flows.runs.taking_turns import turn
from flows.runs.telling import tell_period
from tasks.bulletin_files import is_published
from tasks.compute_results import compute_month, compute_quarter
from tasks.corrections import OpenCorrectionsError, refuse_open
from tasks.office import Office
from tasks.publish_bulletin import publish_bulletin
from tasks.touched import touched_periods
from yuebao.results import ObligationState, ObligationStatus
from yuebao.rules.calendar import cut_off_on
from yuebao.rules.period import Period

_OPEN = frozenset(
    {
        ObligationState.MISSING,
        ObligationState.PENDING,
        ObligationState.RETURNED,
        ObligationState.HELD,
    }
)


def aggregate_if_due(
    office: Office, asked: Asked, statuses: Iterable[ObligationStatus], *, changed: bool
) -> tuple[str, ...]:
    """Aggregate when the period is complete or cut off, or was aggregated before it changed.

    The caller has the period to itself. What is up to date already is left alone.
    """
    period = Period.parse(asked.period)
    complete = not any(status.state in _OPEN for status in statuses)
    cut_off = asked.today > cut_off_on(office.programme, period)
    known = bool(office.warehouse.computed_at(office.programme.id, [period]))
    if not (complete or cut_off or known) or not (changed or is_stale(office, period)):
        return ()
    done = aggregate(office, period, asked.now, held=period)
    if complete or cut_off:
        tell_period(period, complete=complete, first=not known)
    return done


def is_stale(office: Office, period: Period) -> bool:
    """Whether the period, or one it touches, has no results yet or older ones than its loads.

    Or no bulletin of them: a run was killed before it was written.
    """
    warehouse, programme = office.warehouse, office.programme.id
    touched = touched_periods(office, period)
    computed = warehouse.computed_at(programme, touched)
    if len(computed) < len(touched) or not all(is_published(office, one) for one in touched):
        return True
    loaded = [record.loaded_at for record in warehouse.submissions(programme, period)]
    loaded += [one.correction.recorded_at for one in warehouse.corrections(programme, period)]
    return bool(loaded) and min(computed.values()) < max(loaded)


def aggregate(
    office: Office, period: Period, now: datetime, *, held: Period | None = None
) -> tuple[str, ...]:
    """Aggregate and publish the period and every later one it touches; returns them in order.

    Each in its turn, but the one the caller has ``held`` already. PeriodBusyError where one cannot
    be had: what is done is done, the next run does the rest.
    OpenCorrectionsError at the first whose corrections no longer find what they expect; what is
    published already of it and of those after it then says so.
    """
    periods = touched_periods(office, period)
    for place, touched in enumerate(periods):
        try:
            _aggregate_one(office, touched, now, held=held)
        except OpenCorrectionsError:
            _publish_waiting(office, periods[place:], now, held=held)
            raise
    return tuple(str(touched) for touched in periods)


def _publish_waiting(
    office: Office, periods: Iterable[Period], now: datetime, *, held: Period | None
) -> None:
    """Write the bulletins anew that show figures from before; they tell what they wait for."""
    known = office.warehouse.computed_at(office.programme.id, periods)
    for period in periods:
        if str(period) in known:
            with _its_turn(office, period, held):
                _publish(office, period, now)


def _aggregate_one(office: Office, period: Period, now: datetime, *, held: Period | None) -> None:
    with tags(str(period)), _its_turn(office, period, held):
        refuse_open(office, period)
        computing = compute_quarter if period.is_quarter else compute_month
        step = computing.submit(office, str(period), now)
        track([step])
        step.result()
        _publish(office, period, now)


def _its_turn(office: Office, period: Period, held: Period | None) -> AbstractContextManager[None]:
    return nullcontext() if period == held else turn(office, period)


def _publish(office: Office, period: Period, now: datetime) -> None:
    publishing = publish_bulletin.submit(office, str(period), now)
    track([publishing])
    publishing.result()
    show_headline(office, period)
