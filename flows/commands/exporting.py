"""Exports: fixed columns, as CSV or as a workbook in which text stays text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter

from flows.runs.asking import AskedError

ROWS_OF_A_SHEET = 1_048_576
_RISKY = re.compile(r"\s*[=+\-@＝＋－＠|%]|[\t\r\n]")  # some spreadsheets take wide signs too


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with a header line; text that a spreadsheet would run is quoted with an apostrophe."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_inert(value) for value in row] for row in rows)
    return target.getvalue()


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet: numbers as numbers, text never a formula or a link.

    AskedError where a sheet cannot hold them all: none is left out silently.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet("数据")
    bold = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1})
    sheet.write_row(0, 0, columns, bold)
    count = 0
    for count, row in enumerate(rows, start=1):
        if count == ROWS_OF_A_SHEET:
            raise AskedError(
                "一张工作表放不下这么多行，请用 --period 分期导出，或用 --format csv。"
            )
        for index, value in enumerate(row):
            _write(sheet, count, index, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, count, len(columns) - 1)
    book.close()
    return target.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否")
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, column, float(value))
    else:
        sheet.write_string(row, column, str(value))


def _inert(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and _RISKY.match(value):
        return f"'{value}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value
