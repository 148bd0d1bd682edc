"""Returned workbooks that are not taken: each with its sentence, and never for anything else."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime

import openpyxl
import pytest

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Programme
from yuebao.readings import SubmissionReading
from yuebao.results import FormState, SubmissionState
from yuebao.rules.verdict import form_state, submission_state
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.returned import returned_workbook
from yuebao.workbooks.returned_comeback import unless_overtaken
from yuebao.workbooks.returned_words import INDEX_SHEET
from yuebao.workbooks.template import IDENTITY_SHEET, render_workbook

UNIT, OTHER, MONTH, FORM = "共和镇", "新桥镇", "2023-09", "T01"
VERSION = 3


@pytest.fixture(scope="module")
def unit(programme: Programme) -> str:
    return programme.unit_named(UNIT).code


def finding(unit: str, code: str) -> Issue:
    words = {"row": UNIT, "column": "新增", "value": "-1", "expected": "不小于 0"}
    about = {"form": FORM, "table": "township", "column": "opened", "cell": "D6", "row": unit}
    sheet = "T01 农业市场主体"
    return make_issue(code, unit=unit, period=MONTH, words=words, sheet=sheet, **about)


@pytest.fixture(scope="module", params=[True, False], ids=["template", "own workbook"])
def returned(request: pytest.FixtureRequest, programme: Programme, unit: str) -> bytes:
    """A return made of a template, and one made of a workbook that says nothing of itself."""
    content = render_workbook(programme, unit, MONTH, (programme.form(FORM),))
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = next(sheet for sheet in book.worksheets if sheet.title.startswith(FORM))
    for column in "CDEFGHIJK":
        sheet[f"{column}6"].value = 5
    if not request.param:
        del book[IDENTITY_SHEET]
    issues = (finding(unit, "range"), finding(unit, "plausible"))
    return returned_workbook(saved(book), issues, programme, unit, MONTH, version=VERSION)


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(content: bytes, programme: Programme, unit: str, period: str = MONTH) -> SubmissionReading:
    return interpret(
        parse_content(content, LIMITS),
        programme,
        unit=unit,
        period=period,
        sha256="0" * 64,
        file_name="月报.xlsx",
        arrived_at=datetime(2023, 9, 26, tzinfo=UTC),
    )


def refusal(reading: SubmissionReading) -> tuple[SubmissionState, list[str]]:
    """What becomes of a reading without forms, and why."""
    assert reading.forms == ()
    errors = [issue.message for issue in reading.issues if issue.severity == "error"]
    return submission_state(reading.issues, ()), errors


def test_of_another_unit(returned: bytes, programme: Programme) -> None:
    reading = read(returned, programme, programme.unit_named(OTHER).code)
    said = f"这份表是“{UNIT}”的，却放在“{OTHER}”的文件夹里。"
    assert refusal(reading) == (SubmissionState.REFUSED, [said])


def test_of_another_month(returned: bytes, programme: Programme, unit: str) -> None:
    reading = read(returned, programme, unit, "2023-10")
    said = "这份表是 2023年9月 的，却放在 2023年10月 的文件夹里。"
    assert refusal(reading) == (SubmissionState.REFUSED, [said])


def test_of_an_older_version_than_the_accepted(
    returned: bytes, programme: Programme, unit: str
) -> None:
    reading = read(returned, programme, unit)
    assert reading.returned_version == VERSION
    said = "这份退回表是按第 3 版报送做的，“T01 农业市场主体”后来已有第 4 版入库。"
    overtaken = unless_overtaken(reading, {FORM: VERSION + 1}, programme)
    assert refusal(overtaken) == (SubmissionState.REFUSED, [said])
    for accepted in ({}, {FORM: VERSION}, {"T08": VERSION + 1}):
        assert unless_overtaken(reading, accepted, programme) is reading


def test_with_the_index_deleted_it_is_simply_a_submission(
    returned: bytes, programme: Programme, unit: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(returned))
    del book[INDEX_SHEET]
    reading = read(saved(book), programme, unit)
    assert (reading.returned_version, reading.explanations) == (0, {})
    assert [form.form for form in reading.forms] == [FORM]
    assert unless_overtaken(reading, {FORM: VERSION + 1}, programme) is reading


def test_explanations_without_corrections_let_no_error_pass(
    returned: bytes, programme: Programme, unit: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(returned))
    for row in (6, 7):
        book[INDEX_SHEET].cell(row, 9).value = "情况属实"
    reading = read(saved(book), programme, unit)
    said: Mapping[str, str] = reading.forms[0].explanations
    assert set(said.values()) == {"情况属实"}
    error, warning = finding(unit, "range"), finding(unit, "plausible")
    assert form_state([error, warning], "", zero=False, explanations=said) is FormState.RETURNED
    assert form_state([warning], "", zero=False, explanations=said) is FormState.EXPLAINED
    assert form_state([warning], "", zero=False, explanations={}) is FormState.RETURNED
