"""What is taken away as CSV or a workbook."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from flows.commands import exporting
from flows.commands.exporting import as_csv, as_xlsx
from flows.runs.asking import AskedError

COLUMNS = ("unit", "value", "text")
ROWS = [
    ("共和镇", Decimal("27.200000"), '=HYPERLINK("x")'),
    ("新桥镇", None, "+1"),
    ("a,b", 3, "平"),
]


def test_csv_keeps_columns_and_quotes_what_a_spreadsheet_would_run() -> None:
    lines = list(csv.reader(io.StringIO(as_csv(COLUMNS, ROWS))))
    assert lines == [
        ["unit", "value", "text"],
        ["共和镇", "27.2", '\'=HYPERLINK("x")'],
        ["新桥镇", "", "'+1"],
        ["a,b", "3", "平"],
    ]


def test_workbook_holds_numbers_as_numbers_and_text_as_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(COLUMNS, ROWS))).active
    assert [cell.value for cell in sheet[2]] == ["共和镇", 27.2, '=HYPERLINK("x")']
    assert sheet["C2"].data_type == "s"
    assert sheet["B3"].value is None


def test_rows_a_sheet_has_no_room_for_are_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exporting.ROWS_OF_A_SHEET == 2**20
    monkeypatch.setattr(exporting, "ROWS_OF_A_SHEET", 4)
    assert as_xlsx(COLUMNS, ROWS)
    with pytest.raises(AskedError, match="分期导出"):
        as_xlsx(COLUMNS, [*ROWS, ROWS[0]])
