"""What a clerk is told: the finding, its cell, and what becomes of the form."""

T08 = {
    "total": 30, "in_county": 10, "in_province": 12, "out_of_province": 8,
    "lifted": 9, "lifted_out_of_province": 3, "resettled": 2,
}  # fmt: skip


def test_a_right_form_is_accepted_without_a_word(build):
    rows = build.rows("T08", "villages", "共和镇", T08)
    (judged,) = build.judge(build.submission(build.form("T08", "共和镇", {"villages": rows})))
    assert judged.state == "loaded"
    assert [(form.state, form.issues) for form in judged.forms] == [("accepted", ())]


def test_total_of_places_is_named_with_its_formula(build):
    rows = build.rows("T08", "villages", "共和镇", T08)
    first = next(iter(rows))
    rows[first]["total"] = 31
    (issue,) = build.issues(build.form("T08", "共和镇", {"villages": rows}))
    assert (issue.code, issue.cell, issue.row, issue.rule) == (
        "parts-total", "B5", first, "total_of_places",
    )  # fmt: skip
    assert issue.cells == ("B5", "C5", "D5", "E5")
    assert (
        issue.message
        == "“茅阳社区”的“转移就业总量（人）”为 31，按 县内 + 县外省内 + 省外 应为 30。"
    )
    assert issue.clause == "二(六)"
