"""The rows of a table over all submissions at hand, and the DataFrame Great Expectations sees.

A row keeps its entries, so that a failing row number leads back to unit, sheet and cell. Each row
the register asks for and the submission lacks stands there too, empty and without a position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from expectations import predicates as p
from expectations.table_checks import POSITION, SUBMISSION
from yuebao.programme.models import Programme, RowsKind, Severity, Table
from yuebao.readings import AcceptedForm, Entry, FormReading
from yuebao.rules.period import Period

_STRUCTURE_STAGE = 20
_NOT_THERE = frozenset({"missing-table", "blank-form"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one submission. ``cells`` holds its values and all that is joined to them."""

    submission: int
    reading: FormReading
    key: str
    position: int | None
    entries: Mapping[str, Entry]
    cells: dict[str, Any]

    @property
    def sheet(self) -> str:
        return self.reading.sheet


@dataclass(frozen=True, slots=True)
class Filed:
    """A form's reading in the ``submission``-th file of the batch, with what was last accepted."""

    submission: int
    reading: FormReading
    accepted: AcceptedForm | None = None


def table_rows(programme: Programme, table: Table, filed: Sequence[Filed]) -> list[Row]:
    """The rows of one table in all readings; none for what was not there to be read."""
    rows: list[Row] = []
    for one in filed:
        if one.reading.zero_report or _is_absent(one.reading, table):
            continue
        rows.extend(_rows_of(programme, table, one))
    return rows


def frame_of(rows: Sequence[Row], columns: Iterable[str]) -> pd.DataFrame:
    """The rows as a DataFrame of objects: exact Decimals, None for what is not there."""
    return plain_frame([row.cells for row in rows], columns)


def plain_frame(cells: Sequence[Mapping[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    """Cells by column name as a DataFrame of objects, numbered from 0."""
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in cells], dtype=object) for name in columns}
    )


def expected_keys(programme: Programme, table: Table, unit: str) -> tuple[str, ...]:
    """The keys of the rows a unit must have in a table; () for open tables."""
    if table.rows is RowsKind.UNIT:
        return (unit,)
    if table.rows is RowsKind.VILLAGES:
        return tuple(village.code for village in programme.villages(unit))
    if table.rows is RowsKind.LISTED:
        return tuple(key.id for key in table.keys)
    if table.rows is RowsKind.ITEMS:
        name = programme.unit(unit).name
        return tuple(item.id for item in programme.items if name in item.lead_units)
    return ()


def _rows_of(programme: Programme, table: Table, one: Filed) -> list[Row]:
    grouped: dict[tuple[str, int], dict[str, Entry]] = {}
    for entry in one.reading.entries:
        if entry.table == table.id:
            grouped.setdefault((entry.row, entry.position), {})[entry.column] = entry
    before = _last_rows(table, one)
    year_begins = Period.parse(one.reading.period).month == 1
    rows = [
        _row(table, one, key, position, entries)
        for (key, position), entries in sorted(grouped.items(), key=lambda item: item[0][1])
    ]
    there = {row.key for row in rows}
    wanted = expected_keys(programme, table, one.reading.unit)
    rows.extend(_row(table, one, key, None, {}) for key in wanted if key not in there)
    if not rows:
        rows.append(_row(table, one, "", None, {}))
    beside = [(c.id, p.last(c.id), p.base(c.id) if c.is_number else "") for c in table.columns]
    for row in rows:
        _join_last(beside, row, before.get(row.key), exact=_exact(one), year_begins=year_begins)
    return rows


def _row(
    table: Table, one: Filed, key: str, position: int | None, entries: Mapping[str, Entry]
) -> Row:
    cells: dict[str, Any] = {SUBMISSION: one.submission, p.ROW: key, POSITION: position}
    read = {column: entry.value for column, entry in entries.items() if entry.readable}
    columns = [column.id for column in table.columns]
    cells.update({column: read.get(column) for column in columns})
    cells[p.UNREAD] = " ".join([column for column in columns if column not in read])
    return Row(one.submission, one.reading, key, position, entries, cells)


def _join_last(
    beside: Sequence[tuple[str, str, str]],
    row: Row,
    before: Mapping[str, Any] | None,
    *,
    exact: bool,
    year_begins: bool,
) -> None:
    """Beside each column what it was, and, where ``beside`` names one, what it continues from."""
    cells, before = row.cells, before or {}
    for column, last, base in beside:
        stood = before.get(column)
        cells[last] = stood
        if base:
            cells[base] = Decimal(0) if year_begins else stood if exact else None


def _last_rows(table: Table, one: Filed) -> Mapping[str, Mapping[str, Any]]:
    if one.accepted is None:
        return {}
    if Period.parse(one.accepted.period).year != Period.parse(one.reading.period).year:
        return {}
    return {row.key: row.values for row in one.accepted.values.tables.get(table.id, ())}


def _exact(one: Filed) -> bool:
    return one.accepted is not None and one.accepted.previous


def _is_absent(reading: FormReading, table: Table) -> bool:
    if any(i.code in _NOT_THERE and i.table in ("", table.id) for i in reading.issues):
        return True
    if any(entry.table == table.id for entry in reading.entries):
        return False
    return says_of_structure(reading, table)


def says_of_structure(reading: FormReading, table: Table) -> bool:
    """Whether the reading found an error in what rows and columns the table has."""
    return any(
        i.severity is Severity.ERROR and i.stage <= _STRUCTURE_STAGE and i.table in ("", table.id)
        for i in reading.issues
    )
