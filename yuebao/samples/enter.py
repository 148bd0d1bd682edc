"""Faults made while filling in: other values in a row, or the whole form filled in otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from yuebao.programme.models import Table
from yuebao.readings import FormValues, RowValues, Value
from yuebao.samples.faults import Enter, Fault, FormEdit, FormEditKind, RowAt
from yuebao.samples.relations import number


def entered_wrongly(
    values: FormValues, before: FormValues | None, table: Table, fault: Fault
) -> FormValues:
    """The form's values with a fault's entries in them; ``before`` are last period's values."""
    for edit in fault.edits:
        if isinstance(edit, Enter):
            rows = _other_rows(values.tables[table.id], edit, table, fault.row or 0)
            values = replace(values, tables={**values.tables, table.id: rows})
        elif isinstance(edit, FormEdit):
            values = _other_form(values, before, table, edit.kind, fault)
    return values


def position_of(rows: tuple[RowValues, ...], row: RowAt) -> int:
    """The position a fault's row means: itself, or that of the row with the key."""
    if isinstance(row, int):
        return row
    return next(n for n, other in enumerate(rows) if other.key == row)


def _other_rows(
    rows: tuple[RowValues, ...], edit: Enter, table: Table, row: RowAt
) -> tuple[RowValues, ...]:
    at = position_of(rows, row)
    old = rows[at].values
    new: dict[str, Value] = {k: v for k, v in old.items() if k not in edit.clear}
    new |= {k: number(old.get(k)) + by for k, by in edit.add.items()}
    new |= {k: number(old.get(k)) * by for k, by in edit.times.items()}
    new |= {k: _typed(v) for k, v in edit.values.items()}
    ordered = {c.id: new[c.id] for c in table.columns if c.id in new}
    return (*rows[:at], RowValues(rows[at].key, ordered), *rows[at + 1 :])


def _typed(given: Decimal | str) -> Value:
    return {"是": True, "否": False}.get(given, given) if isinstance(given, str) else given


def _other_form(
    values: FormValues, before: FormValues | None, table: Table, kind: FormEditKind, fault: Fault
) -> FormValues:
    if kind is FormEditKind.BLANK:
        return replace(values, tables=dict.fromkeys(values.tables, ()), zero_report=False)
    if kind is FormEditKind.ZERO_WITH_ROWS:
        return replace(values, zero_report=True)
    if kind is FormEditKind.COPY_OF_LAST and before is not None:
        return before
    rows = values.tables[table.id]
    at = position_of(rows, fault.row or 0)
    if kind is FormEditKind.DROP_ROW:
        rows = (*rows[:at], *rows[at + 1 :])
    elif kind is FormEditKind.REPEAT_ROW:
        rows = (*rows, rows[at])
    elif kind is FormEditKind.LAST_TEXT and before is not None and fault.column is not None:
        rows = _with_last_text(rows, before.tables[table.id], at, fault.column)
    return replace(values, tables={**values.tables, table.id: rows})


def _with_last_text(
    rows: tuple[RowValues, ...], before: tuple[RowValues, ...], at: int, column: str
) -> tuple[RowValues, ...]:
    old = next(row.values for row in before if row.key == rows[at].key)
    new: Mapping[str, Value] = {**rows[at].values, column: old[column]}
    return (*rows[:at], RowValues(rows[at].key, new), *rows[at + 1 :])
