"""The county's corrections through a month: taken in, applied, stopped by a newer file, ended."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from prefect.client.schemas import State
from typer.testing import CliRunner

from flows.aggregate_month import aggregate_month
from flows.collect_month import collect_month
from flows.commands.cli import app
from flows.office import office
from flows.runs.records import wait_until_recorded
from tasks.approval import decide
from tasks.corrections import WAITING
from yuebao.decision import NotDecidableError
from yuebao.reports.corrections import blank_corrections

MONTH, UNIT, INDICATOR = "2023-06", "安乐乡", "W06-1"
COUNTY = "牟定县"
Drop = Callable[[str, str], Path]


def collect() -> State:
    state = collect_month(MONTH, (UNIT,), return_state=True)
    assert wait_until_recorded(seconds=30) == 0
    return state


def county_total() -> Decimal:
    here = office()
    (value,) = (
        result.value
        for result in here.warehouse.results(here.programme.id, [MONTH])
        if (result.indicator, result.unit) == (INDICATOR, here.programme.county)
    )
    return value


def observation() -> dict[str, object]:
    """The first village's total as the export has it."""
    columns, rows = office().warehouse.export(office().programme.id, "observations", MONTH)
    names = [column.name for column in columns]
    cells = (dict(zip(names, row, strict=True)) for row in rows)
    return next(cell for cell in cells if (cell["form"], cell["column_id"]) == ("T08", "total"))


def first_village(path: Path) -> tuple[str, int, int]:
    """The first village of the labour form, its total, and how many of them are in the county."""
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = next(sheet for sheet in book if sheet.title.startswith("T08"))
    name = next(c for c in sheet["B"] if str(c.value).endswith(("社区居民委员会", "村民委员会")))
    total, near = (int(sheet.cell(name.row, column).value) for column in (3, 4))
    return str(name.value), total, near


def hand_in(home: Path, *lines: tuple[object, ...]) -> None:
    """The blank 更正单 filled in and saved into the county's folder of the month."""
    path = home / "inbox" / COUNTY / MONTH / "更正单.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.load_workbook(io.BytesIO(blank_corrections(MONTH)))
    sheet = book.worksheets[0]
    header = next(cell.row for cell in sheet["A"] if cell.value == "单位")
    for at, line in enumerate(lines, start=header + 1):
        for column, content in enumerate(line, start=1):
            sheet.cell(at, column).value = content
    book.save(path)


def outcome(home: Path) -> list[tuple[str, str]]:
    path = home / "inbox" / COUNTY / "回执" / f"更正单办理结果_{MONTH}.xlsx"
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=5, values_only=True)
    return [(str(result), str(words or "")) for _, _, result, words in rows]


def both(village: str, total: int, near: int, *end: str) -> tuple[tuple[object, ...], ...]:
    """One more in the total, and in the part of it that is in the county."""
    place = (UNIT, MONTH, "农村劳动力转移就业", "", village)
    why = ("漏加一人", "王某", "2023-07-01", *end)
    return (
        (*place, "转移就业总量（人）", total, total + 1, *why),
        (*place, "其中/县内", near, near + 1, *why),
    )


def test_a_sheet_in_the_county_s_folder_is_applied_and_published(home: Path, drop: Drop) -> None:
    village, total, near = first_village(drop(UNIT, MONTH))
    lines = both(village, total, near)
    hand_in(home, lines[0])
    assert collect().name.endswith(WAITING)
    ((result, words),) = outcome(home)
    assert (result, words[:8]) == ("未受理", "更正后会有错误：")
    before = county_total()
    assert observation()["value"] == total

    hand_in(home, *lines)
    assert not collect().name.endswith(WAITING)

    assert outcome(home) == [("已登记", "")] * 2
    now = observation()
    assert (now["value"], now["submitted_value"]) == (total + 1, total)
    assert county_total() == before + 1
    page = (home / "outputs" / MONTH / f"通报_{MONTH}.html").read_text(encoding="utf-8")
    assert f"{total} 更正为 {total + 1}（漏加一人；王某，2023-07-01）" in page


def test_a_newer_file_with_another_value_stops_the_month_by_name(home: Path) -> None:
    before, cell = county_total(), observation()
    for answer in home.rglob("更正单办理结果*.xlsx"):
        answer.unlink()  # as if the last run had been killed before it answered
    path = next((home / "inbox" / UNIT / MONTH).glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if sheet.title.startswith("T08"))
    total = sheet[str(cell["cell"])]
    for changed in (total, sheet.cell(total.row, total.column + 1)):
        changed.value = int(changed.value) + 2
    book.save(path)

    state = collect()

    assert state.is_failed()
    assert state.name.endswith(WAITING)
    assert f"现在入库的一版是 {total.value}，更正没有生效" in state.message
    assert outcome(home) == [("已登记", "")] * 2
    assert observation()["value"] == total.value
    assert county_total() == before
    page = (home / "outputs" / MONTH / f"通报_{MONTH}.html").read_text(encoding="utf-8")
    assert "有 2 条更正待处理，下列指标还是从前汇总的数" in page
    assert f"现在入库的一版是 {total.value}，更正没有生效" in page
    assert "更正待处理" in CliRunner().invoke(app, ["status", MONTH]).output
    stopped = aggregate_month(MONTH, return_state=True)
    assert (stopped.name, stopped.is_failed()) == (WAITING, True)
    with pytest.raises(NotDecidableError, match="更正待处理"):
        decide(office(), MONTH, "通过", name="李", remark="", now=stopped.timestamp)
    register = openpyxl.load_workbook(home / "outputs" / MONTH / "更正登记.xlsx").worksheets[0]
    assert [cell.value for cell in register["A"]].count("原值不符") == 2


def test_withdrawn_it_no_longer_stands_in_the_way(home: Path) -> None:
    path = next((home / "inbox" / UNIT / MONTH).glob("*.xlsx"))
    village, total, near = first_village(path)
    old = (village, total - 2, near - 2)
    hand_in(home, *both(*old), *both(*old, "撤销"), *both(village, total, near))
    assert not collect().name.endswith(WAITING)
    assert observation()["value"] == total + 1
    page = (home / "outputs" / MONTH / f"通报_{MONTH}.html").read_text(encoding="utf-8")
    assert "更正待处理" not in page
    standings = office().warehouse.corrections(office().programme.id, MONTH)
    states = [one.state for one in standings]
    assert states == ["withdrawn"] * 2 + ["withdrawal"] * 2 + ["applied"] * 2
