"""What a later version would change is tried in the warehouse, on both engines, and not kept."""

from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from tasks.figures import compute_figures
from tasks.weighing import weigh
from yuebao.decision import Decision, Verdict
from yuebao.programme.models import RevisionLimits, RevisionPolicy
from yuebao.results import FormState
from yuebao.rules.closing import ClosingStep, Step
from yuebao.rules.period import Period

PERIOD, UNIT = "2023-05", "53101"
MAY, JUNE = Period.parse("2023-05"), Period.parse("2023-06")
NOW = datetime(2023, 7, 3, tzinfo=UTC)
POLICY = RevisionPolicy(
    aggregated=RevisionLimits(total_share=Decimal("0.5")),
    issued=RevisionLimits(total_share=Decimal("0.1")),
)


class Office(SimpleNamespace):
    """As much of an office as weighing needs."""

    def with_warehouse(self, warehouse):
        other = copy(self)
        other.warehouse = warehouse
        return other


@pytest.fixture
def office(warehouse, county, hand):
    """May and June are in: 25 people in two villages."""
    programme = county.model_copy(update={"revisions": POLICY})
    for period in (PERIOD, "2023-06"):
        first = hand.file(f"first{period}", hand.villages(5, 20), period=period)
        warehouse.load(programme, first, loaded_at=NOW)
    return Office(programme=programme, warehouse=warehouse)


def weighed(office, hand, *people: int):
    (verdict,) = weigh(office, PERIOD, [hand.file("b", hand.villages(*people))], NOW)
    return verdict.forms[0].state, verdict.revisions


def close(office, period: str, step: Step = Step.CLOSED, **scope) -> None:
    office.warehouse.record_closing(
        office.programme.id, ClosingStep(period, step, "李某", "", NOW, **scope)
    )


def test_before_a_period_is_aggregated_every_change_is_loaded(office, hand) -> None:
    state, (revision,) = weighed(office, hand, 500, 20)
    assert (state, revision.reasons) == (FormState.ACCEPTED, ())
    assert revision.cells == 2  # the people, and 是否 that follows from them
    assert "2023年5月还没有汇总" in revision.note
    assert weighed(office, hand, 5, 20) == (FormState.ACCEPTED, ())  # nothing changes


def test_afterwards_it_is_tried_and_held_beyond_the_limits(office, hand) -> None:
    for period in (MAY, JUNE):
        compute_figures(office, period, NOW)
    before = office.warehouse.results(office.programme.id, [MAY, JUNE])
    state, (small,) = weighed(office, hand, 10, 20)
    assert (state, small.is_held) == (FormState.ACCEPTED, False)
    assert "| 2023-05 | 指标W1-1 | 小县 | 25 | 30 |" in small.note
    state, (large,) = weighed(office, hand, 30, 20)
    assert state is FormState.HELD
    assert large.reasons == ("已汇总", "有一列合计变动 100%，超过 50%")
    assert office.warehouse.results(office.programme.id, [MAY, JUNE]) == before
    assert len(office.warehouse.submissions(office.programme.id, PERIOD)) == 1


def test_an_issued_bulletin_narrows_the_limits_and_is_named(office, hand) -> None:
    compute_figures(office, MAY, NOW)
    decision = Decision(PERIOD, 0, Verdict.APPROVED, "王某", "", NOW, "digest")
    office.warehouse.record_decision(office.programme.id, decision)
    state, (revision,) = weighed(office, hand, 10, 20)
    assert (state, revision.reasons[0]) == (FormState.HELD, "通报已签发")
    assert "2023年5月的通报已签发，数字会变" in revision.note


def test_whatever_comes_for_a_closed_period_is_held(office, hand) -> None:
    compute_figures(office, MAY, NOW)
    close(office, PERIOD)
    state, (revision,) = weighed(office, hand, 5, 20)  # even the same values
    assert (state, revision.reasons, revision.closed) == (FormState.HELD, ("已定稿",), True)
    same = hand.file(f"first{PERIOD}", hand.villages(5, 20))  # the accepted file judged again
    assert weigh(office, PERIOD, [same], NOW)[0].revisions == ()
    absent = replace(hand.file("c", hand.villages(5, 20)), unit="53102")
    assert weigh(office, PERIOD, [absent], NOW)[0].forms[0].state is FormState.HELD

    day = (NOW + timedelta(days=1)).date()
    close(office, PERIOD, Step.REOPENED, unit=UNIT, form="F1", until_on=day)
    assert weighed(office, hand, 6, 20)[0] is FormState.ACCEPTED
    assert weigh(office, PERIOD, [absent], NOW)[0].forms[0].state is FormState.HELD


def test_an_earlier_period_may_not_move_a_closed_one(office, hand) -> None:
    for period in (MAY, JUNE):
        compute_figures(office, period, NOW)
    close(office, "2023-06")
    state, (revision,) = weighed(office, hand, 6, 20)
    assert (state, revision.reasons) == (FormState.HELD, ("以后某期已定稿",))
    close(office, PERIOD)
    close(office, PERIOD, Step.REOPENED, until_on=date(2023, 7, 3))
    assert weighed(office, hand, 6, 20)[0] is FormState.ACCEPTED  # opened on purpose
