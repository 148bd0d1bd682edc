"""A workbook made anew from its reading, for files that cannot be changed part by part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from yuebao.workbooks.cells import shown_raw
from yuebao.workbooks.identity import IDENTITY_SHEET
from yuebao.workbooks.raw import ErrorValue, NoValue, RawSheet, RawValue, RawWorkbook
from yuebao.workbooks.styles import text_width

_INERT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Place: TypeAlias = tuple[int, int]
_NARROW, _WIDE = 8, 36


class _Formats:
    def __init__(self, book: Workbook) -> None:
        plain = {"font_name": "宋体", "valign": "vcenter", "text_wrap": True, "border": 1}
        self.plain: Format = book.add_format(plain)
        self.percent: Format = book.add_format({**plain, "num_format": "0.00%"})
        self.day: Format = book.add_format({**plain, "num_format": "yyyy-mm-dd"})
        self.merged: Format = book.add_format({**plain, "align": "center"})


def rebuilt(raw: RawWorkbook) -> bytes:
    """The same values, merges and hidden parts as .xlsx; the reader reads the same from it."""
    buffer = BytesIO()
    with Workbook(buffer, _INERT) as book:
        formats = _Formats(book)
        for raw_sheet in raw.sheets:
            sheet = book.add_worksheet(raw_sheet.name)
            _fill(sheet, raw_sheet, formats)
            if raw_sheet.name == IDENTITY_SHEET:
                sheet.very_hidden()
            elif not raw_sheet.visible:
                sheet.hide()
        first = next((s for s, r in zip(book.worksheets(), raw.sheets, strict=True) if r.visible))
        first.activate()
        first.set_first_sheet()
    return buffer.getvalue()


def _fill(sheet: Worksheet, raw: RawSheet, formats: _Formats) -> None:
    anchors = {(merge.top, merge.left) for merge in raw.merges}
    for merge in raw.merges:
        if (merge.bottom, merge.right) != (merge.top, merge.left):
            area = (merge.top, merge.left, merge.bottom, merge.right)
            sheet.merge_range(*area, "", formats.merged)
    for place, value in _values(raw):
        look = formats.merged if place in anchors else formats.plain
        _write(sheet, place, value, formats.percent if place in raw.percent else look)
    for column, width in _widths(raw, anchors).items():
        sheet.set_column(column, column, min(max(width + 2, _NARROW), _WIDE))
    for column in raw.hidden_columns:
        sheet.set_column(column, column, None, None, {"hidden": True})
    for hidden in raw.hidden_rows:
        sheet.set_row(hidden, None, None, {"hidden": True})
    sheet.hide_gridlines(2)


def _values(raw: RawSheet) -> Iterator[tuple[Place, RawValue]]:
    for at, row in enumerate(raw.rows):
        for column, value in enumerate(row):
            if value is not None:
                yield (at, column), value


def _widths(raw: RawSheet, merged: set[Place]) -> dict[int, int]:
    """How wide the texts of each column are; merged ones run over others."""
    widths: dict[int, int] = {}
    for place, value in _values(raw):
        if place not in merged:
            at = place[1]
            width = 10 if isinstance(value, date) else text_width(shown_raw(value))
            widths[at] = max(widths.get(at, 0), width)
    return widths


def _write(sheet: Worksheet, place: Place, value: RawValue, look: Format) -> None:
    """A value in its own kind of cell; a text stays a text."""
    row, column = place
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), look)
    elif isinstance(value, datetime | date):
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, ErrorValue):
        sheet.write_formula(row, column, f"={value.text}", look, value.text)
    elif isinstance(value, str | time | NoValue):
        sheet.write_string(row, column, shown_raw(value), look)
