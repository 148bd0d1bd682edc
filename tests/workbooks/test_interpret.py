"""What is made of a workbook as clerks return it: forms found, cells read, faults at their cell."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from yuebao.programme.models import ColumnType, Programme, RowsKind
from yuebao.readings import Entry, FormReading, FormValues, RowValues, SubmissionReading, Value
from yuebao.rules.period import Period
from yuebao.workbooks.interpret import interpret, refused_reading
from yuebao.workbooks.parse import parse_workbook
from yuebao.workbooks.refusal import LIMITS, Refused
from yuebao.workbooks.template import render_workbook

UNIT, BUREAU, PERIOD = "532323203", "532323-14", "2023-09"
ARRIVED_AT = datetime(2023, 9, 25, 8, 0, tzinfo=UTC)
Edit = Callable[[Workbook], None]
Found = list[tuple[str, str, str]]


def sample_values(programme: Programme, form_id: str, unit: str) -> FormValues:
    """Something in every cell of a form: 101, 102, … in the columns of the first row, and so on."""
    form = programme.form(form_id)
    tables = {}
    for table in form.tables:
        keys = {
            RowsKind.VILLAGES: [village.code for village in programme.villages(unit)],
            RowsKind.LISTED: [key.id for key in table.keys],
            RowsKind.UNIT: [unit],
            RowsKind.OPEN: ["", ""],
        }[table.rows]
        kinds: dict[ColumnType, Callable[[int], Value]] = {
            ColumnType.TEXT: lambda n: f"项目{n}",
            ColumnType.VILLAGE: lambda _: programme.villages(UNIT)[0].code,
            ColumnType.TOWNSHIP: lambda _: UNIT,
            ColumnType.YES_NO: lambda _: True,
        }
        tables[table.id] = tuple(
            RowValues(
                key,
                {
                    c.id: kinds.get(c.type, Decimal)(100 + 10 * row + n)
                    for n, c in enumerate(table.columns, 1)
                },
            )
            for row, key in enumerate(keys)
        )
    return FormValues(form_id, tables)


def template(programme: Programme, *forms: str, unit: str = UNIT, filled: bool = True) -> Workbook:
    values = {form: sample_values(programme, form, unit) for form in forms if filled}
    content = render_workbook(
        programme,
        unit,
        Period.parse(PERIOD),
        tuple(programme.form(form) for form in forms),
        entered=values,
    )
    return openpyxl.load_workbook(io.BytesIO(content))


def reading_of(
    book: Workbook, programme: Programme, folder: Path, *, unit: str = UNIT, period: str = PERIOD
) -> SubmissionReading:
    book.save(folder / "月报.xlsx")
    return interpret(
        parse_workbook(folder / "月报.xlsx", LIMITS),
        programme,
        unit=unit,
        period=period,
        sha256="0" * 64,
        file_name="月报.xlsx",
        arrived_at=ARRIVED_AT,
    )


def sheet_of(book: Workbook, form: str) -> Worksheet:
    return next(sheet for sheet in book.worksheets if sheet.title.startswith(form))


def findings(submission: SubmissionReading) -> Found:
    issues = [*submission.issues, *(i for form in submission.forms for i in form.issues)]
    return [(issue.form, issue.cell, issue.code) for issue in issues]


def by_key(reading: FormReading) -> dict[tuple[str, str], Entry]:
    return {(entry.row, entry.column): entry for entry in reading.entries}


def at(address: str, value: object) -> Edit:
    def edit(book: Workbook) -> None:
        book.worksheets[1][address] = value

    return edit


# --- T08 of 安乐乡: header in rows 3 and 4, thirteen villages in rows 5 to 17, 合计 in row 18 ----

CELLS: list[tuple[Edit, Found]] = [
    (lambda _: None, []),
    (at("C5", "101人"), [("T08", "C5", "number-read")]),
    (at("C5", "12户"), [("T08", "C5", "other-unit")]),
    (at("C5", "约12"), [("T08", "C5", "not-a-number")]),
    (at("C5", 12.5), [("T08", "C5", "not-whole")]),
    (at("C5", "#REF!"), [("T08", "C5", "error-cell")]),
    (at("C5", "=D5+E5"), [("T08", "C5", "formula-without-value")]),
    (at("C5", None), []),  # whether it may be blank is judged later
    (at("B5", "兴隆的村"), [("T08", "B5", "village-unknown"), ("T08", "", "village-missing")]),
    (at("B5", None), [("T08", "C5", "row-unnamed"), ("T08", "", "village-missing")]),
    (at("K7", "以上为估计数"), [("T08", "K7", "stray-text")]),
    (at("C18", 9999), [("T08", "C18", "total-row")]),
    (at("C18", "=SUM(C5:C17)"), []),  # a total without a value says nothing
    (at("C3", "外出人数"), [("T08", "C3", "unknown-column")]),
    (at("C3", "转移就业总量（万人）"), [("T08", "C3", "header-unit")]),
    (at("C3", "转移就业\n总量 (人)"), []),
    (at("C3", "转移就业总量"), []),
    (at("A1", "共和镇教育情况表"), []),  # titles lie
    (at("J3", "备注"), [("T08", "J3", "unknown-column")]),
    (at("A3", None), []),  # the count of rows without its 序号
]


@pytest.mark.parametrize(("edit", "expected"), CELLS)
def test_each_fault_is_found_at_its_cell(
    edit: Edit, expected: Found, programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T08")
    edit(book)
    assert findings(reading_of(book, programme, tmp_path)) == expected


def test_an_unreadable_cell_is_marked_and_the_rest_is_read(
    programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T08")
    at("C5", "约12")(book)
    (reading,) = reading_of(book, programme, tmp_path).forms
    first = programme.villages(UNIT)[0].code
    cell = by_key(reading)[first, "total"]
    assert (cell.value, cell.raw, cell.address, cell.readable) == (None, "约12", "C5", False)
    assert by_key(reading)[first, "in_county"].value == 102
    assert len(reading.entries) == 13 * 7


def test_a_misspelt_village_names_the_one_that_is_missing(
    programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T08")
    village = programme.villages(UNIT)[3]
    at("B8", village.name.replace("村民委员会", "村民委员"))(book)
    (reading,) = reading_of(book, programme, tmp_path).forms
    (issue,) = reading.issues
    assert (issue.code, issue.cell, issue.expected) == ("village-unknown", "B8", village.name)


def test_a_village_twice(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T08")
    villages = programme.villages(UNIT)
    at("B6", villages[0].short_name)(book)
    (reading,) = reading_of(book, programme, tmp_path).forms
    assert [(i.code, i.cells) for i in reading.issues] == [
        ("village-duplicate", ("B5", "B6")),
        ("village-missing", ()),
    ]
    assert villages[1].name in reading.issues[1].message


def test_a_column_lost_is_one_issue_and_its_cells_are_not_blank(
    programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T08")
    for row in (3, *range(5, 19)):
        at(f"I{row}", None)(book)
    (reading,) = reading_of(book, programme, tmp_path).forms
    assert [(i.code, i.column) for i in reading.issues] == [("missing-column", "resettled")]
    lost = [entry for entry in reading.entries if entry.column == "resettled"]
    assert len(lost) == 13
    assert not any(entry.readable for entry in lost)


def test_rows_that_nobody_can_name_are_not_a_blank_form(
    programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T08")
    at("B3", None)(book)
    (reading,) = reading_of(book, programme, tmp_path).forms
    assert reading.issues[0].code == "missing-column"
    assert "blank-form" not in {issue.code for issue in reading.issues}


def test_a_column_twice(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T08")
    at("J3", "易地扶贫搬迁劳动力（人）")(book)
    assert findings(reading_of(book, programme, tmp_path)) == [("T08", "J3", "duplicate-column")]


# --- a table anywhere on the sheet ----------------------------------------------------------


def hand_made(programme: Programme, top: int, left: int, *, merged: bool) -> Workbook:
    """T08 as a clerk would rebuild it: moved, columns turned round, short names, no 序号."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1 (2)"
    sheet.cell(top - 1, left, "关于报送务工情况的表")
    labels = [
        ("村(社区)",), ("其中：", "省外(人)"), ("其中：", "县内（人）"), ("其中：", "县外 省内"),
        ("转移就业总量",), ("易地扶贫搬迁劳动力（人）",), ("脱贫劳动力", "其中省外"),
        ("脱贫劳动力", "转移就业"),
    ]  # fmt: skip
    for n, path in enumerate(labels):
        first = n == 0 or labels[n - 1][0] != path[0]
        if first:
            sheet.cell(top, left + n, path[0])
        if len(path) > 1:
            sheet.cell(top + 1, left + n, path[1])
    if merged:
        sheet.merge_cells(None, top, left + 1, top, left + 3)
        sheet.merge_cells(None, top, left + 6, top, left + 7)
        for n in (0, 4, 5):
            sheet.merge_cells(None, top, left + n, top + 1, left + n)
    for n, village in enumerate(programme.villages(UNIT)):
        sheet.cell(top + 2 + n, left, village.short_name)
        for column in range(1, 8):
            sheet.cell(top + 2 + n, left + column, 10 * n + column)
    below = top + 2 + len(programme.villages(UNIT))
    sheet.cell(below, left, "合  计")
    sheet.cell(below + 1, left, "注：以上为截至本期末的数")
    sheet.cell(below + 1, left + 9, "不算表内")
    return book


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize(("top", "left"), [(2, 1), (7, 4), (40, 30)])
def test_a_table_is_read_wherever_it_stands(
    top: int, left: int, merged: bool, programme: Programme, tmp_path: Path
) -> None:
    book = hand_made(programme, top, left, merged=merged)
    submission = reading_of(book, programme, tmp_path)
    assert findings(submission) == [("", "", "no-identity")]
    (reading,) = submission.forms
    second = programme.villages(UNIT)[1].code
    row = {e.column: e.value for e in reading.entries if e.row == second}
    assert row == {
        "total": 14, "in_county": 12, "in_province": 13, "out_of_province": 11,
        "lifted": 17, "lifted_out_of_province": 16, "resettled": 15,
    }  # fmt: skip


def test_blank_rows_and_an_unlabelled_remark_after_them_end_nothing(
    programme: Programme, tmp_path: Path
) -> None:
    book = hand_made(programme, 2, 1, merged=True)
    book.active.insert_rows(8, 2)
    assert findings(reading_of(book, programme, tmp_path)) == [("", "", "no-identity")]


# --- forms and sheets -----------------------------------------------------------------------


def test_second_tables_are_read_and_missed(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T02")
    submission = reading_of(book, programme, tmp_path)
    assert findings(submission) == []
    assert {e.table for e in submission.forms[0].entries} == {
        table.id for table in programme.form("T02").tables
    }
    sheet = sheet_of(book, "T02")
    start = next(c.row for c in sheet["A"] if c.value == programme.form("T02").tables[1].title)
    for merged in [m for m in sheet.merged_cells.ranges if m.min_row >= start]:
        sheet.unmerge_cells(str(merged))
    sheet.delete_rows(start, 4)
    assert findings(reading_of(book, programme, tmp_path)) == [("T02", "", "missing-table")]


def test_a_form_twice_is_not_taken_at_all(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T08")
    book.copy_worksheet(sheet_of(book, "T08"))
    submission = reading_of(book, programme, tmp_path)
    assert findings(submission) == [("T08", "", "form-twice")]
    assert submission.forms[0].entries == ()


def test_a_form_of_others_is_not_read(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T08", "T14")
    for sheet in (sheet_of(book, "T08"), book["_yuebao"]):
        book.remove(sheet)
    submission = reading_of(book, programme, tmp_path, unit=BUREAU)
    assert ("T14", "", "form-not-owed") in findings(submission)
    assert ("", "", "no-form-found") in findings(submission)
    assert submission.forms == ()


def test_sheets_that_are_no_form_are_named(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T08")
    book.create_sheet("底稿")["A1"] = "草算"
    book.create_sheet("空的")
    submission = reading_of(book, programme, tmp_path)
    assert [(i.code, i.sheet) for i in submission.issues] == [("sheet-ignored", "底稿")]


def test_a_form_behind_the_name_of_the_hidden_sheet_is_named(
    programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T08", "T11")
    book.remove(book["_yuebao"])
    sheet = sheet_of(book, "T11")
    sheet.title, sheet.sheet_state = "_yuebao", "hidden"
    submission = reading_of(book, programme, tmp_path)
    assert [form.form for form in submission.forms] == ["T08"]
    assert ("sheet-ignored", "_yuebao") in [(i.code, i.sheet) for i in submission.issues]


def test_an_empty_workbook_has_no_form(programme: Programme, tmp_path: Path) -> None:
    found = findings(reading_of(openpyxl.Workbook(), programme, tmp_path))
    assert [code for _, _, code in found] == ["no-identity", "no-form-found"]


@pytest.mark.parametrize(
    ("key", "value", "codes"),
    [
        ("unit", "532323101", ["wrong-unit"]),
        ("period", "2023-08", ["wrong-period"]),
        ("programme", "另一县-2023", ["wrong-programme"]),
        ("version", "很早", ["older-template"]),
        ("unit", None, ["no-identity"]),
    ],
)
def test_the_identity_inside_decides(
    key: str, value: str | None, codes: list[str], programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T08")
    for row in book["_yuebao"].iter_rows():
        if row[0].value == key:
            row[1].value = value
    submission = reading_of(book, programme, tmp_path)
    assert [issue.code for issue in submission.issues] == codes
    assert bool(submission.forms) == (not codes[0].startswith("wrong"))


def test_messages_have_no_gaps(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T08", "T03")
    for address, value in {
        "C5": "12户",
        "C6": "/",
        "B7": "某村",
        "K8": "闲话",
        "J3": "备注",
    }.items():
        sheet_of(book, "T08")[address] = value
    submission = reading_of(book, programme, tmp_path)
    for issue in (i for form in submission.forms for i in form.issues):
        assert "{" not in issue.message + issue.advice
        assert "“”" not in issue.message


# --- blank forms, zero reports, explanations ------------------------------------------------


def label_cell(sheet: Worksheet, start: str) -> tuple[int, int]:
    return next(
        (cell.row, cell.column)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith(start)
    )


def answer(book: Workbook, form: str, label: str, text: str) -> None:
    """Type a text right of a label."""
    sheet = sheet_of(book, form)
    row, column = label_cell(sheet, label)
    merged = [m for m in sheet.merged_cells.ranges if (row, column) == (m.min_row, m.min_col)]
    sheet.cell(row, (merged[0].max_col if merged else column) + 1).value = text


@pytest.mark.parametrize(
    ("filled", "zero", "codes", "reported"),
    [
        (False, "", ["blank-form"], False),
        (False, "是", [], True),
        (False, "否", ["blank-form"], False),
        (False, "没有", ["choice"], False),
        (True, "", [], False),
        (True, "是", ["zero-report-with-rows"], True),
    ],
)
def test_zero_reports_are_explicit(
    filled: bool,
    zero: str,
    codes: list[str],
    reported: bool,
    programme: Programme,
    tmp_path: Path,
) -> None:
    book = template(programme, "T03", filled=filled)
    answer(book, "T03", "零报告", zero or None)  # type: ignore[arg-type]
    (reading,) = reading_of(book, programme, tmp_path).forms
    assert [issue.code for issue in reading.issues] == codes
    assert reading.zero_report is reported
    assert bool(reading.entries) == filled


def test_the_explanation_is_taken(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T08")
    answer(book, "T08", "情况说明", " 因灾核减，已核实 ")
    (reading,) = reading_of(book, programme, tmp_path).forms
    assert reading.explanation == "因灾核减，已核实"


def test_carried_figures_alone_are_no_report(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T01")
    sheet = sheet_of(book, "T01")
    for address in ("D5", "E5", "F5", "H5", "I5", "J5", "K5"):
        sheet[address] = None  # the opening figure and the cumulative one stay
    assert findings(reading_of(book, programme, tmp_path)) == [("T01", "", "blank-form")]


# --- tables with as many rows as there are --------------------------------------------------


def test_open_rows_are_named_by_their_key_columns(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T03")
    (reading,) = reading_of(book, programme, tmp_path).forms
    village = programme.villages(UNIT)[0].name
    assert {(e.row, e.position) for e in reading.entries} == {
        (f"项目101|{village}", 0),
        (f"项目111|{village}", 1),
    }


def test_a_village_merged_over_its_projects_counts_for_each(
    programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T03")
    sheet = sheet_of(book, "T03")
    top = label_cell(sheet, "项目101")[0]
    column = next(c.column for c in sheet[top] if c.value == programme.villages(UNIT)[0].name)
    sheet.merge_cells(None, top, column, top + 1, column)
    (reading,) = reading_of(book, programme, tmp_path).forms
    assert [e.value for e in reading.entries if e.column == "village"] == [
        programme.villages(UNIT)[0].code
    ] * 2


def test_a_column_wrong_all_the_way_down_is_not_told_a_hundred_times(
    programme: Programme, tmp_path: Path
) -> None:
    book = hand_made(programme, 2, 1, merged=True)
    for row in range(4, 204):
        book.active.cell(row, 1).value = f"某某{row}村"
    (reading,) = reading_of(book, programme, tmp_path).forms
    unknown = [issue for issue in reading.issues if issue.code == "village-unknown"]
    assert len(unknown) < 60
    assert {cell for issue in unknown for cell in issue.cells} == {f"A{n}" for n in range(4, 204)}


def test_figures_without_a_name(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T03")
    sheet = sheet_of(book, "T03")
    top = label_cell(sheet, "项目111")[0]
    sheet.cell(top, 2).value = sheet.cell(top, 3).value = None
    (issue,) = reading_of(book, programme, tmp_path).forms[0].issues
    assert (issue.code, issue.cell) == ("row-unnamed", f"D{top}")


def test_a_label_merged_down_over_rows_does_not_hide_them(
    programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T03")
    sheet = sheet_of(book, "T03")
    top = label_cell(sheet, "项目101")[0]
    label = sheet.cell(top - 2, 5)
    assert str(label.value).startswith("规划规模")
    sheet.unmerge_cells(None, top - 2, 5, top - 1, 5)
    sheet.merge_cells(None, top - 2, 5, top, 5)  # the first row of figures is not its header
    (reading,) = reading_of(book, programme, tmp_path).forms
    assert [e.value for e in reading.entries if e.column == "started_area"] == [105, 115]
    assert [e.value for e in reading.entries if e.column == "planned_area"] == [None, 114]


@pytest.mark.parametrize("name", ["负责人培训基地", "联系人制度示范棚", "说明"])
def test_a_row_named_as_a_signature_is_begun_is_not_passed_over(
    name: str, programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T03")
    sheet = sheet_of(book, "T03")
    top = label_cell(sheet, "项目111")[0]
    sheet.cell(top, 1).value, sheet.cell(top, 2).value = None, name
    sheet.cell(top, 5).value = "114亩"
    (reading,) = reading_of(book, programme, tmp_path).forms
    told = {cell for i in reading.issues if i.code == "stray-text" for cell in i.cells}
    assert told == {f"{letter}{top}" for letter in "EFGHJ"}


def test_a_number_in_a_signature_is_no_figure(programme: Programme, tmp_path: Path) -> None:
    book = template(programme, "T03")
    sheet = sheet_of(book, "T03")
    row, column = label_cell(sheet, "联系电话：")
    sheet.cell(row + 1, 1).value, sheet.cell(row + 1, 5).value = "联系电话", 5211234
    sheet.cell(row + 2, 1).value, sheet.cell(row + 2, 4).value = "负责人", "李四"
    sheet.cell(row + 2, 5).value = 5211234
    assert findings(reading_of(book, programme, tmp_path)) == []
    assert column > 5


def test_the_only_row_under_the_name_of_something_else_is_not_taken(
    programme: Programme, tmp_path: Path
) -> None:
    book = template(programme, "T01")
    sheet = sheet_of(book, "T01")
    row, column = label_cell(sheet, programme.unit(UNIT).name)
    sheet.cell(row, 1).value, sheet.cell(row, column).value = None, "负责人"
    found = findings(reading_of(book, programme, tmp_path))
    assert ("T01", sheet.cell(row, column).coordinate, "row-unknown") in found


def test_a_refused_file_says_why() -> None:
    refused = Refused("file-too-big", value="30.0 MB", expected="20 MB")
    submission = refused_reading(
        refused, unit=UNIT, period=PERIOD, sha256="0" * 64, file_name="月报.xlsx",
        arrived_at=ARRIVED_AT,
    )  # fmt: skip
    (issue,) = submission.issues
    assert issue.message == "文件有 30.0 MB，超过上限 20 MB。"
    assert submission.forms == ()
