"""A version that waits for the data team: what counts meanwhile, and how it is shown."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from yuebao.programme.models import Programme
from yuebao.reports.reporting import reporting
from yuebao.results import FormState, ObligationState, SubmissionState
from yuebao.rules.obligations import FormStanding, measures, obligation_statuses
from yuebao.rules.period import Period
from yuebao.rules.unit_standing import Standing, unit_standing
from yuebao.rules.verdict import submission_state
from yuebao.rules.wording import state_mark

SEPTEMBER = Period.parse("2023-09")
ARRIVED = datetime(2023, 9, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2023, 9, 26)


def statuses(plan: Programme, *standings: FormStanding):
    return obligation_statuses(plan, SEPTEMBER, standings, TODAY)


def accepted(form: str, *, held: bool) -> FormStanding:
    return FormStanding("9001", form, FormState.ACCEPTED, ARRIVED, ARRIVED, held=held)


def test_the_accepted_version_counts_and_the_held_one_is_shown(plan: Programme) -> None:
    found = statuses(plan, *(accepted(form, held=form == "F1") for form in ("F1", "F2", "F4")))
    own = [s for s in found if s.obligation.unit == "9001"]
    assert [state_mark(s) for s in own] == ["已报(改动待批准)", "已报", "已报"]
    assert measures(own).actual == 3
    standing = unit_standing("9001", found)
    assert (standing.standing, standing.words) == (Standing.HELD, "待批准 1 张表")
    assert [one.name for one in reporting(plan, SEPTEMBER, found).held] == [plan.unit("9001").name]


def test_held_with_nothing_accepted_is_neither_reported_nor_chased(plan: Programme) -> None:
    held = FormStanding("9001", "F1", FormState.HELD, None, ARRIVED, held=True)
    found = statuses(plan, held, accepted("F2", held=False), accepted("F4", held=False))
    status = next(s for s in found if s.obligation.unit == "9001" and s.obligation.form == "F1")
    assert (status.state, state_mark(status)) == (ObligationState.HELD, "待批准")
    assert measures([status]).actual == 0
    assert unit_standing("9001", found).standing is Standing.HELD
    assert not reporting(plan, SEPTEMBER, found).all_in


def test_a_file_with_a_held_form_is_held_unless_something_is_returned() -> None:
    accepted, held, returned = FormState.ACCEPTED, FormState.HELD, FormState.RETURNED
    assert submission_state((), [accepted, held]) is SubmissionState.HELD
    assert submission_state((), [held, returned]) is SubmissionState.PARTLY
    assert submission_state((), [accepted]) is SubmissionState.LOADED
