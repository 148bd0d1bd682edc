"""How a form's sheet fits on paper: column widths, heights of headers, page setup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from yuebao.programme.models import Column, ColumnType, RowsKind
from yuebao.workbooks.layout import Area, FormLayout, TableLayout, header_path
from yuebao.workbooks.styles import FORM_TAB, SAMPLE_TAB, lines_needed, text_width

A4 = 9
_PORTRAIT, _LANDSCAPE = 92.0, 134.0  # widths in digits that fill an A4 page at full size
_SEQUENCE_WIDTH = 6.0
_LINE = 15.0
_FREEZE_ROWS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Page:
    """Widths by column of the sheet, and what follows from them."""

    widths: Mapping[int, float]
    landscape: bool

    def width_of(self, area: Area) -> float:
        return sum(self.widths[at] for at in range(area.left, area.right + 1))

    @property
    def corners(self) -> tuple[int, int]:
        """Row 2 in three parts: the last column of the left one, the first of the right one."""
        last = len(self.widths) - 1
        left = self._first_reaching(range(last), 34)
        right = last - self._first_reaching(range(last, left + 1, -1), 26, start=last)
        return left, max(right, left + 1)

    def _first_reaching(self, columns: range, width: float, start: int = 0) -> int:
        """How many columns from ``start`` it takes (less one) to be at least that wide."""
        so_far = 0.0
        for at in columns:
            so_far += self.widths[at]
            if so_far >= width:
                return abs(at - start)
        return abs(columns[-1] - start) if len(columns) else 0

    def thirds(self, layout: FormLayout) -> tuple[Area, Area, Area]:
        """The last row in three parts of about the same width."""
        share = sum(self.widths.values()) / 3
        ends: list[int] = []
        so_far = 0.0
        for at in range(layout.width):
            so_far += self.widths[at]
            if len(ends) < 2 and so_far >= share * (len(ends) + 1):
                ends.append(at)
        first = min(ends[0], layout.width - 3)
        second = min(max(ends[-1], first + 1), layout.width - 2)
        row = layout.signatures_row
        return (
            Area(row, 0, row, first),
            Area(row, first + 1, row, second),
            Area(row, second + 1, row, layout.width - 1),
        )

    def header_heights(self, table: TableLayout) -> dict[int, float]:
        """The height of each header row, so that every label is seen whole."""
        heights = dict.fromkeys(range(table.header_top, table.header_bottom + 1), _LINE + 8)
        for cell in sorted(table.header, key=lambda cell: cell.area.bottom - cell.area.top):
            lines = lines_needed(cell.text, self.width_of(cell.area))
            rows = range(cell.area.top, cell.area.bottom + 1)
            missing = lines * _LINE + 8 - sum(heights[row] for row in rows)
            if missing > 0:
                heights[cell.area.bottom] += missing
        return heights


def page_of(layout: FormLayout) -> Page:
    """Widths wide enough for what stands in each column, stretched to fill the paper."""
    widths = {0: _SEQUENCE_WIDTH} | dict.fromkeys(range(1, layout.width), 9.0)
    for table in layout.tables:
        if table.label_column is not None:
            at = table.label_column
            widths[at] = max(widths[at], _label_width(table))
        for column in table.table.columns:
            at = table.columns[column.id]
            widths[at] = max(widths[at], _column_width(table, column))
    needed = sum(widths.values())
    landscape = needed > _PORTRAIT + 8
    fill = _LANDSCAPE if landscape else _PORTRAIT
    stretch = max(1.0, (fill - _SEQUENCE_WIDTH) / (needed - _SEQUENCE_WIDTH))
    return Page(
        {at: wide if at == 0 else round(wide * stretch, 1) for at, wide in widths.items()},
        landscape,
    )


def _label_width(table: TableLayout) -> float:
    longest = max(text_width(row.label) for row in table.rows)
    widest = 34.0 if table.table.rows is RowsKind.ITEMS else 30.0
    return min(max(longest + 2.0, text_width("".join(table.table.label)) + 2.0, 12.0), widest)


def _column_width(table: TableLayout, column: Column) -> float:
    label = text_width(header_path(column)[-1])
    if column.is_number:
        return min(max(10.0, label / 2 + 2), 16.0)
    if column.type is ColumnType.TEXT:
        wide = table.table.rows is RowsKind.ITEMS
        return 30.0 if wide else max(18.0, min(label + 2.0, 24.0))
    if column.type is ColumnType.CHOICE:
        return float(min(max(text_width(choice) for choice in column.choices) + 4, 22))
    return {ColumnType.DATE: 12.0, ColumnType.YES_NO: 9.0, ColumnType.TOWNSHIP: 11.0}.get(
        column.type, 20.0
    )


def set_up_page(sheet: Worksheet, layout: FormLayout, page: Page, *, sample: bool) -> None:
    """Paper, margins, frozen panes, repeated rows: one page wide whatever the printer."""
    for at, wide in page.widths.items():
        sheet.set_column(at, at, wide)
    sheet.set_paper(A4)
    if page.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.print_area(0, 0, layout.signatures_row, layout.width - 1)
    sheet.set_footer(f"&L&9{layout.form.id} {layout.form.title}&R&9第 &P 页，共 &N 页")
    top, left = _frozen(layout)
    sheet.freeze_panes(top, left)
    sheet.repeat_rows(0, top - 1)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(SAMPLE_TAB if sample else FORM_TAB)
    sheet.set_zoom(100)


def _frozen(layout: FormLayout) -> tuple[int, int]:
    """Header rows and naming columns stay in sight; under a second table only the title does."""
    first = layout.tables[0]
    left = 2 if first.label_column is not None or first.table.rows is RowsKind.OPEN else 1
    top = first.header_bottom + 1
    if len(layout.tables) > 1 or top > _FREEZE_ROWS_AT_MOST:
        return 2, left
    return top, left
