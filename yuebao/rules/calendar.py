"""When a period's reports are due: working days, due dates, cut-offs and the days to remind."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from yuebao.programme.models import Calendar, Programme
from yuebao.rules.period import Period, PeriodError, periods_between

_SATURDAY = 5
_AFTER_CUT_OFF = 2  # working days


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether offices work that day: weekdays but for holidays, and the made-up weekend days."""
    if day in calendar.extra_workdays:
        return True
    return day.weekday() < _SATURDAY and day not in calendar.holidays


def working_day_offset(calendar: Calendar, day: date, n: int) -> date:
    """The n-th working day after ``day`` (before it, if n is negative); the day itself for 0."""
    step = timedelta(days=1 if n > 0 else -1)
    for _ in range(abs(n)):
        day += step
        while not is_working_day(calendar, day):
            day += step
    return day


def due_on(programme: Programme, period: Period) -> date:
    """The last day to report the period; PeriodError where the programme asks for no report."""
    calendar = programme.calendar
    if period.is_quarter:
        if (due := calendar.quarter_due_on.get(str(period))) is None:
            raise PeriodError(f"{period.chinese}没有季报。")
        return due
    if period not in reportable_periods(programme):
        raise PeriodError(f"{period.chinese}没有月报。")
    return date(period.year, period.month, calendar.month_due_day)


def on_time_until(programme: Programme, period: Period) -> date:
    """The last day that still counts as on time: the due date and its days of grace."""
    calendar = programme.calendar
    return working_day_offset(calendar, due_on(programme, period), calendar.grace_working_days)


def cut_off_on(programme: Programme, period: Period) -> date:
    """The day the period is closed and aggregated with what there is."""
    calendar = programme.calendar
    return working_day_offset(calendar, due_on(programme, period), calendar.cut_off_working_days)


def reminder_days(programme: Programme, period: Period) -> tuple[date, ...]:
    """The days on which units that still owe the period are reminded, in order."""
    calendar = programme.calendar
    due = due_on(programme, period)
    offsets = [-n for n in calendar.remind_working_days_before]
    offsets += calendar.remind_working_days_after
    return tuple(sorted({working_day_offset(calendar, due, n) for n in offsets}))


def reportable_periods(programme: Programme) -> tuple[Period, ...]:
    """The months the programme reports, in order."""
    calendar = programme.calendar
    return periods_between(Period.parse(calendar.first_month), Period.parse(calendar.last_month))


def quarters(programme: Programme) -> tuple[Period, ...]:
    """The quarters the programme reports, in order; a quarter without a due date is none."""
    return tuple(sorted(Period.parse(text) for text in programme.calendar.quarter_due_on))


def window_opens_on(programme: Programme, period: Period) -> date:
    """The day from which workbooks are expected; a quarter goes with its last month."""
    return date(period.year, period.month, programme.calendar.window_opens_day)


def current_period(programme: Programme, today: date) -> Period:
    """The month being reported today: the newest whose window has opened, else the first."""
    months = reportable_periods(programme)
    opened = [month for month in months if window_opens_on(programme, month) <= today]
    return opened[-1] if opened else months[0]


def current_quarter(programme: Programme, today: date) -> Period:
    """The quarter being reported today: the newest whose window has opened, else the first."""
    listed = quarters(programme)
    opened = [quarter for quarter in listed if window_opens_on(programme, quarter) <= today]
    return opened[-1] if opened else listed[0]


def is_open(programme: Programme, period: Period, today: date) -> bool:
    """Whether a period is being collected: its window to just after the cut-off.

    The days after the cut-off are for aggregating what is there, even if one of them was missed.
    """
    last = working_day_offset(programme.calendar, cut_off_on(programme, period), _AFTER_CUT_OFF)
    return window_opens_on(programme, period) <= today <= last


def local_date(programme: Programme, moment: datetime) -> date:
    """The programme's calendar day of a moment; a moment without zone is local already."""
    if moment.tzinfo is None:
        return moment.date()
    return moment.astimezone(ZoneInfo(programme.calendar.timezone)).date()


def local_time(programme: Programme, moment: datetime) -> str:
    """A moment as the programme's clocks show it: 2023-09-25 14:30."""
    return moment.astimezone(ZoneInfo(programme.calendar.timezone)).strftime("%Y-%m-%d %H:%M")
