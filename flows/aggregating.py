"""The one composition of aggregation: a month, the later months it touches, their quarters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flows.artifacts import show_headline
from flows.asking import Asked
from flows.records import track
from tasks.compute_results import compute_month, compute_quarter
from tasks.office import Office
from tasks.publish_bulletin import publish_bulletin
from tasks.standings import results_of
from yuebao.results import ObligationState, ObligationStatus
from yuebao.rules.calendar import cut_off_on, quarters
from yuebao.rules.period import Period

_OPEN = frozenset({ObligationState.MISSING, ObligationState.PENDING, ObligationState.RETURNED})


def aggregate_if_due(
    office: Office, asked: Asked, statuses: Iterable[ObligationStatus], *, changed: bool
) -> tuple[str, ...]:
    """Aggregate when the period is complete or cut off, and there is something new to say."""
    period = Period.parse(asked.period)
    complete = not any(status.state in _OPEN for status in statuses)
    cut_off = asked.today > cut_off_on(office.programme, period)
    known = bool(results_of(office, period))
    if not (complete or cut_off) or (known and not changed):
        return ()
    return aggregate(office, period, asked.now)


def aggregate(office: Office, period: Period, now: datetime) -> tuple[str, ...]:
    """Aggregate and publish the period and every later one it touches; returns them in order."""
    periods = touched_periods(office, period)
    for touched in periods:
        computing = compute_quarter if touched.is_quarter else compute_month
        step = computing.submit(office, str(touched), now)
        track([step])
        step.result()
        publishing = publish_bulletin.submit(office, str(touched), now)
        track([publishing])
        publishing.result()
        show_headline(office, touched)
    return tuple(str(touched) for touched in periods)


def touched_periods(office: Office, period: Period) -> tuple[Period, ...]:
    """The period, the later months with results, and the quarters they end or move."""
    if period.is_quarter:
        return (period,)
    later = [
        Period.parse(text)
        for text in office.warehouse.periods_after(office.programme.id, str(period))
    ]
    months = [period, *(other for other in later if not other.is_quarter)]
    due = set(quarters(office.programme))
    ended = {month.quarter for month in months if month.month == month.quarter.month}
    known = {other for other in later if other.is_quarter}
    return (*months, *sorted((ended | known) & due))
