"""Where everything stands on a form's sheet: pure geometry, shared by all who write or mark one.

A sheet is, from the top: the merged title; 填报单位 and 填报时间; for each table an optional title
row, its header rows, its data rows, its 合计 row and one empty row; then 零报告 (where the form
allows it), 情况说明, the notes, and the signatures. Column A is 序号; column B names the row, but
for open tables (and tables of the unit itself without a label), whose own columns start at B.

All rows and columns count from 0; ``address`` gives the name Excel uses (``D12``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from yuebao.programme.models import Column, Form, Programme, RowsKind, Table
from yuebao.readings import FormValues
from yuebao.rules.period import Period

SEQUENCE = "序号"
TOTAL = "合计"
ZERO_REPORT = "零报告（本期无此项工作选“是”）"
EXPLANATION = "情况说明"
SHEET_NAME_LIMIT = 31
SPARE_ROWS = 5
NARROWEST = 5
_FORBIDDEN_IN_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "·"))
_COMPLETE_TITLES = ("表", "月报", "季报")


@dataclass(frozen=True, slots=True)
class Place:
    """One cell."""

    row: int
    column: int

    @property
    def address(self) -> str:
        return str(xl_rowcol_to_cell(self.row, self.column))


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both corners included; a single cell is an area too."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def first(self) -> Place:
        return Place(self.top, self.left)

    @property
    def address(self) -> str:
        return self.first.address

    @property
    def is_single(self) -> bool:
        return self.top == self.bottom and self.left == self.right


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A label of a header; areas of more than one cell are merged."""

    area: Area
    text: str


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A data row; ``key`` is a village code, listed key, item id, unit code, or "" (open)."""

    position: int
    row: int
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table on the sheet. ``columns`` maps column ids to columns of the sheet."""

    table: Table
    title_row: int | None
    header: tuple[HeaderCell, ...]
    header_top: int
    header_bottom: int
    label_column: int | None
    columns: Mapping[str, int]
    rows: tuple[RowPlace, ...]
    total_row: int | None

    @property
    def first_row(self) -> int:
        return self.rows[0].row

    @property
    def last_row(self) -> int:
        return self.rows[-1].row

    @property
    def right(self) -> int:
        return max(self.columns.values())

    def row_of(self, key: str) -> RowPlace:
        """The row of a key; KeyError if there is none (open tables have no keys)."""
        for row in self.rows:
            if key and row.key == key:
                return row
        raise KeyError(key)

    def place(self, position: int, column: str) -> Place:
        """The cell of the row at ``position`` (from 0) in a column."""
        return Place(self.rows[position].row, self.columns[column])

    def place_of(self, key: str, column: str) -> Place:
        """The cell of the row of that key in a column."""
        return Place(self.row_of(key).row, self.columns[column])


@dataclass(frozen=True, slots=True)
class FormLayout:
    """A form's sheet for a unit and period; ``zero_report`` is None where there is none."""

    form: Form
    sheet: str
    title: str
    width: int
    tables: tuple[TableLayout, ...]
    zero_label: Area | None
    zero_report: Area | None
    explanation_label: Area
    explanation: Area
    notes: Area
    signatures_row: int

    def table(self, table_id: str) -> TableLayout:
        """The table of that id; KeyError if there is none."""
        for table in self.tables:
            if table.table.id == table_id:
                return table
        raise KeyError(table_id)

    def address(self, table_id: str, column: str, row: str | int) -> str:
        """The address of a value: ``row`` is the row's key, or its position in an open table."""
        table = self.table(table_id)
        place = table.place(row, column) if isinstance(row, int) else table.place_of(row, column)
        return place.address


def sheet_name(form: Form) -> str:
    """The name of a form's sheet: its id and title, within what Excel allows."""
    return f"{form.id} {form.title}".translate(_FORBIDDEN_IN_SHEET_NAME)[:SHEET_NAME_LIMIT].strip()


def form_title(programme: Programme, form: Form, period: Period) -> str:
    """The printed title: county, what the form is about, and the period."""
    title = form.title
    if title.endswith("情况"):
        title += "表"
    elif not title.endswith(_COMPLETE_TITLES):
        title += "情况统计表"
    return f"{programme.unit(programme.county).name}{title}（{period.chinese}）"


def header_path(column: Column) -> tuple[str, ...]:
    """The labels over a column as printed, the unit of measure behind the last one."""
    if not column.unit:
        return column.path
    return (*column.path[:-1], f"{column.path[-1]}（{column.unit}）")


def open_row_counts(values: FormValues | None) -> dict[str, int]:
    """How many rows some values fill, by table id: what ``lay_out_form`` needs for open tables."""
    return {table: len(rows) for table, rows in values.tables.items()} if values else {}


def lay_out_form(
    programme: Programme,
    form: Form,
    unit_code: str,
    period: Period,
    open_rows: Mapping[str, int] | None = None,
) -> FormLayout:
    """The geometry of a form for a unit and period.

    ``open_rows`` says how many rows of an open table are filled (by table id); such a table has
    at least its ``blank_rows`` rows, and always ``SPARE_ROWS`` more than are filled.
    """
    tables: list[TableLayout] = []
    top = 2
    for table in form.tables:
        rows = _row_names(programme, table, unit_code, (open_rows or {}).get(table.id, 0))
        tables.append(_lay_out_table(table, rows, top))
        top = _below(tables[-1]) + 1
    width = max(NARROWEST, *(table.right + 1 for table in tables))
    last = width - 1
    explained = top + (1 if form.zero_report else 0)
    return FormLayout(
        form=form,
        sheet=sheet_name(form),
        title=form_title(programme, form, period),
        width=width,
        tables=tuple(tables),
        zero_label=Area(top, 0, top, 2) if form.zero_report else None,
        zero_report=Area(top, 3, top, 3) if form.zero_report else None,
        explanation_label=Area(explained, 0, explained, 1),
        explanation=Area(explained, 2, explained, last),
        notes=Area(explained + 1, 0, explained + 1, last),
        signatures_row=explained + 2,
    )


def _row_names(
    programme: Programme, table: Table, unit_code: str, filled: int
) -> tuple[tuple[str, str], ...]:
    """Key and label of each row of a table."""
    unit = programme.unit(unit_code)
    if table.rows is RowsKind.UNIT:
        return ((unit.code, unit.name),)
    if table.rows is RowsKind.VILLAGES:
        return tuple((village.code, village.name) for village in programme.villages(unit_code))
    if table.rows is RowsKind.LISTED:
        return tuple((key.id, key.label) for key in table.keys)
    if table.rows is RowsKind.ITEMS:
        return tuple(
            (item.id, f"{item.clause} {item.title}")
            for item in programme.items
            if unit.name in item.lead_units
        )
    needed = filled + SPARE_ROWS if filled else 0
    return (("", ""),) * max(table.blank_rows, needed, 1)


def _lay_out_table(table: Table, names: tuple[tuple[str, str], ...], top: int) -> TableLayout:
    if not names:
        raise ValueError(f"table {table.id} has no rows for this unit")
    header_top = top + 1 if table.title else top
    has_label = table.rows is not RowsKind.OPEN and bool(table.label)
    paths = [(SEQUENCE,), *([table.label] if has_label else [])]
    first = len(paths)
    paths += [header_path(column) for column in table.columns]
    depth = max(len(path) for path in paths)
    data_top = header_top + depth
    rows = tuple(
        RowPlace(position, data_top + position, key, label)
        for position, (key, label) in enumerate(names)
    )
    return TableLayout(
        table=table,
        title_row=top if table.title else None,
        header=_header_cells(paths, header_top, depth),
        header_top=header_top,
        header_bottom=data_top - 1,
        label_column=1 if has_label else None,
        columns={column.id: first + index for index, column in enumerate(table.columns)},
        rows=rows,
        total_row=rows[-1].row + 1 if table.total_row else None,
    )


def _header_cells(paths: list[tuple[str, ...]], top: int, depth: int) -> tuple[HeaderCell, ...]:
    """Labels merged to the right over equal parents, and downwards below the last label."""
    cells: list[HeaderCell] = []
    for level in range(depth):
        left = 0
        while left < len(paths):
            right = _last_of_group(paths, left, level)
            path = paths[left]
            if level < len(path):
                is_leaf = level == len(path) - 1
                bottom = depth - 1 if is_leaf else level
                cells.append(HeaderCell(Area(top + level, left, top + bottom, right), path[level]))
            left = right + 1
    return tuple(cells)


def _last_of_group(paths: list[tuple[str, ...]], left: int, level: int) -> int:
    """The last column under the same parent label as ``left``; a last label stands alone."""
    parents = paths[left][: level + 1]
    right = left
    while (
        right + 1 < len(paths)
        and min(len(paths[left]), len(paths[right + 1])) > level + 1
        and paths[right + 1][: level + 1] == parents
    ):
        right += 1
    return right


def _below(table: TableLayout) -> int:
    """The first row under a table and its 合计 row."""
    return (table.total_row if table.total_row is not None else table.last_row) + 1
