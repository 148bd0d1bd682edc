"""When reports are due, worked out on the calendar of 2023 with its holidays."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuebao.programme.models import Programme
from yuebao.rules.calendar import (
    current_period,
    cut_off_on,
    due_on,
    is_working_day,
    local_date,
    on_time_until,
    quarters,
    reminder_days,
    reportable_periods,
    working_day_offset,
)
from yuebao.rules.period import Period, PeriodError


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 9, 28), True),
        (date(2023, 9, 29), False),  # holiday on a Friday
        (date(2023, 9, 30), False),  # Saturday
        (date(2023, 10, 7), True),  # Saturday made up
    ],
)
def test_holidays_and_made_up_days_are_known(plan: Programme, day: date, works: bool) -> None:
    assert is_working_day(plan.calendar, day) is works


@pytest.mark.parametrize(
    ("period", "due", "on_time", "cut_off"),
    [
        ("2023-09", date(2023, 9, 25), date(2023, 9, 26), date(2023, 9, 28)),
        ("2023-11", date(2023, 11, 25), date(2023, 11, 27), date(2023, 11, 29)),  # a Saturday
        ("2023-Q3", date(2023, 9, 30), date(2023, 10, 7), date(2023, 10, 9)),  # into a holiday
    ],
)
def test_due_grace_and_cut_off(
    plan: Programme, period: str, due: date, on_time: date, cut_off: date
) -> None:
    parsed = Period.parse(period)
    assert due_on(plan, parsed) == due
    assert on_time_until(plan, parsed) == on_time
    assert cut_off_on(plan, parsed) == cut_off


@pytest.mark.parametrize("period", ["2023-Q1", "2023-04", "2024-01"])
def test_periods_without_a_report_say_so_in_chinese(plan: Programme, period: str) -> None:
    with pytest.raises(PeriodError, match="没有"):
        due_on(plan, Period.parse(period))


def test_reminders_fall_on_working_days_around_the_due_date(plan: Programme) -> None:
    days = reminder_days(plan, Period.parse("2023-09"))
    assert days == (date(2023, 9, 20), date(2023, 9, 22), date(2023, 9, 26))


def test_months_and_quarters_of_the_programme(plan: Programme) -> None:
    assert [str(p) for p in reportable_periods(plan)] == [f"2023-{m:02d}" for m in range(5, 13)]
    assert [str(p) for p in quarters(plan)] == ["2023-Q2", "2023-Q3"]


@pytest.mark.parametrize(
    ("today", "period"),
    [
        (date(2023, 1, 3), "2023-05"),
        (date(2023, 9, 19), "2023-08"),
        (date(2023, 9, 20), "2023-09"),
        (date(2023, 10, 8), "2023-09"),
        (date(2024, 3, 1), "2023-12"),
    ],
)
def test_the_month_reported_today(plan: Programme, today: date, period: str) -> None:
    assert str(current_period(plan, today)) == period


def test_a_moment_is_dated_in_the_programmes_zone(plan: Programme) -> None:
    assert local_date(plan, datetime(2023, 9, 25, 17, 0, tzinfo=UTC)) == date(2023, 9, 26)


@given(day=st.dates(date(2023, 2, 1), date(2023, 11, 1)), n=st.integers(1, 15))
def test_going_forth_and_back_by_working_days_returns(programme_calendar, day, n) -> None:
    there = working_day_offset(programme_calendar, day, n)
    assert is_working_day(programme_calendar, there)
    back = working_day_offset(programme_calendar, there, -n)
    assert back <= day
    assert working_day_offset(programme_calendar, back, n) == there
