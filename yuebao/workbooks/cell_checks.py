"""Live checks of a cell by its column alone: what it holds, whether it is filled, listed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from yuebao.programme.models import Column, ColumnType, RowsKind
from yuebao.workbooks.formulas import Band, Check, quoted
from yuebao.workbooks.layout import Area, TableLayout
from yuebao.workbooks.misread import (
    doubtful,
    has_one_spelling,
    misread_text,
    misread_value,
    no_answer,
    no_choice,
)
from yuebao.workbooks.prefill import NO, YES, RowStart, is_carried

_UNITS = frozenset({ColumnType.VILLAGE, ColumnType.TOWNSHIP})  # also known by other names
_LONGEST = 255  # signs of a live check
Filled = Sequence[tuple[TableLayout, Sequence[RowStart]]]  # all tables of a form


def type_checks(band: Band, lists: Mapping[str, str]) -> Iterator[Check]:
    """What cannot be read as the column's type, or lies outside its bounds.

    Texts a reader may still make something of are only doubtful. ``lists`` names the range of
    what may be chosen, by column.
    """
    for column in band.table.table.columns:
        if not column.prefilled:
            yield from _type_checks(band, column, lists)


def _type_checks(band: Band, column: Column, lists: Mapping[str, str]) -> Iterator[Check]:
    ref = band.ref(column.id)
    if column.is_number or column.type is ColumnType.DATE:
        yield band.check(column.id, misread_value(column, ref), "error")
        yield band.check(column.id, misread_text(column, ref), "error")
        yield band.check(column.id, doubtful(column, ref), "warning")
    elif column.id in lists:
        yield from _listed_checks(band, column, lists[column.id])
    elif column.type is ColumnType.YES_NO:
        yield band.check(column.id, no_answer(ref), "error")
        yield band.check(column.id, _unequal((YES, NO), ref), "warning")
    elif column.choices:
        mark = "error" if has_one_spelling(column.choices) else "warning"
        yield band.check(column.id, no_choice(column.choices, ref), mark)
        yield band.check(column.id, _unequal(column.choices, ref), "warning")


def _listed_checks(band: Band, column: Column, listed: str) -> Iterator[Check]:
    """Long lists are looked up; where all is of ideographs, what holds none of them is wrong."""
    ref = band.ref(column.id)
    if column.type not in _UNITS and has_one_spelling(column.choices):
        plain = f'SUBSTITUTE(SUBSTITUTE({ref}," ",""),"　","")'
        held = f"SUMPRODUCT(ISNUMBER(FIND({listed},{plain}))*1)"
        yield band.check(column.id, f'IF(TRIM({ref})<>"",{held}=0,FALSE)', "error")
    unknown = f"ISNA(MATCH(TRIM({ref}),{listed},0))"
    yield band.check(column.id, f'AND(TRIM({ref})<>"",{unknown})', "warning")


def _unequal(choices: Sequence[str], ref: str) -> str:
    same = ",".join(f"EXACT(TRIM({ref}),{quoted(choice)})" for choice in choices)
    return f'AND(TRIM({ref})<>"",NOT(OR({same})))'


def is_listed(column: Column) -> bool:
    """Whether a column is filled from a list: of units, or too long to stand in a live check."""
    if column.prefilled:
        return False
    return column.type in _UNITS or len(no_choice(column.choices, "$AA9999")) > _LONGEST


# --- filled -----------------------------------------------------------------------------------


def required_checks(layout: TableLayout, starts: Sequence[RowStart]) -> Iterator[Check]:
    """Blank cells of a row once the clerk has begun it, or has begun one below it.

    Rows of an open table stand by themselves: what is blank between them is no row.
    """
    for band, carried in _bands(layout, starts):
        is_open = layout.table.rows is RowsKind.OPEN
        bottom = None if is_open else layout.last_row
        begun = f"COUNTA({','.join(_begun_by(band, bottom, carried_over=carried))})>0"
        for column in layout.table.columns:
            if column.required and not column.prefilled:
                formula = f'AND(TRIM({band.ref(column.id)})="",{begun})'
                yield band.check(column.id, formula, "error")


def due_checks(layout: TableLayout, form: Filled) -> Iterator[Check]:
    """Blank cells still to be filled in, once anything of the form has been."""
    begun = f"COUNTA({','.join(_form_begun_by(form))})>0"
    table = layout.table
    keys = [layout.columns[key] for key in table.key_columns]
    if table.rows is RowsKind.OPEN and keys:
        named = (xl_rowcol_to_cell(layout.first_row, at, col_abs=True) for at in keys)
        begun = f"COUNTA({','.join(named)})>0,{begun}"
    required = [layout.columns[c.id] for c in table.columns if c.required and not c.prefilled]
    for left, right in _runs(required):
        first = xl_rowcol_to_cell(layout.first_row, left)
        area = Area(layout.first_row, left, layout.last_row, right)
        yield Check(area, f'=AND(TRIM({first})="",{begun})', "due")


def _bands(layout: TableLayout, starts: Sequence[RowStart]) -> Iterator[tuple[Band, bool]]:
    """Runs of rows that are all carried over, or all not."""
    top = 0
    for position, start in enumerate(starts):
        is_last = position + 1 == len(starts)
        if is_last or starts[position + 1].is_carried != start.is_carried:
            rows = layout.rows
            yield Band(layout, rows[top].row, rows[position].row), start.is_carried
            top = position + 1


def _begun_by(band: Band, bottom: int | None, *, carried_over: bool) -> list[str]:
    """Ranges in which a value shows that the clerk has begun: not those we filled ourselves.

    They reach from the row itself down to ``bottom``; no further than the row for None.
    """
    fresh = _fresh(band.table, carried_over=carried_over) or _own(band.table)
    runs = _runs(fresh)
    return [_rows_from(band.top, bottom, left, right) for left, right in runs]


def _rows_from(top: int, bottom: int | None, left: int, right: int) -> str:
    first = xl_rowcol_to_cell(top, left, col_abs=True)
    last = xl_rowcol_to_cell(
        top if bottom is None else bottom, right, row_abs=bottom is not None, col_abs=True
    )
    return first if first == last else f"{first}:{last}"


def _form_begun_by(form: Filled) -> list[str]:
    """The same over a whole form; all its cells where everything in it may be carried over."""
    fresh = [
        (layout, _fresh(layout, carried_over=any(start.is_carried for start in starts)))
        for layout, starts in form
    ]
    if not any(columns for _, columns in fresh):
        fresh = [(layout, _own(layout)) for layout, _ in form]
    return [
        xl_range_abs(layout.first_row, left, layout.last_row, right)
        for layout, columns in fresh
        for left, right in _runs(columns)
    ]


def _own(layout: TableLayout) -> list[int]:
    return [layout.columns[c.id] for c in layout.table.columns if not c.prefilled]


def _fresh(layout: TableLayout, *, carried_over: bool) -> list[int]:
    """Where the columns stand that are never filled by us, or were not this time."""
    table = layout.table
    return [
        layout.columns[column.id]
        for column in table.columns
        if not column.prefilled and not (carried_over and is_carried(table, column))
    ]


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring columns as first and last."""
    runs: list[tuple[int, int]] = []
    for place in sorted(places):
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


# --- listed once ------------------------------------------------------------------------------


def duplicate_checks(band: Band) -> Iterator[Check]:
    """An open row that is listed above already, spaces aside; letters count as they are written."""
    keys = band.table.table.key_columns
    if band.table.table.rows is not RowsKind.OPEN or not keys:
        return
    same = []
    for key in keys:
        at = band.table.columns[key]
        above = f"{xl_rowcol_to_cell(band.top, at, row_abs=True, col_abs=True)}:{band.ref(key)}"
        same.append(f"EXACT(TRIM({above}),TRIM({band.ref(key)}))")
    filled = f"COUNTA({','.join(band.ref(key) for key in keys)})>0"
    yield band.check(keys[0], f"IF({filled},SUMPRODUCT({'*'.join(same)}*1)>1,FALSE)", "error")
