"""What a revision moves, and from where on it must wait for the data team."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from yuebao.programme.models import Programme, RevisionLimits, RevisionPolicy
from yuebao.readings import FormReading
from yuebao.results import (
    Colour,
    FormState,
    IndicatorResult,
    JudgedForm,
    JudgedSubmission,
    SubmissionState,
    TargetOrigin,
)
from yuebao.revisions import Revision
from yuebao.rules.holding import Extent, Stage, declined, hold_reasons, with_revisions
from yuebao.rules.impact import moved_share, rank_moves, result_moves, total_shares
from yuebao.rules.revision import ValueChange

D = Decimal
LIMITS = RevisionLimits(cells=2, total_share=D("0.2"), result_share=D("0.1"), colour_held=True)
POLICY = RevisionPolicy(aggregated=RevisionLimits(cells=5), issued=LIMITS)


def result(unit: str, value: int, colour: Colour = Colour.GREEN) -> IndicatorResult:
    number = D(value)
    return IndicatorResult(
        "W1", unit, "2023-06", number, number, None, D(100), TargetOrigin.PLAN, D(50), number,
        D(1), colour, D(9), D(100), 7, 7,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [(D(100), D(80), D("0.2")), (None, D(5), D(1)), (D(0), D(5), D(1)), (D(4), None, D(1)),
     (D(-10), D(-5), D("0.5")), (D(7), D(7), D(0))],
)  # fmt: skip
def test_how_far_a_figure_moves(before, after, share) -> None:
    assert moved_share(before, after) == share


def test_a_columns_total_moves_by_what_its_cells_do_together() -> None:
    changes = [
        ValueChange("t", "a", "x", D(10), D(15)),
        ValueChange("t", "b", "x", D(10), None),  # a row that goes
        ValueChange("t", "a", "text", "旧", "新"),
    ]
    assert total_shares(changes, {("t", "x"): D(50)}) == {("t", "x"): D("0.1")}


def test_what_moves_among_the_results_and_who_changes_places() -> None:
    before = [result("县", 90), result("甲", 40), result("乙", 50)]
    after = [result("县", 100), result("甲", 60, Colour.AMBER), result("乙", 50)]
    moves = result_moves(before, after)
    assert [(move.unit, move.share.quantize(D("0.01")), move.recoloured) for move in moves] == [
        ("县", D("0.11"), False),
        ("甲", D("0.50"), True),
    ]
    ranks = rank_moves(before, after, "县")
    assert [(rank.unit, rank.before, rank.after) for rank in ranks] == [("甲", 2, 1), ("乙", 1, 2)]


def extent(cells: int = 1, total: str = "0", county: int = 100, recoloured: int = 0) -> Extent:
    moves = result_moves([result("县", 100)], [result("县", county)])
    return Extent(cells, {("t", "x"): D(total)}, moves, recoloured)


@pytest.mark.parametrize(
    ("stage", "given", "said"),
    [
        (Stage.OPEN, extent(999, "9", 1, 9), ()),
        (Stage.AGGREGATED, extent(5, "9", 1, 9), ()),  # what is not named is not limited
        (Stage.AGGREGATED, extent(6), ("已汇总", "改动 6 个数，超过 5 个")),
        (Stage.ISSUED, extent(2, "0.2", 110), ()),  # at the limits
        (Stage.ISSUED, extent(1, "0.201"), ("通报已签发", "有一列合计变动 20.1%，超过 20%")),
        (Stage.ISSUED, extent(1, "0", 89), ("通报已签发", "有一项全县指标变动 11%，超过 10%")),
        (Stage.ISSUED, extent(recoloured=2), ("通报已签发", "有 2 个指标结果变色")),
        (Stage.LATER_CLOSED, extent(0), ("以后某期已定稿",)),
        (Stage.CLOSED, extent(0), ("已定稿",)),
    ],
)
def test_held_beyond_the_limits_of_the_stage(stage, given, said) -> None:
    assert hold_reasons(POLICY, stage, given) == said


def judged(programme: Programme, *states: FormState) -> JudgedSubmission:
    unit = programme.townships[0].code
    forms = tuple(
        JudgedForm(FormReading(form.id, unit, "2023-06", "x", form.id, ()), state, ())
        for form, state in zip(programme.forms, states, strict=False)
    )
    moment = datetime(2023, 6, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
    return JudgedSubmission(
        unit, "2023-06", "x", "表.xlsx", moment, SubmissionState.LOADED, forms, ()
    )


def test_only_the_accepted_form_that_must_wait_is_held_and_says_why(programme) -> None:
    accepted, returned = FormState.ACCEPTED, FormState.RETURNED
    verdict = judged(programme, accepted, accepted, returned)
    first, _, third = (form.reading.form for form in verdict.forms)
    revisions = [Revision(first, 3, ("已汇总", "改动太大")), Revision(third, 1, ("已汇总",))]
    weighed = with_revisions(programme, verdict, revisions)
    assert [form.state for form in weighed.forms] == [FormState.HELD, accepted, returned]
    assert weighed.state is SubmissionState.PARTLY
    (issue,) = weighed.forms[0].issues
    assert (issue.code, issue.form) == ("revision-held", first)
    assert "已汇总；改动太大" in issue.message
    closed = with_revisions(programme, verdict, [Revision(first, 0, ("已定稿",), closed=True)])
    assert "2023年6月已定稿" in closed.forms[0].issues[0].message


def test_a_no_returns_each_form_with_the_reason(programme) -> None:
    refused = declined(programme, judged(programme, FormState.ACCEPTED), "与台账不符。")
    assert refused.state is SubmissionState.RETURNED
    (issue,) = refused.forms[0].issues
    assert "仍以原来报的数为准：与台账不符。" in issue.message
