"""The batch as a whole: attribution, system faults, the suites as a rule book."""

import json
import threading
from pathlib import Path

import pytest

from expectations.judge import Judge, JudgingFault
from expectations.suites import build_suites, read_suite, suite_text, write_suites
from expectations.validation import Validator
from yuebao.findings import make_issue
from yuebao.programme.models import Severity

SUITES = Path(__file__).parents[2] / "expectations" / "suites"
T08 = {
    "total": 30, "in_county": 10, "in_province": 12, "out_of_province": 8,
    "lifted": 9, "lifted_out_of_province": 3, "resettled": 2,
}  # fmt: skip
UNITS = ("共和镇", "新桥镇", "江坡镇", "戌街乡", "安乐乡")


def county(build, wrong):
    """T08 of five townships; each of ``wrong`` has that row's total off by one."""
    submissions = []
    for unit in UNITS:
        rows = build.rows("T08", "villages", unit, T08)
        if unit in wrong:
            rows[list(rows)[wrong[unit]]]["total"] = 31
        submissions.append(build.submission(build.form("T08", unit, {"villages": rows})))
    return submissions


def places(judged):
    return [
        (one.unit, issue.row, issue.cell, issue.code)
        for one in judged
        for form in one.forms
        for issue in form.issues
    ]


def test_each_unit_gets_its_own_findings_and_no_other(build):
    wrong = {"新桥镇": 1, "安乐乡": 0}
    judged = build.judge(*county(build, wrong))
    assert [one.state for one in judged] == [
        "loaded", "returned", "loaded", "loaded", "returned",
    ]  # fmt: skip
    assert places(judged) == [
        (build.code(unit), build.villages(unit)[row], f"B{row + 5}", "parts-total")
        for unit, row in wrong.items()
    ]


def test_two_files_of_one_unit_are_judged_apart(build):
    right, wrong = county(build, {})[0], county(build, {"共和镇": 0})[0]
    assert [one.state for one in build.judge(right, wrong)] == ["loaded", "returned"]


def test_one_form_returned_does_not_hold_back_the_other(build):
    wrong = county(build, {"共和镇": 0})[0].forms[0]
    zero = build.form("T03", "共和镇", {}, zero_report=True)
    (judged,) = build.judge(build.submission(wrong, zero))
    assert judged.state == "partly"
    assert [form.state for form in judged.forms] == ["returned", "zero"]


def test_refused_file_is_not_looked_into(build):
    form = county(build, {"共和镇": 0})[0].forms[0]
    issue = make_issue("wrong-unit", unit=form.unit, period=form.period)
    (judged,) = build.judge(build.submission(form, issues=(issue,)))
    assert (judged.state, judged.forms, judged.issues) == ("refused", (), (issue,))


def test_what_the_reading_said_of_a_row_is_not_said_again(build):
    rows = build.rows("T08", "villages", "共和镇", T08)
    absent = next(iter(rows))
    del rows[absent]
    said = make_issue(
        "village-unknown", unit=build.code("共和镇"), period="2023-09", form="T08",
        table="villages", row=absent, sheet="T08 表", cell="A5", cells=("A5",),
    )  # fmt: skip
    assert build.issues(build.form("T08", "共和镇", {"villages": rows}, issues=(said,))) == (said,)


def test_blank_form_is_said_once(build):
    blank = make_issue("blank-form", unit=build.code("共和镇"), period="2023-09", form="T08")
    rows = build.rows("T08", "villages", "共和镇", dict.fromkeys(T08))
    assert build.issues(build.form("T08", "共和镇", {"villages": rows}, issues=(blank,))) == (
        blank,
    )


def test_no_readings_no_verdicts(build):
    assert build.judge() == ()


def test_crash_inside_a_validation_is_a_fault_of_the_system(build):
    rows = build.rows("T08", "villages", "共和镇", T08)
    rows[next(iter(rows))]["in_county"] = "十"  # text where the reading promises a Decimal
    with pytest.raises(JudgingFault) as fault:
        build.judge(build.submission(build.form("T08", "共和镇", {"villages": rows})))
    assert fault.value.suite == "T08-villages"
    assert fault.value.rule in str(fault.value)
    assert "系统出错" in str(fault.value)
    assert "not supported between instances" in fault.value.reason


def test_findings_are_the_same_without_the_accelerator(build, programme):
    submissions = county(build, {"新桥镇": 1, "安乐乡": 0})
    plain = Judge(programme, accelerated=False)
    nothing = {"accepted": {}, "standing": {}, "targets": {}}
    assert plain.judge(submissions, **nothing) == build.judge(*submissions)


def test_threads_are_let_in_one_at_a_time(build):
    batches = [county(build, {unit: 0}) for unit in UNITS]
    alone = [places(build.judge(*batch)) for batch in batches]
    found = [[] for _ in batches]

    def judge(number):
        found[number] = places(build.judge(*batches[number]))

    threads = [threading.Thread(target=judge, args=(number,)) for number in range(len(batches))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == alone


def test_a_suite_for_every_table_and_one_across(programme):
    tables = [f"{form.id}-{table.id}" for form in programme.forms for table in form.tables]
    assert list(build_suites(programme)) == [*tables, "crosschecks"]


def test_suites_in_the_repository_are_the_ones_built(programme, tmp_path):
    """If this fails, rules changed: ``python -m expectations targets/<programme>``, review."""
    written = write_suites(programme, tmp_path)
    kept = SUITES / programme.id
    assert {p.name for p in written} == {p.name for p in kept.iterdir()}
    for path in written:
        assert path.read_text("utf-8") == (kept / path.name).read_text("utf-8"), path.name


def test_severities_are_native_and_every_expectation_explains_itself(programme):
    words = {Severity.ERROR: "critical", Severity.WARNING: "warning", Severity.NOTICE: "info"}
    suites = build_suites(programme)
    rules = {(f.id, t.id): t.rules for f in programme.forms for t in f.tables}
    for (form, table), own in rules.items():
        told = {e.meta["rule"]: e for e in suites[f"{form}-{table}"].expectations}
        for rule in own:
            if rule.kind != "county-total":
                assert told[rule.id].severity == words[rule.severity]
        for expectation in told.values():
            assert any("一" <= letter <= "鿿" for letter in expectation.notes)
            assert "\n" not in expectation.notes


def test_suite_read_back_is_the_suite_and_judges_alike(programme, tmp_path):
    write_suites(programme, tmp_path)
    built = build_suites(programme)
    for name, suite in built.items():
        again = read_suite(tmp_path / programme.id / f"{name}.json")
        assert suite_text(again) == suite_text(suite)
        assert [e.expectation_type for e in again.expectations] == [
            e.expectation_type for e in suite.expectations
        ]


def test_suite_files_hold_no_random_ids(programme):
    for path in (SUITES / programme.id).iterdir():
        text = path.read_text("utf-8")
        assert "\\u" not in text
        assert '"id"' not in text
        assert all("rule" in e["meta"] for e in json.loads(text)["expectations"])


def test_validator_speaks_of_rows_by_number(programme, tmp_path):
    import pandas as pd

    suite = build_suites(programme)["T08-villages"]
    columns = {
        name: [None, None]
        for e in suite.expectations
        for name in e.configuration.kwargs.get("column_list", ())
    }
    frame = pd.DataFrame(
        {**columns, "submission": ["0", "0"], "row": ["a", "b"], "position": [0, None]},
        dtype=object,
    )
    frame["unread"] = " ".join(columns)
    assert Validator().failures(suite, frame) == {"rows_complete": (1,)}
