"""Reminders: one Chinese message for each unit that still owes something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yuebao.programme.models import Programme, Unit
from yuebao.reports.notice import (
    Notice,
    NoticeKind,
    form_name,
    form_trouble,
    notice,
    worded,
)
from yuebao.results import ObligationState, ObligationStatus
from yuebao.rules.calendar import cut_off_on, due_on, is_working_day
from yuebao.rules.period import Period

_OPEN = frozenset({ObligationState.MISSING, ObligationState.PENDING})


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message to one unit."""

    unit: str
    text: str


def reminders(
    programme: Programme, period: Period, statuses: Iterable[ObligationStatus], today: date
) -> tuple[Reminder, ...]:
    """One message for each unit with forms outstanding or returned, in register order.

    It says which forms, until when, how late, and when the period is closed.
    """
    known = tuple(statuses)
    found: list[Reminder] = []
    for unit in programme.reporters:
        own = [status for status in known if status.obligation.unit == unit.code]
        open_ones = [status for status in own if status.state in _OPEN]
        returned = [status for status in own if status.state is ObligationState.RETURNED]
        if open_ones or returned:
            text = _text(programme, period, unit, open_ones, returned, today)
            found.append(Reminder(unit.code, text))
    return tuple(found)


def reminder_notices(
    period: Period, messages: Iterable[Reminder], today: date
) -> tuple[Notice, ...]:
    """The reminders as notices: one a unit and day, however often the day is repeated."""
    return tuple(
        notice(NoticeKind.REMINDER, today, period=str(period), unit=message.unit, body=message.text)
        for message in messages
    )


def _text(
    programme: Programme,
    period: Period,
    unit: Unit,
    open_ones: Sequence[ObligationStatus],
    returned: Sequence[ObligationStatus],
    today: date,
) -> str:
    due, closing = due_on(programme, period), cut_off_on(programme, period)
    return worded(
        "reminder",
        unit=unit.name,
        period=period,
        due=due,
        days_left=(due - today).days,
        late_days=_working_days(programme, due, today),
        open_forms=[form_name(programme, status) for status in open_ones],
        returned_forms=[form_trouble(programme, status) for status in returned],
        closing=closing,
        closed=today > closing,
    )


def _working_days(programme: Programme, due: date, today: date) -> int:
    days = (date.fromordinal(n) for n in range(due.toordinal() + 1, today.toordinal() + 1))
    return sum(is_working_day(programme.calendar, day) for day in days)
