"""What was said of the same finding last time: shown in a return, and no explanation by itself."""

import io

import openpyxl
import pytest

from yuebao.findings import Issue, finding_id, make_issue
from yuebao.programme.models import Programme
from yuebao.rules.explaining import LastExplanation, finding_place, said_before
from yuebao.rules.period import Period
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.returned import explanations, return_record, returned_workbook
from yuebao.workbooks.returned_words import HEAD, SAID_BEFORE
from yuebao.workbooks.template import render_workbook

UNIT, PERIOD, SHEET = "共和镇", "2023-09", "T08 农村劳动力转移就业"
SAID = "=外出务工人员返乡，<b>已核实</b>"


@pytest.fixture(scope="module")
def unit(programme: Programme) -> str:
    return programme.unit_named(UNIT).code


@pytest.fixture(scope="module")
def issues(unit: str) -> tuple[Issue, ...]:
    codes = (("plausible", "C7"), ("falling", "C8"), ("required", "C6"))
    return tuple(
        make_issue(
            code, unit=unit, period=PERIOD, form="T08", sheet=SHEET, table="villages", row=cell,
            column="total", cell=cell, value="9",
        )
        for code, cell in codes
    )  # fmt: skip


@pytest.fixture(scope="module")
def template(programme: Programme, unit: str) -> bytes:
    return render_workbook(programme, unit, Period.parse(PERIOD), (programme.form("T08"),))


@pytest.fixture(scope="module")
def returned(programme: Programme, unit: str, issues: tuple[Issue, ...], template: bytes) -> bytes:
    before = {finding_id(issues[0]): f"2023年8月：{SAID}"}
    return returned_workbook(
        template, issues, programme, unit, PERIOD, version=1, said_before=before
    )


def test_only_the_same_warning_is_offered_what_was_said(issues: tuple[Issue, ...]) -> None:
    last = {
        finding_place(issues[0]): LastExplanation("2023-08", SAID),
        finding_place(issues[2]): LastExplanation("2023-08", "错误不能靠说明通过"),
    }
    assert said_before(issues, last) == {finding_id(issues[0]): f"2023年8月：{SAID}"}


def test_it_stands_beside_the_finding_to_be_confirmed(returned: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(returned)).worksheets[0]
    head, *lines = sheet.iter_rows(min_row=5, values_only=True)
    assert head == (*HEAD, SAID_BEFORE)
    shown = {line[2]: (line[8], line[11]) for line in lines}
    assert shown == {
        "C6": (None, None),
        "C7": (None, f"2023年8月：{SAID}"),
        "C8": (None, None),
    }
    assert sheet.auto_filter.ref == "A5:L8"
    assert sheet["L7"].protection.locked
    assert "同上次" in str(sheet["A3"].value)


def test_it_is_no_explanation_until_the_clerk_writes_one(
    returned: bytes, issues: tuple[Issue, ...]
) -> None:
    assert explanations(parse_content(returned, LIMITS)) == {}
    book = openpyxl.load_workbook(io.BytesIO(returned))
    row = next(r for r in range(6, 9) if book.worksheets[0].cell(r, 3).value == "C7")
    book.worksheets[0].cell(row, 9).value = "同上次"
    buffer = io.BytesIO()
    book.save(buffer)
    raw = parse_content(buffer.getvalue(), LIMITS)
    assert explanations(raw) == {finding_id(issues[0]): "同上次"}
    assert return_record(raw) is not None


def test_without_anything_said_before_there_is_no_such_column(
    programme: Programme, unit: str, issues: tuple[Issue, ...], template: bytes
) -> None:
    plain = returned_workbook(template, issues, programme, unit, PERIOD, version=1)
    sheet = openpyxl.load_workbook(io.BytesIO(plain)).worksheets[0]
    assert sheet.max_column == len(HEAD)
    assert sheet.auto_filter.ref == "A5:K8"
