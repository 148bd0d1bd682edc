"""A long run of the same finding: one line in the index, a mark on each cell, one explanation."""

import io

import openpyxl
import pytest

from yuebao.findings import Issue, finding_id, make_issue
from yuebao.programme.models import Programme, Severity
from yuebao.results import FormState
from yuebao.rules.verdict import form_state
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.returned import explanations, returned_workbook
from yuebao.workbooks.returned_folding import FOLDED_FROM, runs, spans
from yuebao.workbooks.template import render_workbook

PERIOD, SHEET = "2023-09", "T08 农村劳动力转移就业"


def issue_at(cell: str, code: str = "plausible", **more: object) -> Issue:
    about = {"form": "T08", "sheet": SHEET, "table": "villages", "column": f"column {cell[:1]}"}
    words = {"row": f"村{cell}", "column": "总量", "value": "9", "expected": "8"}
    found = {"unit": "532323101", "period": PERIOD, "words": words, "cell": cell, "row": cell}
    return make_issue(code, cells=(cell,), **{**about, **found, **more})


def run_of(rows: range, column: str = "D", **more: object) -> list[Issue]:
    return [issue_at(f"{column}{row}", value=str(row), **more) for row in rows]


@pytest.fixture(scope="module")
def unit(programme: Programme) -> str:
    return programme.unit_named("共和镇").code


@pytest.fixture(scope="module")
def template(programme: Programme, unit: str) -> bytes:
    return render_workbook(programme, unit, PERIOD, (programme.form("T08"),))


def returned(template: bytes, issues: list[Issue], programme: Programme, unit: str) -> bytes:
    return returned_workbook(template, issues, programme, unit, PERIOD, version=1)


def test_only_long_runs_of_the_same_finding_in_a_column_are_folded() -> None:
    long, short = run_of(range(7, 20)), run_of(range(7, 7 + FOLDED_FROM - 1), "E")
    other = run_of(range(7, 7 + FOLDED_FROM), "D", code="range")
    whole = [issue_at("", "copy-of-last", column="") for _ in range(9)]
    mixed = [issue for pair in zip(long, short, strict=False) for issue in pair]
    groups = runs([*mixed, *long[len(short) :], *other, *whole])
    assert sorted(map(len, groups)) == [1] * (len(short) + 9) + [FOLDED_FROM, len(long)]
    assert [issue for group in groups for issue in group if group[0].cell == "D7"][:13] == long


def test_cells_are_named_by_their_stretches() -> None:
    assert spans(["D9", "D7", "D8", "D12", "D100"]) == ["D7:D9", "D12", "D100"]


def test_a_run_is_one_line_that_leads_to_its_cells(
    template: bytes, programme: Programme, unit: str
) -> None:
    issues = [*run_of(range(7, 20)), issue_at("E8", "range", value="1")]
    book = openpyxl.load_workbook(io.BytesIO(returned(template, issues, programme, unit)))
    index = book.worksheets[0]
    rows = list(index.iter_rows(min_row=6, values_only=True))
    assert [(row[0], row[2], row[5]) for row in rows] == [
        (1, "E8", "1"),
        (2, "D7:D19，共 13 处", "7、8、9 等"),
    ]
    assert "共 13 处同样的问题" in rows[1][3]
    assert index["C7"].hyperlink.location == f"'{SHEET}'!D7:D19"
    assert "错误 1 处，疑问 13 处" in index["A3"].value
    assert index.row_dimensions[7].height < 150
    comments = [book[SHEET][f"D{row}"].comment.text for row in range(7, 20)]
    assert [f"村D{row}" in text for row, text in zip(range(7, 20), comments, strict=True)]
    assert all("第 2 条" in text for text in comments)
    coloured = {
        place.coord
        for area in book[SHEET].conditional_formatting
        for rule in area.rules
        if rule.formula == ['ISTEXT("月报退回标记")']
        for place in area.sqref.ranges
    }
    assert {f"D{row}" for row in range(7, 20)} <= coloured


def test_the_explanation_of_a_run_counts_for_each_of_its_findings(
    template: bytes, programme: Programme, unit: str
) -> None:
    issues = run_of(range(7, 20))
    book = openpyxl.load_workbook(io.BytesIO(returned(template, issues, programme, unit)))
    book.worksheets[0]["I6"] = "统计口径调整，各村一致"
    buffer = io.BytesIO()
    book.save(buffer)
    said = explanations(parse_content(buffer.getvalue(), LIMITS))
    assert said == dict.fromkeys(map(finding_id, issues), "统计口径调整，各村一致")
    assert form_state(issues, "", zero=False, explanations=said) is FormState.EXPLAINED
    unsaid = {k: v for k, v in said.items() if k != finding_id(issues[3])}
    assert form_state(issues, "", zero=False, explanations=unsaid) is FormState.RETURNED
    again = returned_workbook(
        buffer.getvalue(), issues, programme, unit, PERIOD, version=2, explained=said
    )
    index = openpyxl.load_workbook(io.BytesIO(again)).worksheets[0]
    assert index["I6"].value == "统计口径调整，各村一致"


def test_two_hundred_findings_of_one_sheet_stay_a_page(
    template: bytes, programme: Programme, unit: str
) -> None:
    columns = "CDEFGHI"
    issues = [issue for column in columns for issue in run_of(range(5, 29), column)]
    issues += run_of(range(5, 29), "C", code="required", severity=Severity.ERROR)
    assert len(issues) == 192
    book = openpyxl.load_workbook(io.BytesIO(returned(template, issues, programme, unit)))
    rows = list(book.worksheets[0].iter_rows(min_row=6, values_only=True))
    assert [row[2] for row in rows] == [
        f"{column}5:{column}28，共 24 处" for column in ("C", *columns)
    ]
    assert [row[9] for row in rows] == ["错误", *["疑问"] * len(columns)]
