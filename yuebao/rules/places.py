"""What people call a cell of a form: its row by name, its column by its header."""

from __future__ import annotations

from yuebao.programme.models import Programme, RowsKind, Table


def row_label(programme: Programme, table: Table, key: str) -> str:
    """A village's short name, a listed label, an item's title; of open rows what names them."""
    if table.rows is RowsKind.LISTED:
        return next((row.label for row in table.keys if row.id == key), key)
    if table.rows is RowsKind.ITEMS:
        return next((item.title for item in programme.items if item.id == key), key)
    return "·".join(_unit_name(programme, part) for part in key.split("|"))


def column_label(table: Table, column_id: str) -> str:
    """The whole header path; the id of a column the form no longer has."""
    known = (column for column in table.columns if column.id == column_id)
    column = next(known, None)
    return "·".join(column.path) if column else column_id


def _unit_name(programme: Programme, code: str) -> str:
    try:
        return programme.unit(code).short_name
    except KeyError:
        return code
