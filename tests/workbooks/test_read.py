"""What stands in a workbook's cells comes out typed, whichever program wrote it."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from yuebao.workbooks.parse import parse_workbook
from yuebao.workbooks.raw import (
    ErrorValue,
    Merge,
    NoValue,
    RawCell,
    RawWorkbook,
    cell_address,
    exact_decimal,
)
from yuebao.workbooks.refusal import LIMITS

FIXTURES = Path(__file__).parents[1] / "fixtures"
SHEET = "xl/worksheets/sheet1.xml"


def book() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "表一"
    sheet["B3"] = "其中"
    sheet.merge_cells("B3:D3")
    sheet["B4"], sheet["C4"], sheet["D4"] = "天台村_x000D_\n", 12, 0.1 + 0.2
    sheet["B5"], sheet["C5"], sheet["D5"] = 0.98, date(2023, 9, 25), "=SUM(C4:D4)"
    sheet["B5"].number_format = "0.0%"
    sheet["B6"], sheet["C6"], sheet["D6"] = True, "#REF!", time(3, 4)
    sheet["B7"] = 0.5
    sheet["B7"].number_format = '0"%"'  # shows a sign, is no per cent
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["D"].hidden = True
    hidden = workbook.create_sheet("底稿")
    hidden.sheet_state = "veryHidden"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def with_sheet(change: Callable[[bytes], bytes], content: bytes | None = None) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(content or book()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, change(part) if name == SHEET else part)
    return buffer.getvalue()


def parsed(content: bytes, tmp_path: Path) -> RawWorkbook:
    (tmp_path / "a.xlsx").write_bytes(content)
    return parse_workbook(tmp_path / "a.xlsx", LIMITS)


def test_every_kind_of_cell(tmp_path: Path) -> None:
    workbook = parsed(book(), tmp_path)
    sheet = workbook.sheets[0]
    assert (sheet.name, sheet.visible) == ("表一", True)
    assert sheet.rows == (
        (),
        (),
        (None, "其中"),
        (None, "天台村\n", Decimal(12), Decimal("0.3")),
        (None, Decimal("0.98"), date(2023, 9, 25), NoValue()),
        (None, True, ErrorValue("#REF!"), time(3, 4)),
        (None, Decimal("0.5")),
    )
    assert sheet.merges == (Merge(2, 1, 2, 3),)
    assert sheet.percent == {(4, 1)}
    assert sheet.hidden_rows == {5}
    assert sheet.hidden_columns == {3}
    assert not workbook.sheets[1].visible


def test_tags_with_a_prefix_lose_nothing(tmp_path: Path) -> None:
    usual = parsed(book(), tmp_path)
    prefixed = with_sheet(lambda part: re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", part))
    renamed = with_sheet(lambda part: part.replace(b"xmlns=", b"xmlns:x="), prefixed)
    assert parsed(renamed, tmp_path) == usual


def test_attributes_in_another_order_lose_nothing(tmp_path: Path) -> None:
    usual = parsed(book(), tmp_path)
    turned = re.compile(rb'<c (r="[A-Z]+\d+")(( \w+="\w+")+)')
    changed = with_sheet(lambda part: turned.sub(rb"<c\2 \1", part))
    assert parsed(changed, tmp_path) == usual


def test_cells_without_addresses_stand_side_by_side(tmp_path: Path) -> None:
    usual = parsed(book(), tmp_path).sheets[0]
    bare = with_sheet(lambda part: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", part))
    sheet = parsed(bare, tmp_path).sheets[0]
    assert sheet.rows == tuple(row[1:] for row in usual.rows)
    assert sheet.percent == {(4, 0)}


@pytest.mark.parametrize("name", ["returned.xls", "returned.ods"])
def test_other_programs_files_hold_the_same(name: str) -> None:
    workbook = parse_workbook(FIXTURES / name, LIMITS)
    sheet = next(sheet for sheet in workbook.sheets if sheet.name.startswith("T11"))
    assert sheet.cell(4, 4) == RawCell(4, 4, Decimal("98.5"))
    assert sheet.cell(4, 4).address == "E5"
    assert Merge(2, 2, 2, 4) in sheet.merges
    assert [s.name for s in workbook.sheets if s.name == "_yuebao" and not s.visible]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1e11, "100000000000"),
        (33.3333333333333357, "33.3333333333333"),
        (-0.0, "0"),
    ],
)
def test_numbers_have_no_binary_noise(number: float, text: str) -> None:
    assert str(exact_decimal(number)) == text


def test_addresses_are_excels() -> None:
    assert [cell_address(11, 3), cell_address(0, 26), cell_address(1048575, 16383)] == [
        "D12",
        "AA1",
        "XFD1048576",
    ]
