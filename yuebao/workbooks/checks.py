"""The live checks of a sheet, shown by conditional formats.

They mirror what is judged on arrival, as far as one row and its last accepted values tell; they
replace none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from yuebao.programme.models import Column, ColumnType, Cumulative, Measure, Programme, RowsKind
from yuebao.workbooks.formulas import Band, Check, numbers, out_of, plain, quoted
from yuebao.workbooks.layout import TableLayout
from yuebao.workbooks.prefill import Opening, RowStart, is_carried, shown
from yuebao.workbooks.rule_checks import rule_checks


def table_checks(
    programme: Programme, layout: TableLayout, starts: tuple[RowStart, ...], opening: Opening
) -> tuple[Check, ...]:
    """All live checks of a table, errors first: the first that holds decides the colour."""
    whole = Band(layout, layout.first_row, layout.last_row)
    found = [
        *_type_checks(whole),
        *_required_checks(layout, starts),
        *_duplicate_checks(whole),
        *rule_checks(whole, opening.period),
        *_history_checks(programme, layout, starts, opening),
    ]
    order = ("error", "warning", "alarm", "carried")
    return tuple(sorted(found, key=lambda check: order.index(check.mark)))


def _type_checks(band: Band) -> Iterator[Check]:
    """Text where a number belongs, fractions where it is whole, values outside their bounds."""
    for column in band.table.table.columns:
        if column.prefilled or not (column.is_number or column.type is ColumnType.DATE):
            continue
        ref = band.ref(column.id)
        wrong = out_of(ref, column.minimum, column.maximum)
        if column.type is ColumnType.INTEGER:
            wrong.append(f"{ref}<>INT({ref})")
        bad_number = f"OR({','.join(wrong)})" if wrong else "FALSE"
        yield band.check(column.id, f"IF(ISNUMBER({ref}),{bad_number},ISTEXT({ref}))", "error")


def _required_checks(layout: TableLayout, starts: tuple[RowStart, ...]) -> Iterator[Check]:
    """Blank cells of a row once the clerk has begun it."""
    for band, carried in _bands(layout, starts):
        begun = f"COUNTA({','.join(_begun_by(band, carried_over=carried))})>0"
        for column in layout.table.columns:
            if column.required and not column.prefilled:
                formula = f'AND({band.ref(column.id)}="",{begun})'
                yield band.check(column.id, formula, "error")


def _bands(layout: TableLayout, starts: tuple[RowStart, ...]) -> Iterator[tuple[Band, bool]]:
    """Runs of rows that are all carried over, or all not."""
    top = 0
    for position, start in enumerate(starts):
        is_last = position + 1 == len(starts)
        if is_last or starts[position + 1].is_carried != start.is_carried:
            rows = layout.rows
            yield Band(layout, rows[top].row, rows[position].row), start.is_carried
            top = position + 1


def _begun_by(band: Band, *, carried_over: bool) -> list[str]:
    """Ranges in which a value shows that the clerk has begun: not those we filled ourselves."""
    table = band.table.table
    own = [c for c in table.columns if not c.prefilled]
    fresh = [c for c in own if not (carried_over and is_carried(table, c))] or own
    at = sorted(band.table.columns[column.id] for column in fresh)
    runs: list[list[int]] = []
    for index in at:
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    corner = [[xl_rowcol_to_cell(band.top, end, col_abs=True) for end in run] for run in runs]
    return [first if first == last else f"{first}:{last}" for first, last in corner]


def _duplicate_checks(band: Band) -> Iterator[Check]:
    """An open row that is listed twice."""
    keys = band.table.table.key_columns
    if band.table.table.rows is not RowsKind.OPEN or not keys:
        return
    pairs = [
        f"{xl_range_abs(band.top, at, band.bottom, at)},{band.ref(key)}"
        for key in keys
        for at in (band.table.columns[key],)
    ]
    filled = f"COUNTA({','.join(band.ref(key) for key in keys)})={len(keys)}"
    yield band.check(keys[0], f"IF({filled},COUNTIFS({','.join(pairs)})>1,FALSE)", "error")


# --- against last time ----------------------------------------------------------------------


def _history_checks(
    programme: Programme, layout: TableLayout, starts: tuple[RowStart, ...], opening: Opening
) -> Iterator[Check]:
    flows = {r.cumulative: r for r in layout.table.rules if isinstance(r, Cumulative)}
    for row, start in zip(layout.rows, starts, strict=True):
        band = Band(layout, row.row, row.row)
        same_row = _same_row(programme, band, start)
        for name, last in start.last.items():
            column = layout.table.column(name)
            if isinstance(last, Decimal) and column.is_number:
                for formula, mark in _against(band, column, last, flows.get(name), opening):
                    yield band.check(name, f"IF(AND({same_row}),{formula},FALSE)", mark)


def _against(
    band: Band, column: Column, last: Decimal, rule: Cumulative | None, opening: Opening
) -> Iterator[tuple[str, str]]:
    """What a cell with a known last value must not be, and how it looks while unchanged."""
    ref, was = band.ref(column.id), plain(last)
    if column.measure is Measure.CONSTANT:
        yield f"IF(ISNUMBER({ref}),ROUND({ref}-{was},6)<>0,FALSE)", "error"
    else:
        if rule is not None:
            gap = f"{ref}-({was})-{band.ref(rule.flow)}"
            gap = f"ABS(ROUND({gap},6))" if opening.is_consecutive else f"-ROUND({gap},6)"
            wrong = f"{gap}>{plain(rule.tolerance)}"
            yield numbers(band, (column.id, rule.flow), wrong), "error"
        yield f"IF(ISNUMBER({ref}),ROUND({ref}-({was}),6)<0,FALSE)", "warning"
    yield f"IF(ISNUMBER({ref}),ROUND({ref}-({was}),6)=0,FALSE)", "carried"


def _same_row(programme: Programme, band: Band, start: RowStart) -> str:
    """That an open row still names what it named when it was carried over."""
    if band.table.table.rows is not RowsKind.OPEN:
        return "TRUE"
    columns = [band.table.table.column(key) for key in band.table.table.key_columns]
    tests = [
        f"{band.ref(column.id)}={quoted(shown(programme, column, start.values[column.id]))}"
        for column in columns
        if column.id in start.values
    ]
    return ",".join(tests) or "TRUE"
