"""One fault makes one message, and the gravest finding decides."""

import pytest

from yuebao.findings import Issue, finding_id, make_issue
from yuebao.programme.models import Severity
from yuebao.results import FormState, SubmissionState
from yuebao.rules.verdict import form_state, settle, submission_state


def found(code: str, cell: str, *others: str, **more: object) -> Issue:
    given = {"unit": "u1", "period": "2023-09", "form": "F1", "sheet": "表", **more}
    return make_issue(code, cell=cell, cells=(cell, *others) if cell else (), **given)


def test_later_finding_on_the_same_cell_is_folded_into_the_earlier():
    settled = settle(
        [found("at-most", "C5", "B5"), found("parts-total", "B5"), found("range", "C5")]
    )
    assert [(i.code, i.cell) for i in settled] == [("range", "C5"), ("parts-total", "B5")]


def test_graver_severity_holds_with_its_advice():
    odd, wrong = found("unit-of-measure", "C5"), found("parts-total", "B5", "C5")
    (settled,) = settle([wrong, odd])
    assert settled.code == "unit-of-measure"
    assert settled.severity is Severity.ERROR
    assert settled.advice == wrong.advice


def test_notice_does_not_hide_an_error_but_goes_where_one_stands():
    read_as, wrong, alarm = (
        found("number-read", "C5"),
        found("parts-total", "C5"),
        found("alarm", "C5"),
    )
    assert [i.code for i in settle([wrong, alarm, read_as])] == ["number-read", "parts-total"]


@pytest.mark.parametrize(
    "other",
    [
        found("parts-total", "C5", unit="u2"),
        found("parts-total", "C5", form="F2"),
        found("parts-total", "C5", sheet="另一表"),
        found("parts-total", "C6"),
        found("copy-of-last", ""),
    ],
)
def test_other_places_keep_their_own_message(other):
    assert len(settle([found("range", "C5"), other])) == 2


def test_missing_row_is_said_once_though_found_twice():
    missing = found("village-missing", "", table="villages", row="v1")
    other = found("village-missing", "", table="villages", row="v2")
    assert settle([missing, missing, other]) == (missing, other)


@pytest.mark.parametrize(
    ("codes", "explanation", "zero", "state"),
    [
        ([], "", False, FormState.ACCEPTED),
        ([], "", True, FormState.ZERO),
        (["alarm"], "", False, FormState.ACCEPTED),
        (["falling"], "", False, FormState.RETURNED),
        (["falling"], "  ", False, FormState.RETURNED),
        (["falling"], "核减两户", False, FormState.EXPLAINED),
        (["falling", "range"], "核减两户", False, FormState.RETURNED),
        (["zero-report-with-rows"], "", True, FormState.RETURNED),
    ],
)
def test_form_state(codes, explanation, zero, state):
    issues = [found(code, "") for code in codes]
    assert form_state(issues, explanation, zero=zero) is state


@pytest.mark.parametrize(
    ("codes", "explained", "state"),
    [
        (["falling"], ["falling"], FormState.EXPLAINED),
        (["falling", "plausible"], ["falling"], FormState.RETURNED),
        (["falling", "plausible", "alarm"], ["falling", "plausible"], FormState.EXPLAINED),
        (["range"], ["range"], FormState.RETURNED),
        (["falling", "range"], ["falling", "range"], FormState.RETURNED),
    ],
)
def test_each_warning_may_have_its_own_explanation_and_an_error_none(codes, explained, state):
    issues = [found(code, "") for code in codes]
    said = {finding_id(issue): "属实" for issue in issues if issue.code in explained}
    assert form_state(issues, "", zero=False, explanations=said) is state
    blank = dict.fromkeys(said, "  ")
    assert form_state(issues, "", zero=False, explanations=blank) is FormState.RETURNED


@pytest.mark.parametrize(
    ("codes", "forms", "state"),
    [
        ([], ["accepted", "zero"], SubmissionState.LOADED),
        (["no-identity"], ["explained"], SubmissionState.LOADED),
        ([], ["accepted", "returned"], SubmissionState.PARTLY),
        ([], ["returned"], SubmissionState.RETURNED),
        (["file-damaged"], [], SubmissionState.REFUSED),
        (["wrong-unit"], ["accepted"], SubmissionState.REFUSED),
        (["form-twice"], ["accepted"], SubmissionState.PARTLY),
    ],
)
def test_submission_state(codes, forms, state):
    issues = [found(code, "", form="") for code in codes]
    assert submission_state(issues, map(FormState, forms)) is state
