"""Who owes what, where it stands, and the five measures."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from yuebao.programme.models import Programme
from yuebao.results import FormState, ObligationState
from yuebao.rules.obligations import (
    FormStanding,
    measures,
    measures_by_form,
    measures_by_unit,
    obligation_statuses,
    obligations,
    owed_forms,
)
from yuebao.rules.period import Period, PeriodError

SEPTEMBER = Period.parse("2023-09")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def arrived(day: int) -> datetime:
    return datetime(2023, 9, day, 17, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("unit", "period", "forms"),
    [
        ("9001", "2023-09", ["F1", "F2", "F4"]),
        ("9003", "2023-09", ["F1", "F4"]),  # F2 does not apply to it
        ("90B1", "2023-09", ["F3", "F4"]),
        ("90B1", "2023-Q3", ["Q1"]),
        ("9001", "2023-Q3", []),
    ],
)
def test_forms_a_unit_owes(plan: Programme, unit: str, period: str, forms: list[str]) -> None:
    assert [form.id for form in owed_forms(plan, unit, Period.parse(period))] == forms


def test_what_does_not_apply_is_listed_as_such(plan: Programme) -> None:
    owed = obligations(plan, SEPTEMBER)
    assert len(owed) == 3 + 3 + 1 + 4
    assert [(o.unit, o.form) for o in owed if not o.applicable] == [("9003", "F2")]
    assert {o.due_on for o in owed} == {date(2023, 9, 25)}


def test_the_first_quarter_owes_nothing(plan: Programme) -> None:
    with pytest.raises(PeriodError, match="没有季报"):
        obligations(plan, Period.parse("2023-Q1"))


@pytest.mark.parametrize(
    ("standing", "today", "state", "late"),
    [
        (None, 25, ObligationState.PENDING, False),
        (None, 26, ObligationState.MISSING, False),  # still within the day of grace
        (None, 27, ObligationState.MISSING, True),
        (FormStanding("9001", "F1", FormState.ACCEPTED, arrived(26)), 30, "reported", False),
        (FormStanding("9001", "F1", FormState.EXPLAINED, arrived(27)), 30, "reported", True),
        (FormStanding("9001", "F1", FormState.ZERO, arrived(20)), 30, "zero", False),
        (
            FormStanding("9001", "F1", FormState.RETURNED, None, arrived(20), 2, 1),
            30,
            "returned",
            True,
        ),
        (
            FormStanding("9001", "F1", FormState.RETURNED, None, arrived(20), 2, 1),
            24,
            "returned",
            False,
        ),
    ],
)
def test_where_an_obligation_stands(
    plan: Programme, standing: FormStanding | None, today: int, state: str, late: bool
) -> None:
    standings = [standing] if standing else []
    statuses = obligation_statuses(plan, SEPTEMBER, standings, date(2023, 9, today))
    [status] = [s for s in statuses if (s.obligation.unit, s.obligation.form) == ("9001", "F1")]
    assert (status.state, status.late) == (state, late)


def test_a_returned_form_tells_when_it_came_and_how_many_errors(plan: Programme) -> None:
    standing = FormStanding("9001", "F1", FormState.RETURNED, None, arrived(20), 2, 1)
    status = obligation_statuses(plan, SEPTEMBER, [standing], date(2023, 9, 30))[0]
    assert (status.arrived_at, status.errors, status.warnings) == (arrived(20), 2, 1)


def test_the_five_measures(plan: Programme) -> None:
    standings = [
        FormStanding("9001", "F1", FormState.ACCEPTED, arrived(20)),
        FormStanding("9001", "F2", FormState.ZERO, arrived(29)),
        FormStanding("9003", "F2", FormState.ACCEPTED, arrived(20)),  # owes nothing: not counted
        FormStanding("9002", "F1", FormState.RETURNED, None, arrived(20)),
    ]
    statuses = obligation_statuses(plan, SEPTEMBER, standings, date(2023, 9, 30))
    overall = measures(statuses)
    assert (overall.expected, overall.actual, overall.on_time) == (10, 2, 1)
    assert (overall.rate, overall.on_time_rate) == (20, 10)
    east = measures_by_unit(statuses)["9001"]
    assert (east.expected, east.actual, east.on_time) == (3, 2, 1)
    assert measures_by_form(statuses)["F2"].expected == 2
    assert measures([]).rate is None
