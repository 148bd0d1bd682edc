"""The county's corrections through a month: taken in, applied, stopped by a newer file, ended."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from prefect.client.schemas import State

from flows.aggregate_month import aggregate_month
from flows.collect_month import collect_month
from flows.office import office
from flows.records import wait_until_recorded
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


def first_total(path: Path) -> dict[str, object]:
    """The first village of the labour form, and its total."""
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = next(sheet for sheet in book if sheet.title.startswith("T08"))
    name = next(
        cell for cell in sheet["B"] if str(cell.value).endswith(("社区居民委员会", "村民委员会"))
    )
    return {"row_name": name.value, "value": sheet.cell(name.row, 3).value}


def hand_in(home: Path, *lines: tuple[object, ...]) -> None:
    """The blank 更正单 filled in and saved into the county's folder of the month."""
    path = home / "inbox" / COUNTY / MONTH / "更正单.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(blank_corrections(MONTH))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = next(cell.row for cell in sheet["A"] if cell.value == "单位")
    for at, line in enumerate(lines, start=header + 1):
        for column, content in enumerate(line, start=1):
            sheet.cell(at, column).value = content
    book.save(path)


def outcome(home: Path) -> list[str]:
    book = openpyxl.load_workbook(home / "inbox" / COUNTY / "回执" / f"更正单办理结果_{MONTH}.xlsx")
    return [str(cell.value) for cell in book.worksheets[0]["C"] if cell.value][1:]


def line(cell: dict[str, object], expected: object, value: object, *end: str) -> tuple[object, ...]:
    place = (UNIT, MONTH, "农村劳动力转移就业", "", cell["row_name"], "转移就业总量（人）")
    return (*place, expected, value, "多写一个零", "王某", "2023-07-01", *end)


def test_a_sheet_in_the_county_s_folder_is_applied_and_published(home: Path, drop: Drop) -> None:
    cell = first_total(drop(UNIT, MONTH))
    hand_in(home, line(cell, cell["value"], 7), line(cell, "多", 8))
    assert collect().name.endswith(WAITING)
    assert outcome(home) == ["未登记", "未受理"]
    before = county_total()
    assert observation()["value"] == cell["value"]

    hand_in(home, line(cell, cell["value"], 7), ("",) * 12)
    assert not collect().name.endswith(WAITING)

    now = observation()
    assert (now["value"], now["submitted_value"]) == (Decimal(7), cell["value"])
    assert county_total() == before - int(str(cell["value"])) + 7
    page = (home / "outputs" / MONTH / f"通报_{MONTH}.html").read_text(encoding="utf-8")
    assert f"{cell['value']} 更正为 7（多写一个零；王某，2023-07-01）" in page
    assert outcome(home) == ["已登记"]


def test_a_newer_file_with_another_value_stops_the_month_by_name(home: Path) -> None:
    before, cell = county_total(), observation()
    path = next((home / "inbox" / UNIT / MONTH).glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if sheet.title.startswith("T08"))
    total = sheet[str(cell["cell"])]
    for changed in (total, sheet.cell(total.row, total.column + 1)):
        changed.value = int(changed.value) + 1  # the total, and a part of it
    book.save(path)

    state = collect()

    assert state.is_failed()
    assert state.name.endswith(WAITING)
    assert f"现在入库的一版是 {total.value}，更正没有生效" in state.message
    assert observation()["value"] == total.value
    assert county_total() == before
    stopped = aggregate_month(MONTH, return_state=True)
    assert (stopped.name, stopped.is_failed()) == (WAITING, True)
    with pytest.raises(NotDecidableError, match="更正待处理"):
        decide(office(), MONTH, "通过", name="李", remark="", now=stopped.timestamp)
    register = openpyxl.load_workbook(home / "outputs" / MONTH / "更正登记.xlsx").worksheets[0]
    assert "原值不符" in [cell.value for cell in register["A"]]


def test_withdrawn_it_no_longer_stands_in_the_way(home: Path) -> None:
    cell = observation()
    submitted = int(str(cell["value"])) - 1
    hand_in(
        home,
        line(cell, submitted, 7),
        line(cell, submitted, 7, "撤销"),
        line(cell, cell["value"], 70),
    )
    assert not collect().name.endswith(WAITING)
    assert observation()["value"] == Decimal(70)
    standings = office().warehouse.corrections(office().programme.id, MONTH)
    assert [one.state for one in standings] == ["withdrawn", "withdrawal", "applied"]
    assert [one.correction.line for one in standings] != [0, 0, 0]
