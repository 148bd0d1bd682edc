"""What is told of a version held, answered, and of a later month it leaves behind."""

from datetime import UTC, datetime

from yuebao.reports.revision_notice import answered_notice, held_notices, restated_notice
from yuebao.revisions import Answer, HeldForm, RevisionDecision

NOW = datetime(2023, 7, 3, tzinfo=UTC)


def test_the_data_team_and_the_unit_hear_of_a_held_version(programme) -> None:
    code = programme.unit_named("安乐乡").code
    reasons = ("已汇总", "改动 50 个数，超过 40 个")
    forms = [
        HeldForm(code, "2023-06", form, 3, "x", "表.xlsx", NOW, reasons, "", 50)
        for form in ("T08", "T14")
    ]
    team, unit = held_notices(programme, forms)
    assert (team.unit, unit.unit) == ("", code)
    assert team.key != unit.key
    assert team.body.startswith("【数据组】安乐乡2023年6月T08 ")
    assert "（第 3 版）待批准：已汇总；改动 50 个数，超过 40 个。" in team.body
    assert unit.body.startswith("【安乐乡】2023年6月T08 ")
    assert "仍以原来报的数为准，不必重报" in unit.body


def test_the_unit_hears_the_answer_and_the_reason(programme) -> None:
    code = programme.unit_named("安乐乡").code

    def told(answer: Answer, remark: str) -> str:
        decision = RevisionDecision("2023-06", code, ("T14",), 3, "x", answer, "李某", remark, NOW)
        return answered_notice(programme, decision).body

    assert told(Answer.YES, "") == "【安乐乡】2023年6月T14 村集体经济的改动已同意，已入库。"
    no = told(Answer.NO, "与台账不符")
    assert no.startswith("【安乐乡】2023年6月T14 村集体经济的改动没有同意，没有入库")
    assert no.endswith("原因：与台账不符。")


def test_a_later_month_that_no_longer_goes_on_is_told_by_form(programme) -> None:
    code = programme.unit_named("安乐乡").code
    body = restated_notice(programme, code, "2023-07", ["T14"], "now").body
    assert body.startswith("【安乐乡】上期的数改动后，2023年7月的T14 村集体经济与上期累计对不上。")
    assert "已入库的数没有变动" in body
