"""The live checks of a sheet, shown by conditional formats.

They mirror what is judged on arrival, as far as one row and its last accepted values tell; they
replace none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from yuebao.programme.models import Column, Cumulative, Measure, Programme, RowsKind
from yuebao.workbooks.cell_checks import (
    Filled,
    due_checks,
    duplicate_checks,
    required_checks,
    type_checks,
)
from yuebao.workbooks.formulas import Band, Check, numbers, plain, quoted
from yuebao.workbooks.layout import RowPlace, TableLayout
from yuebao.workbooks.prefill import Opening, RowStart, shown
from yuebao.workbooks.rule_checks import mark_of, rule_checks

_ORDER = ("error", "due", "warning", "alarm", "carried")


def table_checks(
    programme: Programme,
    layout: TableLayout,
    opening: Opening,
    form: Filled,
    lists: Mapping[str, str],
) -> tuple[Check, ...]:
    """All live checks of a table, errors first: the first that holds decides the colour.

    ``form`` are all tables of its form with their starts; ``lists`` name what may be chosen in a
    column of units.
    """
    starts = next(starts for table, starts in form if table is layout)
    whole = Band(layout, layout.first_row, layout.last_row)
    found = [
        *type_checks(whole, lists),
        *required_checks(layout, starts),
        *due_checks(layout, form),
        *duplicate_checks(whole),
        *rule_checks(whole, opening.period),
        *_history_checks(programme, layout, starts, opening),
    ]
    return tuple(sorted(found, key=lambda check: _ORDER.index(check.mark)))


# --- against last time ----------------------------------------------------------------------


def _history_checks(
    programme: Programme, layout: TableLayout, starts: Sequence[RowStart], opening: Opening
) -> Iterator[Check]:
    for row, start in zip(layout.rows, starts, strict=True):
        band = Band(layout, row.row, row.row)
        same_row = _same_row(programme, band, start)
        flows = _flows(layout, row, opening)
        if opening.period.month == 1:
            yield from (_begins(band, rule) for rule in flows.values())
        for name, last in start.last.items():
            column = layout.table.column(name)
            if isinstance(last, Decimal) and column.is_number:
                for formula, mark in _against(band, column, last, flows.get(name), opening):
                    yield band.check(name, f"IF(AND({same_row}),{formula},FALSE)", mark)


def _flows(layout: TableLayout, row: RowPlace, opening: Opening) -> dict[str, Cumulative]:
    """The rules by which cumulatives grow in a row, by cumulative."""
    return {
        rule.cumulative: rule
        for rule in layout.table.rules
        if isinstance(rule, Cumulative)
        and opening.period.month >= rule.from_month
        and (not rule.rows or row.key in rule.rows)
    }


def _begins(band: Band, rule: Cumulative) -> Check:
    """In January a cumulative is the month's own figure."""
    gap = f"ABS(ROUND({band.amount(rule.cumulative)}-{band.amount(rule.flow)},6))"
    wrong = numbers(band, (rule.cumulative, rule.flow), f"{gap}>{plain(rule.tolerance)}")
    return band.check(rule.cumulative, wrong, mark_of(rule))


def _against(
    band: Band, column: Column, last: Decimal, rule: Cumulative | None, opening: Opening
) -> Iterator[tuple[str, str]]:
    """What a cell with a known last value must not be, and how it looks while unchanged."""
    ref, was, now = band.ref(column.id), plain(last), band.amount(column.id)
    if column.measure is Measure.CONSTANT:
        yield f"IF(ISNUMBER({ref}),ROUND({now}-{was},6)<>0,FALSE)", "error"
    else:
        if rule is not None and opening.is_consecutive:
            gap = f"ABS(ROUND({now}-({was})-{band.amount(rule.flow)},6))"
            wrong = f"{gap}>{plain(rule.tolerance)}"
            yield numbers(band, (column.id, rule.flow), wrong), mark_of(rule)
        if rule is None or band.table.table.column(rule.flow).minimum is not None:
            yield f"IF(ISNUMBER({ref}),ROUND({now}-({was}),6)<0,FALSE)", "warning"
    yield f"IF(ISNUMBER({ref}),ROUND({now}-({was}),6)=0,FALSE)", "carried"


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
