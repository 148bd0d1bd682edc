"""Whether a form was filled in at all."""

from __future__ import annotations

from collections.abc import Iterable

from yuebao.programme.models import Column, Form, Measure, RowsKind, Table
from yuebao.readings import Entry

_CARRIED = frozenset({Measure.CUMULATIVE, Measure.CONSTANT})


def is_untouched(form: Form, entries: Iterable[Entry], *, from_template: bool) -> bool:
    """Whether nothing was filled in beyond what a template carries over from last time.

    A workbook that is not our template carries nothing: there only an empty form is untouched. So
    does a form all of whose columns may be carried.
    """
    asked = {
        (table.id, column.id)
        for table in form.tables
        for column in table.columns
        if not (column.prefilled or (from_template and _is_carried(table, column)))
    }
    return not any(e.raw for e in entries if not asked or (e.table, e.column) in asked)


def _is_carried(table: Table, column: Column) -> bool:
    if column.measure in _CARRIED:
        return True
    roster = table.rows is RowsKind.OPEN and column.measure is Measure.ATTRIBUTE
    return roster or column.id in table.key_columns
