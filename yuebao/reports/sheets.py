"""How a sheet of a report is written: one look, text always inert, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from yuebao.reports.numbers import shown

# No text a clerk wrote may become a formula, a link or a number of Excel's own making.
_INERT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_CELL = {
    "font_name": "微软雅黑",
    "font_size": 10,
    "valign": "vcenter",
    "border": 1,
    "border_color": "#D0D7DE",
}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "微软雅黑", "font_size": 16, "bold": True, "font_color": "#C4161C"},
    "note": {"font_name": "微软雅黑", "font_size": 9, "font_color": "#57606A"},
    "head": {**_CELL, "bold": True, "bg_color": "#EEF2F6", "align": "center", "text_wrap": True},
    "band": {**_CELL, "bold": True, "bg_color": "#F6E9E9"},
    "text": {**_CELL, "text_wrap": True},
    "mid": {**_CELL, "align": "center", "text_wrap": True},
    "number": {**_CELL, "num_format": "General", "align": "right"},
    "whole": {**_CELL, "num_format": "0", "align": "right"},
    "rate": {**_CELL, "num_format": '0.0"%"', "align": "right"},
    "green": {**_CELL, "align": "center", "font_color": "#1A7F37", "bg_color": "#DCF3E2"},
    "amber": {**_CELL, "align": "center", "font_color": "#9A6700", "bg_color": "#FFF3C4"},
    "red": {**_CELL, "align": "center", "font_color": "#CF222E", "bg_color": "#FFE2DF"},
    "grey": {**_CELL, "align": "center", "font_color": "#8C959F"},
}
_NO_MOMENT = datetime(1980, 1, 1, tzinfo=UTC)  # so that the same content gives the same bytes
Content = Decimal | int | str | None
MOST_PLACES = 6
HEAD_HEIGHT = 32
ROW_HEIGHT = 20


class ReportBook:
    """A workbook under construction; ``content()`` closes it and gives its bytes."""

    def __init__(self, title: str) -> None:
        self._buffer = BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, _INERT)
        self._book.set_properties({"title": title, "created": _NO_MOMENT})
        self._formats: dict[str, Any] = {}

    def sheet(self, name: str, widths: Sequence[int]) -> ReportSheet:
        """A new landscape A4 sheet with these column widths, one page wide in print."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.hide_gridlines(2)
        sheet.set_default_row(ROW_HEIGHT)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        return ReportSheet(self, sheet, len(widths))

    def look(self, name: str) -> Any:
        """The cell format of that name; colours may be joined to others as ``green number``."""
        if name not in self._formats:
            mixed = {key: value for part in name.split() for key, value in _LOOKS[part].items()}
            self._formats[name] = self._book.add_format(mixed)
        return self._formats[name]

    def content(self) -> bytes:
        """The finished file; nothing can be added any more."""
        self._book.close()
        return self._buffer.getvalue()


class ReportSheet:
    """A sheet that is written row by row from the top."""

    def __init__(self, book: ReportBook, sheet: Any, columns: int) -> None:
        self._book = book
        self._sheet = sheet
        self._columns = columns
        self._row = 0

    def title(self, text: str, note: str) -> None:
        """The sheet's title and the small line under it."""
        self._sheet.set_row(0, 28)
        self._sheet.write_string(0, 0, text, self._book.look("title"))
        self._sheet.write_string(1, 0, note, self._book.look("note"))
        self._row = 3

    def head(self, labels: Iterable[str], height: int = HEAD_HEIGHT) -> None:
        """A header row."""
        self.row([(label, "head") for label in labels], height=height)

    def freeze(self, columns: int = 0) -> None:
        """Keep everything above the next row, and so many columns, in sight and in print."""
        self._sheet.freeze_panes(self._row, columns)
        self._sheet.repeat_rows(self._row - 1)

    def band(self, text: str) -> None:
        """A coloured row across the sheet that opens a group."""
        self.row([(text, "band")] + [("", "band")] * (self._columns - 1))

    def row(self, cells: Iterable[tuple[Content, str]], height: int | None = None) -> None:
        """A row of (content, look); None leaves the cell empty."""
        if height is not None:
            self._sheet.set_row(self._row, height)
        for at, (content, look) in enumerate(cells):
            self._write(at, content, self._book.look(look))
        self._row += 1

    def skip(self) -> None:
        """An empty row."""
        self._row += 1

    def _write(self, column: int, content: Content, look: Any) -> None:
        if content is None or content == "":
            self._sheet.write_blank(self._row, column, None, look)
        elif isinstance(content, str):
            self._sheet.write_string(self._row, column, content, look)
        else:
            # Sixteen digits go through a double unharmed; six places is what results are kept at.
            self._sheet.write_number(
                self._row, column, float(shown(Decimal(content), MOST_PLACES)), look
            )
