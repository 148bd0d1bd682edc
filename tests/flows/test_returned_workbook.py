"""The way back to the clerk and in again: marked, corrected, explained, or overtaken."""

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
from typer.testing import CliRunner

from flows.commands.cli import app
from flows.office import office
from yuebao.results import FormState, SubmissionState
from yuebao.workbooks.archive import archived_path

MONTH, UNIT, OTHER = "2023-06", "安乐乡", "戌街乡"
NEXT_MONTH = "2023-07"
FORM = "T08"


def collect(period: str = MONTH) -> str:
    """Collect the two units; the state's name."""
    from flows.collect_month import collect_month
    from flows.runs.records import wait_until_recorded

    state = collect_month(period, (UNIT, OTHER), return_state=True)
    assert wait_until_recorded(seconds=30) == 0
    return str(state.name)


def returned(home: Path, unit: str = UNIT) -> Path:
    return home / "inbox" / unit / "回执" / f"{unit}_{MONTH}_退回.xlsx"


def dropped(home: Path, name: str, book: openpyxl.Workbook, unit: str = UNIT) -> None:
    folder = home / "inbox" / unit / MONTH
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / name)


def labour_cell(book: openpyxl.Workbook) -> openpyxl.cell.Cell:
    """A part of the total of the labour form's first village."""
    sheet = next(sheet for sheet in book if sheet.title.startswith(FORM))
    row = next(cell.row for cell in sheet["B"] if str(cell.value).endswith("村民委员会"))
    return sheet.cell(row=row, column=4)


def last(unit: str = UNIT):
    warehouse, programme = office().warehouse, office().programme
    code = programme.unit_named(unit).code
    return warehouse.submissions(programme.id, MONTH, unit=code)[-1]


def state_of_form() -> FormState:
    return next(form.state for form in last().forms if form.form == FORM)


def codes(unit: str = UNIT) -> list[str]:
    code = office().programme.unit_named(unit).code
    return [i.code for i in office().warehouse.issues(office().programme.id, MONTH, unit=code)]


def test_the_unit_gets_its_own_workbook_back_marked(
    drop: Callable[[str, str], Path], home: Path
) -> None:
    path = drop(UNIT, MONTH)
    book = openpyxl.load_workbook(path)
    labour_cell(book).value = labour_cell(book).value + 1000
    book.save(path)
    collect()
    assert state_of_form() is FormState.RETURNED
    back = openpyxl.load_workbook(returned(home))
    assert back.sheetnames[0] == "退回问题"
    assert back.sheetnames[1:-1] == book.sheetnames
    assert labour_cell(back).value == labour_cell(book).value
    written = returned(home).stat().st_mtime_ns
    collect()
    assert returned(home).stat().st_mtime_ns == written, "a clerk may be at work in it"


def test_another_units_return_is_refused(home: Path) -> None:
    dropped(home, "月报.xlsx", openpyxl.load_workbook(returned(home)), OTHER)
    collect()
    assert last(OTHER).state is SubmissionState.REFUSED
    assert codes(OTHER) == ["wrong-unit"]
    assert archived_path(office().archive, last(OTHER).sha256).is_file()


def test_explaining_an_error_does_not_let_it_pass(home: Path) -> None:
    book = openpyxl.load_workbook(returned(home))
    for row in range(6, book.worksheets[0].max_row + 1):
        book.worksheets[0].cell(row, 9).value = "情况属实"
    dropped(home, "说明.xlsx", book)
    collect()
    assert last().version == 2
    assert state_of_form() is FormState.RETURNED
    again = openpyxl.load_workbook(returned(home))
    assert again.worksheets[0]["I6"].value == "情况属实"


def test_corrected_it_is_the_resubmission_under_any_name(home: Path) -> None:
    overtaken = openpyxl.load_workbook(returned(home))
    book = openpyxl.load_workbook(returned(home))
    labour_cell(book).value = labour_cell(book).value - 1000
    dropped(home, "改好了（最终）.xlsx", book)
    collect()
    assert last().version == 3
    assert last().state is SubmissionState.LOADED
    assert not returned(home).exists()
    dropped(home, "旧的退回表.xlsx", overtaken)
    collect()
    assert last().state is SubmissionState.REFUSED
    assert "older-return" in codes()


def test_without_its_index_an_old_return_is_a_submission_like_any_other(home: Path) -> None:
    book = openpyxl.load_workbook(home / "inbox" / UNIT / MONTH / "旧的退回表.xlsx")
    del book["退回问题"]
    dropped(home, "去掉首页.xlsx", book)
    collect()
    assert last().version == 5
    assert state_of_form() is FormState.RETURNED


def spent_too_much(path: Path, explanation: str = "") -> openpyxl.Workbook:
    """The workbook with far more spent than the year's target, and what the form says of it."""
    book = openpyxl.load_workbook(path)
    path.unlink()
    sheet = next(sheet for sheet in book if sheet.title.startswith("T02"))
    labels = {cell.value: cell.row for cell in sheet["B"]} | {c.value: c.row for c in sheet["A"]}
    sheet.cell(labels[OTHER], 3).value = 44900
    sheet.cell(labels["情况说明"], 3).value = explanation
    return book


def test_each_file_has_its_receipt_and_a_receipt_is_no_submission(
    drop: Callable[[str, str], Path], home: Path
) -> None:
    folder = home / "inbox" / UNIT / "回执"
    pages = {path.name.split("_")[2]: path for path in folder.glob("*_回执.html")}
    assert sorted(pages) == [f"第{version}版" for version in range(1, 6)]
    words = [pages[name].read_text(encoding="utf-8") for name in sorted(pages)]
    verdicts = [text.split('class="verdict ')[1].split("<")[0].split(">")[1] for text in words]
    assert verdicts == ["部分通过", "部分通过", "通过", "退回", "部分通过"]
    assert "转移就业总量" not in words[1]
    corrected = words[2].split("与上一版相比的改动")[1]
    assert "村民委员会</td><td>其中·县内（人）</td>" in corrected
    assert "改好了（最终）.xlsx" in words[2]
    assert len(list((home / "inbox" / OTHER / "回执").glob("*_第1版_*_回执.html"))) == 1
    written = {path: path.stat().st_mtime_ns for path in pages.values()}
    shutil.copy(pages["第3版"], home / "inbox" / UNIT / MONTH / "我的回执.html")
    dropped(home, "疑问.xlsx", spent_too_much(drop(OTHER, MONTH), "上级追加"), OTHER)
    collect()
    assert last().version == 5
    assert {path: path.stat().st_mtime_ns for path in pages.values()} == written


def test_what_was_explained_stands_in_the_ledger() -> None:
    columns, rows = office().warehouse.export(office().programme.id, "explanations", MONTH)
    at = [column.name for column in columns].index
    said = [
        (row[at("version")], row[at("form")], row[at("explanation")], row[at("still_found")])
        for row in rows
    ]
    assert said == [(2, "T02", "上级追加", "yes"), (2, FORM, "情况属实", "yes")]


def test_next_month_it_is_offered_for_the_same_finding(
    drop: Callable[[str, str], Path], home: Path
) -> None:
    book = spent_too_much(drop(OTHER, NEXT_MONTH))
    book.save(home / "inbox" / OTHER / NEXT_MONTH / "七月.xlsx")
    collect(NEXT_MONTH)
    back = openpyxl.load_workbook(
        home / "inbox" / OTHER / "回执" / f"{OTHER}_{NEXT_MONTH}_退回.xlsx"
    )
    head, *lines = back.worksheets[0].iter_rows(min_row=5, values_only=True)
    (line,) = [line for line in lines if "全年任务" in line[3]]
    assert (head[11], line[8], line[11]) == ("上次说明", None, "2023年6月：上级追加")


def test_rules_health_names_what_became_of_the_findings() -> None:
    told = CliRunner().invoke(app, ["rules", "health", "--share", "50", "--at-least", "2"])
    assert told.exit_code == 0
    (line,) = [line for line in told.stdout.splitlines() if "远超全年目标（" in line]
    assert "命中 2 处（1 个单位），1 处靠说明通过，只改正 0 处" in line
