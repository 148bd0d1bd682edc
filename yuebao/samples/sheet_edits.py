"""Sheets changed as clerks change them: rows put in above, columns moved, cut out or added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from yuebao.samples.faults import SheetEdit, SheetEditKind
from yuebao.samples.grid import Content, Grid, Spot, read_grids, written
from yuebao.workbooks.layout import TableLayout

_SHIFT = 3
_FAR = (1_048_575, 16_383)


def with_changed_sheet(
    content: bytes, edit: SheetEdit, sheet: str, table: TableLayout, column: int, row: int
) -> bytes:
    """The workbook with one sheet changed; ``column`` and ``row`` are those of the sheet."""
    grids = read_grids(content)
    if edit.kind is SheetEditKind.BY_HAND:
        return written(_by_hand(grids))
    changed: list[Grid] = []
    for grid in grids:
        if grid.name != sheet:
            changed.append(grid)
            continue
        changed.append(_changed(grid, edit, table, column, row))
        if edit.kind is SheetEditKind.TWICE:
            changed.append(replace(grid, name=f"{grid.name[:27]} (2)"))
        if edit.kind is SheetEditKind.EXTRA_SHEET:
            changed.append(Grid(edit.text, {(0, 0): edit.text, (1, 0): 1, (1, 1): 2}, ()))
    return written(tuple(changed))


def _changed(grid: Grid, edit: SheetEdit, table: TableLayout, column: int, row: int) -> Grid:
    """The sheet after an edit that moves cells; as it is after any other."""
    if edit.kind is SheetEditKind.SHIFTED:
        return _with(grid.moved(below=0, down=_SHIFT), {(0, 0): edit.text})
    if edit.kind is SheetEditKind.REORDERED:
        bottom = table.total_row or table.last_row
        return grid.with_swapped(column, column + 1, table.header_bottom, bottom)
    if edit.kind is SheetEditKind.NO_COLUMN:
        return grid.without_column(column)
    if edit.kind is SheetEditKind.NO_ROW:
        return _without_from_total(grid, table, row).moved(below=row + 1, down=-1)
    if edit.kind is SheetEditKind.EXTRA_COLUMN:
        return _with_extra_column(grid, table, edit.text)
    return _added_to(grid, edit, table, row)


def _added_to(grid: Grid, edit: SheetEdit, table: TableLayout, row: int) -> Grid:
    """The sheet after an edit that moves nothing."""
    if edit.kind is SheetEditKind.RENAMED:
        return replace(grid, name=edit.text)
    if edit.kind is SheetEditKind.STRAY:
        return _with(grid, {(row, table.right + 1): edit.text})
    if edit.kind is SheetEditKind.FAR_CELL:
        return _with(grid, {_FAR: edit.text})
    if edit.kind is SheetEditKind.NO_TABLE:
        return _without_table(grid, table)
    return grid


def _with(grid: Grid, cells: Mapping[Spot, Content]) -> Grid:
    return replace(grid, cells={**grid.cells, **cells})


def _without_table(grid: Grid, table: TableLayout) -> Grid:
    top = table.header_top if table.title_row is None else table.title_row
    gone = range(top, (table.total_row or table.last_row) + 1)
    cells = {spot: None if spot[0] in gone else value for spot, value in grid.cells.items()}
    return replace(grid, cells=cells, merges=tuple(m for m in grid.merges if m[0] not in gone))


def _without_from_total(grid: Grid, table: TableLayout, row: int) -> Grid:
    """The row's numbers taken out of the totals, as Excel does when a row is deleted."""
    cells = dict(grid.cells)
    for column in table.columns.values():
        total, part = cells.get((table.total_row or -1, column)), cells.get((row, column))
        if isinstance(total, int | float) and isinstance(part, int | float):
            cells[table.total_row or -1, column] = round(total - part, 6)
    return replace(grid, cells=cells)


def _with_extra_column(grid: Grid, table: TableLayout, label: str) -> Grid:
    at = table.right + 1
    new: dict[Spot, Content] = {(row.row, at): row.position + 1 for row in table.rows}
    new[table.header_top, at] = label
    merges = grid.merges
    if table.header_bottom > table.header_top:
        merges += ((table.header_top, at, table.header_bottom, at),)
    return replace(_with(grid, new), merges=merges)


def _by_hand(grids: tuple[Grid, ...]) -> tuple[Grid, ...]:
    """The forms alone, on sheets named as Excel names them."""
    forms = [grid for grid in grids[1:] if not grid.hidden]
    return tuple(replace(grid, name=f"Sheet{n}") for n, grid in enumerate(forms, start=1))
