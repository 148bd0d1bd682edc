"""Held versions, answers, closings and trials, on both engines."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from yuebao.results import FormState, SubmissionState
from yuebao.revisions import Answer, Revision, RevisionDecision
from yuebao.rules.closing import ClosingStep, Step
from yuebao.rules.period import Period

PERIOD, UNIT = "2023-05", "53101"
REVISION = Revision("F1", 1, ("已汇总", "改动 1 个数，超过 0 个"), "# 修订说明")


def held(hand, sha256: str, *people: int):
    form = replace(hand.villages(*people), state=FormState.HELD)
    judged = hand.file(sha256, form, state=SubmissionState.HELD)
    return replace(judged, revisions=(REVISION,))


def people(warehouse, county) -> list[Decimal]:
    accepted = warehouse.accepted_in(county, PERIOD)[UNIT, "F1"]
    return [row.values["people"] for row in accepted.values.tables["villages"]]


def test_what_counted_counts_until_the_answer_is_yes(warehouse, county, hand, now) -> None:
    warehouse.load(county, hand.file("a", hand.villages(5, 20)), loaded_at=now)
    receipt = warehouse.load(county, held(hand, "b", 6, 20), loaded_at=now)
    assert (receipt.held, receipt.accepted, receipt.observations) == (("F1",), (), 0)
    assert people(warehouse, county) == [5, 20]
    (standing,) = warehouse.statuses(county.id, PERIOD)
    assert (standing.state, standing.held) == (FormState.ACCEPTED, True)
    (waiting,) = warehouse.held(county.id)
    assert (waiting.unit, waiting.form, waiting.version, waiting.sha256) == (UNIT, "F1", 2, "b")
    assert (waiting.reasons, waiting.note) == (REVISION.reasons, "# 修订说明")

    answered = RevisionDecision(PERIOD, UNIT, ("F1",), 2, "b", Answer.YES, "李某", "属实", now)
    agreed = replace(hand.file("b", hand.villages(6, 20)), answered=answered)
    warehouse.load(county, agreed, loaded_at=now, again=True)
    assert people(warehouse, county) == [6, 20]
    assert warehouse.held(county.id) == ()
    assert warehouse.answers(county.id, PERIOD) == (replace(answered, sha256=""),)


def test_held_with_nothing_accepted_counts_as_nothing(warehouse, county, hand, now) -> None:
    warehouse.load(county, held(hand, "b", 6, 20), loaded_at=now)
    (standing,) = warehouse.statuses(county.id, PERIOD)
    assert (standing.state, standing.first_accepted_at) == (FormState.HELD, None)
    assert warehouse.accepted_in(county, PERIOD) == {}
    assert warehouse.reported(county.id, PERIOD) == {}


def test_a_later_version_takes_the_place_of_a_held_one(warehouse, county, hand, now) -> None:
    warehouse.load(county, held(hand, "b", 6, 20), loaded_at=now)
    warehouse.load(county, hand.file("c", hand.villages(7, 20)), loaded_at=now)
    assert warehouse.held(county.id, PERIOD, unit=UNIT) == ()


def test_nothing_tried_stays(warehouse, county, hand, now) -> None:
    warehouse.load(county, hand.file("a", hand.villages(5, 20)), loaded_at=now)
    with warehouse.trial() as trial:
        trial.load(county, hand.file("b", hand.villages(6, 20)), loaded_at=now)
        assert people(trial, county) == [6, 20]
    assert people(warehouse, county) == [5, 20]
    assert len(warehouse.submissions(county.id, PERIOD)) == 1


def test_closings_are_kept_in_their_order(warehouse, county) -> None:
    moment = datetime(2024, 1, 3, tzinfo=UTC)
    closed = ClosingStep(PERIOD, Step.CLOSED, "李某", "", moment)
    opened = ClosingStep(
        PERIOD, Step.REOPENED, "王某", "漏报", moment, UNIT, "F1", date(2024, 1, 10)
    )
    for step in (closed, opened):
        warehouse.record_closing(county.id, step)
    assert warehouse.closings(county.id, PERIOD) == (closed, opened)
    assert warehouse.closings(county.id) == (closed, opened)
    assert warehouse.closings(county.id, "2023-06") == ()


def test_an_earlier_period_accepted_later_is_noticed(warehouse, county, hand, now) -> None:
    may, june = Period.parse("2023-05"), Period.parse("2023-06")
    warehouse.load(county, hand.file("a", hand.villages(5, 20)), loaded_at=now)
    later = hand.file("b", hand.villages(6, 20), period="2023-06")
    warehouse.load(county, later, loaded_at=now + timedelta(days=30))
    assert warehouse.restated_at(county.id, june) == {}
    revised = hand.file("c", hand.villages(7, 20))
    moment = now + timedelta(days=31)
    warehouse.load(county, revised, loaded_at=moment)
    assert warehouse.restated_at(county.id, june, unit=UNIT) == {UNIT: moment}
    assert warehouse.restated_at(county.id, may) == {}
