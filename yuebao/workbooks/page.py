"""How a form's sheet fits on paper: column widths, heights of headers, page setup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from yuebao.programme.models import Column, ColumnType, Form, RowsKind
from yuebao.workbooks.layout import Area, FormLayout, TableLayout, header_path
from yuebao.workbooks.styles import FORM_TAB, SAMPLE_TAB, lines_needed, text_width

A4 = 9
# What an A4 page holds at full size: width in digits, height in points.
_PORTRAIT, _LANDSCAPE = (92.0, 740.0), (136.0, 490.0)
_READABLE = 0.6  # a form is not printed smaller than this to save a page
_WIDEST_STRETCH = 1.7
_PAPERS = (_PORTRAIT, _LANDSCAPE)
ROW, ITEM_ROW = 23.0, 66.0
_SEQUENCE_WIDTH = 6.0
_LINE = 15.0
_FREEZE_ROWS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Page:
    """Widths by column of the sheet, and what follows from them."""

    widths: Mapping[int, float]
    landscape: bool
    one_page: bool

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
            width = self.width_of(cell.area)
            lines = lines_needed(folded(cell.text, width), width)
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
    return _on_paper(widths, _height(layout))


def _on_paper(widths: Mapping[int, float], height: float) -> Page:
    """The way round that prints larger; columns are stretched to the page's full width."""
    needed = sum(widths.values())
    scales = {paper: min(1.0, paper[0] / needed, paper[1] / height) for paper in _PAPERS}
    paper = max(_PAPERS, key=lambda way: scales[way])
    one_page = scales[paper] >= _READABLE
    if not one_page:
        paper = _PORTRAIT if needed <= _PORTRAIT[0] else _LANDSCAPE
    scale = scales[paper] if one_page else min(1.0, paper[0] / needed)
    stretch = (paper[0] / scale - _SEQUENCE_WIDTH) / (needed - _SEQUENCE_WIDTH)
    stretch = min(max(stretch, 1.0), _WIDEST_STRETCH)
    wide = {at: round(w if at == 0 else w * stretch, 1) for at, w in widths.items()}
    return Page(wide, landscape=paper is _LANDSCAPE, one_page=one_page)


def _height(layout: FormLayout) -> float:
    """About how high the sheet is, in points."""
    rows = sum(
        len(table.rows) * (ITEM_ROW if table.table.rows is RowsKind.ITEMS else ROW)
        for table in layout.tables
    )
    headers = sum(2 * ROW + len(table.header) for table in layout.tables)
    return rows + headers + 4 * ROW + 170 + 14 * len(layout.form.notes)


def _label_width(table: TableLayout) -> float:
    longest = max(text_width(row.label) for row in table.rows)
    widest = 34.0 if table.table.rows is RowsKind.ITEMS else 30.0
    return min(max(longest + 2.0, text_width("".join(table.table.label)) + 2.0, 12.0), widest)


def _column_width(table: TableLayout, column: Column) -> float:
    label = header_path(column)[-1]
    if column.is_number:
        return _heading_width(label, 15.0)
    if column.type is ColumnType.TEXT:
        wide = table.table.rows is RowsKind.ITEMS
        return 30.0 if wide else max(18.0, min(text_width(label) + 2.0, 24.0))
    if column.type is ColumnType.CHOICE:
        return float(min(max(text_width(choice) for choice in column.choices) + 4, 22))
    least = {ColumnType.DATE: 12.0, ColumnType.YES_NO: 9.0, ColumnType.TOWNSHIP: 11.0}
    return max(least.get(column.type, 20.0), _heading_width(label, 13.0))


def _heading_width(label: str, one_line: float) -> float:
    """Wide enough for a label on one line if it is short, else on two or three."""
    whole = text_width(label)
    if whole + 2.0 <= one_line:
        return max(10.0, whole + 2.0)
    stem, _, unit = label.partition("（")
    return max(10.0, min(text_width(stem) + 2.0, 16.0), text_width(unit) + 4.0)


def folded(label: str, width: float) -> str:
    """A label that takes more than a line, folded before its unit of measure."""
    if "\n" in label or lines_needed(label, width) == 1:
        return label
    stem, bracket, unit = label.rpartition("（")
    return f"{stem}\n{bracket}{unit}" if stem and label.endswith("）") else label


def set_up_page(sheet: Worksheet, layout: FormLayout, page: Page, *, sample: bool) -> None:
    """Paper, margins, frozen panes, repeated rows: one page wide whatever the printer."""
    for at, wide in page.widths.items():
        sheet.set_column(at, at, wide)
    sheet.set_paper(A4)
    if page.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 1 if page.one_page else 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.print_area(0, 0, layout.signatures_row, layout.width - 1)
    sheet.set_footer(f"&L&9{layout.form.id}　{basis(layout.form)}&R&9第 &P 页，共 &N 页")
    top, left = _frozen(layout)
    sheet.freeze_panes(top, left)
    sheet.repeat_rows(0, top - 1)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(SAMPLE_TAB if sample else FORM_TAB)
    sheet.set_zoom(100)


def basis(form: Form) -> str:
    """The clause of the plan, and the annex, a form rests on."""
    annex = f"附件{form.annex}" if form.annex else ""
    return form.clause if not annex or annex in form.clause else f"{form.clause}、{annex}"


def _frozen(layout: FormLayout) -> tuple[int, int]:
    """Header rows and naming columns stay in sight; under a second table only the title does."""
    first = layout.tables[0]
    left = 2 if first.label_column is not None or first.table.rows is RowsKind.OPEN else 1
    top = first.header_bottom + 1
    if len(layout.tables) > 1 or top > _FREEZE_ROWS_AT_MOST:
        return 2, left
    return top, left
