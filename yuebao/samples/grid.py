"""A workbook as grids of plain cells, for faults that move cells about; written back with borders.

Formulas become their values and validation is lost, as when a clerk copies a sheet by value.
Rows and columns count from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import TypeAlias

from openpyxl import load_workbook
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

Spot: TypeAlias = tuple[int, int]
Box: TypeAlias = tuple[int, int, int, int]  # top, left, bottom, right
Content: TypeAlias = str | int | float | bool | datetime | None

_FIXED = datetime(2000, 1, 1)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: what stands in each cell (None: blank), and which cells are merged."""

    name: str
    cells: Mapping[Spot, Content]
    merges: tuple[Box, ...]
    hidden: bool = False

    def moved(self, *, below: int, down: int) -> Grid:
        """All rows from ``below`` on moved down; negative: up, over the rows in between."""
        gone = range(below + down, below)
        cells = {
            (row + down if row >= below else row, column): value
            for (row, column), value in self.cells.items()
            if row not in gone
        }
        merges = tuple(
            (top + down, left, bottom + down, right) if top >= below else (top, left, bottom, right)
            for top, left, bottom, right in self.merges
            if not (top in gone and bottom in gone)
        )
        return replace(self, cells=cells, merges=merges)

    def without_column(self, column: int) -> Grid:
        """One column cut out, merged cells over it becoming narrower."""
        cells = {
            (row, at - (at > column)): value
            for (row, at), value in self._unmerged(column).items()
            if at != column
        }
        merges = tuple(
            (top, left - (left > column), bottom, right - (right >= column))
            for top, left, bottom, right in self.merges
            if not left == right == column
        )
        wide = tuple(box for box in merges if box[:2] != box[2:])
        return replace(self, cells=cells, merges=wide)

    def _unmerged(self, column: int) -> Mapping[Spot, Content]:
        """The cells, labels of wider merged cells that begin in the column moved to the next."""
        moved = {
            (top, left + 1): self.cells.get((top, left))
            for top, left, _, right in self.merges
            if left == column < right
        }
        return {**self.cells, **moved}

    def with_swapped(self, first: int, second: int, top: int, bottom: int) -> Grid:
        """Two columns exchanged between two rows."""
        other = {first: second, second: first}
        cells = {
            (row, other.get(column, column) if top <= row <= bottom else column): value
            for (row, column), value in self.cells.items()
        }
        return replace(self, cells=cells)


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """The sheets of a workbook we rendered."""
    workbook = load_workbook(BytesIO(content), data_only=True)
    grids: list[Grid] = []
    for sheet in workbook.worksheets:
        cells = {
            (cell.row - 1, cell.column - 1): cell.value for row in sheet.iter_rows() for cell in row
        }
        merges = tuple(
            (box.min_row - 1, box.min_col - 1, box.max_row - 1, box.max_col - 1)
            for box in sheet.merged_cells.ranges
        )
        hidden = sheet.sheet_state != "visible"
        grids.append(Grid(sheet.title, cells, tuple(sorted(merges)), hidden))
    return tuple(grids)


def written(grids: tuple[Grid, ...]) -> bytes:
    """The workbook (.xlsx) of some grids; the same input, the same bytes."""
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": _FIXED})
        formats = {
            "cell": workbook.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"}),
            "date": workbook.add_format({"border": 1, "num_format": "yyyy-mm-dd"}),
            "head": workbook.add_format({"bold": True, "align": "center", "valign": "vcenter"}),
        }
        for grid in grids:
            _write_grid(workbook.add_worksheet(grid.name), grid, formats)
    return buffer.getvalue()


def _write_grid(sheet: Worksheet, grid: Grid, formats: Mapping[str, Format]) -> None:
    if grid.hidden:
        sheet.very_hidden()
    sheet.set_column(1, 1, 22)
    for box in grid.merges:
        sheet.merge_range(*box, "", formats["head" if box[0] == 0 else "cell"])
    for (row, column), value in grid.cells.items():
        style = formats["date" if isinstance(value, datetime) else "cell"]
        if value is None:
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, style)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, style)
        else:
            sheet.write_number(row, column, value, style)
