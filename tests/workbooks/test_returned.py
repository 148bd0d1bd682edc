"""The returned workbook: marked, listed, taken apart again, and the clerk's own file throughout."""

import io
import zipfile
from copy import copy
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from yuebao.findings import Issue, finding_id, make_issue
from yuebao.programme.models import Programme, Severity
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.returned import (
    explanations,
    return_record,
    returned_workbook,
    strip_returned,
    without_return,
)
from yuebao.workbooks.returned_words import HEAD, INDEX_SHEET, RECORD_SHEET
from yuebao.workbooks.template import render_workbook

UNIT, PERIOD = "共和镇", "2023-09"
SHEET = "T08 农村劳动力转移就业"
FIXTURES = Path(__file__).parents[1] / "fixtures"
CLERKS_NOTE = "这一格我核过两遍"


@pytest.fixture(scope="module")
def unit(programme: Programme) -> str:
    return programme.unit_named(UNIT).code


@pytest.fixture(scope="module")
def template(programme: Programme, unit: str) -> bytes:
    forms = tuple(programme.form(form) for form in ("T01", "T08"))
    return render_workbook(programme, unit, PERIOD, forms)


@pytest.fixture(scope="module")
def own_file(template: bytes) -> bytes:
    """A file as a clerk may keep it: own formats, formulas, comments, rules, a second sheet."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book[SHEET]
    for row in range(6, 10):
        sheet.cell(row, 3).value = row * 10
        sheet.cell(row, 4).value = f"=C{row}-1"
    sheet["C7"].font = Font(name="楷体", size=14, color="FF0000FF")
    sheet["C8"].fill = PatternFill("solid", fgColor="FFCCFFCC")
    sheet["C6"].comment = Comment(CLERKS_NOTE, "张三", width=300, height=90)
    sheet["E9"].comment = Comment("别处的批注", "张三")
    sheet.conditional_formatting.add("F6:F9", CellIsRule("equal", ["9"], fill=PatternFill()))
    sheet.sheet_properties.tabColor = "FF00AA11"
    own = book.create_sheet("我的备查")
    own["B2"] = "=SUM(C2:C3)"
    own.column_dimensions["B"].width = 33.5
    choice = DataValidation(type="list", formula1='"甲,乙"')
    choice.add("D4")
    own.add_data_validation(choice)
    book.active = book.sheetnames.index(SHEET)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def issue_at(unit: str, cell: str, code: str = "required", **more: object) -> Issue:
    """A finding on the sheet of the form under test."""
    about = {"form": "T08", "sheet": SHEET, "table": "main", "column": "total", "row": cell}
    words = {"row": "某村", "column": "总量", "value": "9", "expected": "8", "formula": "甲+乙"}
    return make_issue(code, unit=unit, period=PERIOD, words=words, cell=cell, **{**about, **more})


@pytest.fixture(scope="module")
def issues(unit: str) -> tuple[Issue, ...]:
    return (
        issue_at(unit, "C7", "plausible", value="9"),
        issue_at(unit, "C6"),
        issue_at(unit, "D8", "parts-total", cells=("D8", "E8", "F8"), value="9", expected="8"),
        issue_at(unit, "G9", "alarm"),
        issue_at(unit, "", "copy-of-last", row="", column=""),
        make_issue("older-template", unit=unit, period=PERIOD),
    )


@pytest.fixture(scope="module")
def returned(own_file: bytes, issues: tuple[Issue, ...], programme: Programme, unit: str) -> bytes:
    return returned_workbook(own_file, issues, programme, unit, PERIOD, version=3)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def lines_of(content: bytes) -> list[dict[str, object]]:
    """The index's lines by heading."""
    rows = list(opened(content).worksheets[0].iter_rows(min_row=5, values_only=True))
    assert rows[0] == HEAD
    return [dict(zip(HEAD, row, strict=True)) for row in rows[1:]]


def looks_of(content: bytes) -> dict[str, object]:
    """Everything a sheet holds and shows that a mark might disturb, by sheet."""
    book = opened(content)
    return {
        sheet.title: {
            "cells": {
                cell.coordinate: (
                    cell.value,
                    copy(cell.font),
                    copy(cell.fill),
                    copy(cell.border),
                    copy(cell.alignment),
                    cell.number_format,
                    copy(cell.protection),
                )
                for row in sheet.iter_rows()
                for cell in row
            },
            "widths": {k: (d.width, d.hidden) for k, d in sheet.column_dimensions.items()},
            "heights": {k: (d.height, d.hidden) for k, d in sheet.row_dimensions.items()},
            "merged": sorted(map(str, sheet.merged_cells.ranges)),
            "validations": sorted(
                (str(v.sqref), v.type, v.formula1) for v in sheet.data_validations.dataValidation
            ),
            "protected": sheet.protection.sheet,
            "state": sheet.sheet_state,
            "print": (sheet.print_area, sheet.print_title_rows, sheet.page_setup.orientation),
            "frozen": sheet.freeze_panes,
        }
        for sheet in book.worksheets
        if sheet.title not in {INDEX_SHEET, RECORD_SHEET}
    }


def rules_of(content: bytes) -> dict[str, list[tuple[str, int, list[str]]]]:
    return {
        sheet.title: [
            (str(area.sqref), rule.priority, rule.formula)
            for area in sheet.conditional_formatting
            for rule in area.rules
        ]
        for sheet in opened(content).worksheets
    }


def comments_of(content: bytes) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in opened(content).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }


def test_the_index_is_in_front_and_alone_selected(returned: bytes) -> None:
    book = opened(returned)
    assert book.sheetnames[0] == INDEX_SHEET
    assert book.active.title == INDEX_SHEET
    assert [s.title for s in book.worksheets if s.sheet_view.tabSelected] == [INDEX_SHEET]


def test_every_finding_has_a_line_gravest_first_within_its_form(returned: bytes) -> None:
    lines = lines_of(returned)
    assert [(line["序号"], line["单元格"], line["程度"]) for line in lines] == [
        (1, "整个文件", "提示"),
        (2, "C6", "错误"),
        (3, "D8 等 3 处", "错误"),
        (4, "C7", "疑问"),
        (5, "整张表", "疑问"),
        (6, "G9", "提示"),
    ]
    assert lines[1]["问题"] == "“某村”的“总量”没有填。"
    assert lines[1]["怎么改"] == "请填写；没有就填 0。空白不等于 0。"
    assert (lines[2]["填报值"], lines[2]["应为/参考值"]) == ("9", "8")
    assert {line["说明"] for line in lines} == {None}


def test_links_lead_to_the_cells(returned: bytes) -> None:
    index = opened(returned).worksheets[0]
    links = [index.cell(row, 3).hyperlink for row in range(6, 12)]
    assert [link and link.location for link in links] == [
        None,
        f"'{SHEET}'!C6",
        f"'{SHEET}'!D8",
        f"'{SHEET}'!C7",
        f"'{SHEET}'!A1",
        f"'{SHEET}'!G9",
    ]


def test_the_index_can_be_filtered_printed_and_written_in_only_where_meant(returned: bytes) -> None:
    index = opened(returned).worksheets[0]
    assert index.auto_filter.ref == "A5:K11"
    assert index.print_title_rows == "$5:$5"
    assert (index.page_setup.orientation, index.page_setup.fitToHeight) == ("landscape", 0)
    assert index.freeze_panes == "A6"
    assert index.column_dimensions["K"].hidden
    open_cells = {
        cell.column_letter
        for row in index.iter_rows(min_row=6)
        for cell in row
        if not cell.protection.locked
    }
    assert (index.protection.sheet, open_cells) == (True, {"I"})


def test_faulty_cells_are_coloured_by_severity_and_rows_marked(returned: bytes) -> None:
    sheet = opened(returned)[SHEET]
    colours = {
        place: rule.dxf.fill.bgColor.rgb
        for area in sheet.conditional_formatting
        for rule in area.rules
        if "月报退回标记" in rule.formula[0]
        for place in str(area.sqref).split()
    }
    assert colours == {
        "C6": "FFF8B4AB",
        "D8": "FFF8B4AB",
        "C7": "FFFFE58A",
        "G9": "FFD6E9F8",
        "E8": "FFFDE3DF",
        "F8": "FFFDE3DF",
        "A6": "FFC4161C",
        "A8": "FFC4161C",
        "A7": "FFE0A100",
        "A9": "FF4C8FBF",
    }
    assert sheet.sheet_properties.tabColor.rgb == "FFC4161C"
    assert opened(returned)["T01 农业市场主体"].sheet_properties.tabColor.rgb != "FFC4161C"


def test_comments_say_what_is_wrong_below_what_the_clerk_wrote(returned: bytes) -> None:
    comments = comments_of(returned)
    assert comments[SHEET, "C6"].startswith(f"{CLERKS_NOTE}\n————————\n【退回·错误】第 2 条\n")
    assert comments[SHEET, "C7"].startswith("【退回·疑问】第 4 条\n“某村”的“总量”为 9")
    assert "怎么改：" in comments[SHEET, "C7"]
    assert comments[SHEET, "E9"] == "别处的批注"
    assert set(comments) == {(SHEET, cell) for cell in ("C6", "C7", "D8", "G9", "E9")}


def test_nothing_of_the_clerks_is_changed(own_file: bytes, returned: bytes) -> None:
    assert looks_of(returned) == looks_of(own_file)


def test_results_of_formulas_stay_in_the_file(
    programme: Programme, template: bytes, unit: str, issues: tuple[Issue, ...]
) -> None:
    before = parse_content(template, LIMITS)
    after = parse_content(
        returned_workbook(template, issues, programme, unit, PERIOD, version=1), LIMITS
    )
    assert without_return(after).sheets == before.sheets


def test_what_comes_back_is_what_was_handed_in(own_file: bytes, returned: bytes) -> None:
    stripped = strip_returned(returned)
    assert looks_of(stripped) == looks_of(own_file)
    assert rules_of(stripped) == rules_of(own_file)
    assert comments_of(stripped) == comments_of(own_file)
    before, after = opened(own_file), opened(stripped)
    assert after.sheetnames == before.sheetnames
    assert after.active.title == before.active.title == SHEET
    tabs = [[s.sheet_properties.tabColor for s in book.worksheets] for book in (before, after)]
    assert tabs[0] == tabs[1]


def test_three_rounds_leave_no_trace_of_the_rounds_before(
    own_file: bytes, returned: bytes, programme: Programme, unit: str, issues: tuple[Issue, ...]
) -> None:
    content = returned
    for _ in range(3):
        content = returned_workbook(content, issues, programme, unit, PERIOD, version=3)
    assert parts_of(content) == parts_of(returned)
    other = returned_workbook(content, issues[:1], programme, unit, PERIOD, version=4)
    assert set(comments_of(other)) == {(SHEET, cell) for cell in ("C6", "C7", "E9")}
    assert comments_of(other)[SHEET, "C6"] == CLERKS_NOTE


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in sorted(archive.namelist())}


def test_three_rounds_through_another_program_do_not_drift(
    own_file: bytes, programme: Programme, unit: str, issues: tuple[Issue, ...]
) -> None:
    content = own_file
    for version in (1, 2, 3):
        back = returned_workbook(content, issues, programme, unit, PERIOD, version=version)
        buffer = io.BytesIO()
        opened(back).save(buffer)
        content = buffer.getvalue()
    stripped = strip_returned(content)
    assert looks_of(stripped) == looks_of(own_file)
    assert rules_of(stripped) == rules_of(own_file)
    assert comments_of(stripped) == comments_of(own_file)


def test_explanations_are_read_where_they_were_written(
    returned: bytes, issues: tuple[Issue, ...]
) -> None:
    book = opened(returned)
    index = book.worksheets[0]
    index["I9"], index["I6"] = "已核实，确为 9 人", "   "
    buffer = io.BytesIO()
    book.save(buffer)
    raw = parse_content(buffer.getvalue(), LIMITS)
    assert explanations(raw) == {finding_id(issues[0]): "已核实，确为 9 人"}
    record = return_record(raw)
    assert record is not None
    assert (record.version, record.period) == (3, PERIOD)


def test_explanations_follow_their_lines_when_the_index_is_sorted(
    returned: bytes, issues: tuple[Issue, ...]
) -> None:
    book = opened(returned)
    index = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in index.iter_rows(min_row=6)]
    rows[3][8] = "属实"
    for at, row in enumerate(reversed(rows), start=6):
        for column, value in enumerate(row, start=1):
            index.cell(at, column).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    assert explanations(parse_content(buffer.getvalue(), LIMITS)) == {finding_id(issues[0]): "属实"}


def test_what_was_explained_before_stands_in_the_next_return(
    own_file: bytes, programme: Programme, unit: str, issues: tuple[Issue, ...]
) -> None:
    explained = {finding_id(issues[0]): "上次已说明"}
    back = returned_workbook(
        own_file, issues, programme, unit, PERIOD, version=2, explained=explained
    )
    assert [line["说明"] for line in lines_of(back)] == [None, None, None, "上次已说明", None, None]


def test_without_its_index_it_is_a_submission_like_any_other(returned: bytes) -> None:
    book = opened(returned)
    del book[INDEX_SHEET]
    buffer = io.BytesIO()
    book.save(buffer)
    raw = parse_content(buffer.getvalue(), LIMITS)
    assert (return_record(raw), explanations(raw)) == (None, {})
    assert RECORD_SHEET not in opened(strip_returned(buffer.getvalue())).sheetnames


def test_texts_of_clerks_stay_texts(programme: Programme, unit: str, own_file: bytes) -> None:
    bad = issue_at(unit, "C6", value='=cmd|"/c calc"!A1', expected="甲\x01<b>&")
    back = returned_workbook(own_file, (bad,), programme, unit, PERIOD, version=1)
    cell = opened(back).worksheets[0]["F6"]
    assert (cell.value, cell.data_type) == ('=cmd|"/c calc"!A1', "s")
    raw = parse_content(back, LIMITS)
    assert raw.sheets[0].value(5, 6) == "甲<b>&"


def test_a_merged_area_is_marked_at_its_corner(
    own_file: bytes, programme: Programme, unit: str
) -> None:
    areas = opened(own_file)[SHEET].merged_cells.ranges
    area = next(a for a in areas if a.min_col < a.max_col and a.min_row > 9)
    corner = f"{openpyxl.utils.get_column_letter(area.min_col)}{area.min_row}"
    inside = f"{openpyxl.utils.get_column_letter(area.max_col)}{area.max_row}"
    issue = issue_at(unit, inside)
    back = returned_workbook(own_file, (issue,), programme, unit, PERIOD, version=1)
    assert (SHEET, corner) in comments_of(back)


@pytest.mark.parametrize("name", ["returned.xls", "returned.ods"])
def test_an_old_workbook_comes_back_as_a_new_one(
    programme: Programme, unit: str, name: str
) -> None:
    path = FIXTURES / name
    before = parse_content(path.read_bytes(), LIMITS)
    sheet = next(s for s in before.sheets if s.visible and s.rows)
    issue = issue_at(unit, "C7", sheet=sheet.name)
    back = returned_workbook(path, (issue,), programme, unit, PERIOD, version=1)
    after = parse_content(back, LIMITS)
    assert after.kind == "xlsx"
    assert [s.rows for s in without_return(after).sheets] == [s.rows for s in before.sheets]
    assert list(comments_of(back)) == [(sheet.name, "C7")]


def test_findings_are_the_same_only_with_the_same_value(unit: str) -> None:
    first, same = issue_at(unit, "C7", value="9"), issue_at(unit, "C7", value="9", sheet="改名")
    assert finding_id(first) == finding_id(same)
    assert finding_id(first) != finding_id(issue_at(unit, "C7", value="8"))
    assert first.severity is Severity.ERROR
