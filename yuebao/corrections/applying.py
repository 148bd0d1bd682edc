"""A form's reading with corrections in it: what it would say had the unit handed them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from yuebao.corrections.record import YES, Held, Told
from yuebao.programme.models import ColumnType, Form
from yuebao.readings import FormReading, Value


def corrected(form: Form, reading: FormReading, told: Iterable[Told]) -> FormReading:
    """The reading with the corrected values in the place of those read."""
    values = {(one.table, one.row, one.column): one.value for one in told}
    kinds = _kinds(form)
    entries = tuple(
        entry._replace(value=_value(kinds[entry.table, entry.column], values[place]))
        if (place := (entry.table, entry.row, entry.column)) in values
        else entry
        for entry in reading.entries
    )
    return replace(reading, entries=entries)


def _kinds(form: Form) -> Mapping[tuple[str, str], ColumnType]:
    return {(table.id, column.id): column.type for table in form.tables for column in table.columns}


def _value(kind: ColumnType, held: Held) -> Value | None:
    if held is None or isinstance(held, Decimal):
        return held
    if kind is ColumnType.YES_NO:
        return held == YES
    return date.fromisoformat(held) if kind is ColumnType.DATE else held
