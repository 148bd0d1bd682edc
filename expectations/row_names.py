"""What people call a row: a village's short name, a listed label, a project, the unit itself."""

from __future__ import annotations

from collections.abc import Mapping

from expectations import phrases
from expectations.frames import Row
from yuebao.programme.models import Programme, RowsKind, Table


def unit_names(programme: Programme) -> dict[str, str]:
    """The short name of every unit by its code."""
    return {unit.code: unit.short_name for unit in programme.units}


def row_name(programme: Programme, names: Mapping[str, str], table: Table, row: Row) -> str:
    """The row's name as its reader knows it."""
    if table.rows is RowsKind.OPEN:
        return _open_name(names, table, row)
    if table.rows is RowsKind.LISTED:
        return next((key.label for key in table.keys if key.id == row.key), row.key)
    if table.rows is RowsKind.ITEMS:
        return next((item.title for item in programme.items if item.id == row.key), row.key)
    return names.get(row.key, row.key)


def _open_name(names: Mapping[str, str], table: Table, row: Row) -> str:
    texts = [phrases.plain(row.cells[c], names) for c in table.key_columns if row.cells[c]]
    if texts:
        return "·".join(texts)
    return "" if row.position is None else f"第{row.position + 1}行"
