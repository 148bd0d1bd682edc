"""Which cell of a form the words for its row and column mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from yuebao.corrections.record import Told
from yuebao.corrections.unclear import UnclearError, one_of
from yuebao.programme.models import Column, Form, Programme, RowsKind, Table, Unit
from yuebao.readings import Accepted
from yuebao.workbooks.keys import row_keys
from yuebao.workbooks.labels import normalised, split_bracket
from yuebao.workbooks.names import names_for
from yuebao.workbooks.rows import SUBTOTALS, TOTALS

T = TypeVar("T")
Meant: TypeAlias = tuple[Table, Column, str]
OpenRows: TypeAlias = Mapping[str, tuple[str, ...]]
_SEPARATORS = re.compile(r"[/\\>→·,、\-—_]")


@dataclass(frozen=True, slots=True)
class CellWords:
    """What somebody calls a cell; ``table`` may be empty where the rest is clear without it."""

    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class _Sought:
    programme: Programme
    unit: Unit
    form: Form
    words: CellWords
    open_rows: OpenRows


def open_rows(form: Form, unit: Unit, accepted: Accepted, recorded: Iterable[Told]) -> OpenRows:
    """The row keys of a form's open tables: those that count, and those corrected before."""
    here = accepted.get((unit.code, form.id))
    found: dict[str, list[str]] = {}
    for table, rows in (here.values.tables if here is not None else {}).items():
        found[table] = [row.key for row in rows]
    for told in recorded:
        if (told.unit, told.form) == (unit.code, form.id):
            found.setdefault(told.table, []).append(told.row)
    return {table: tuple(dict.fromkeys(keys)) for table, keys in found.items()}


def cell_meant(
    programme: Programme, unit: Unit, form: Form, words: CellWords, open_rows: OpenRows
) -> Meant:
    """The table, the column and the row key; UnclearError where none, or several, are meant."""
    sought = _Sought(programme, unit, form, words, open_rows)
    tables = _tables(form, words.table)
    if normalised(words.row) in TOTALS | SUBTOTALS:
        raise UnclearError(f"“{words.row}”由各行相加得出，请更正具体的行。")
    with_column = [(table, _columns(table, words.column)) for table in tables]
    with_column = [(table, columns) for table, columns in with_column if columns]
    if not with_column:
        known = one_of("/".join(c.path) for table in tables for c in table.columns)
        raise UnclearError(f"{form.id} 没有“{words.column}”这一列，现有：{known}。")
    found = [
        (table, columns, rows)
        for table, columns in with_column
        if (rows := _rows(sought, table, words.row))
    ]
    if not found:
        raise UnclearError(_no_row(sought, [table for table, _ in with_column]))
    if len(found) > 1:
        names = one_of(_table_name(table) for table, _, _ in found)
        raise UnclearError(f"这一格在 {form.id} 的几张分表里都有，请在“分表”里写明：{names}。")
    table, columns, rows = found[0]
    column = _only(columns, lambda c: "/".join(c.path), f"列“{words.column}”")
    return table, column, _only(rows, str, f"行“{words.row}”")


def column_name(table: Table, column_id: str) -> str:
    """What a column is called: the labels above it; the id itself for one that is no more."""
    known = [column for column in table.columns if column.id == column_id]
    return "/".join(known[0].path) if known else column_id


def row_name(programme: Programme, unit: Unit, table: Table, key: str) -> str:
    """What a row is called: a village's or a listed label; the key itself for open tables."""
    return row_keys(programme, table, names_for(programme, unit)).labels.get(key, key)


def _tables(form: Form, text: str) -> Sequence[Table]:
    if not text.strip():
        return form.tables
    wanted = normalised(text)
    found = [t for t in form.tables if wanted in (normalised(t.id), normalised(t.title))]
    if not found:
        names = one_of(_table_name(table) for table in form.tables)
        raise UnclearError(f"{form.id} 没有“{text}”这张分表，现有：{names}。")
    return found


def _table_name(table: Table) -> str:
    return table.title or table.id


def _columns(table: Table, text: str) -> list[Column]:
    """The columns of that whole name; where there are none, those whose last label it is."""
    wanted = _plain(text)
    whole = [c for c in table.columns if wanted in _spellings(c, whole=True)]
    return whole or [c for c in table.columns if wanted in _spellings(c, whole=False)]


def _spellings(column: Column, *, whole: bool) -> set[str]:
    paths = (column.path, *column.aliases)
    if not whole:
        return {_plain(path[-1]) for path in paths}
    return {column.id, *(_plain("".join(path)) for path in paths)}


def _plain(label: str) -> str:
    """A label without its unit of measure and without what separates its levels."""
    return split_bracket(_SEPARATORS.sub("", normalised(label)))[0]


def _rows(sought: _Sought, table: Table, text: str) -> list[str]:
    if table.rows is RowsKind.OPEN:
        return _open_rows(sought, table, text)
    if table.rows is RowsKind.UNIT and not text.strip():
        return [sought.unit.code]
    keys = row_keys(sought.programme, table, names_for(sought.programme, sought.unit))
    key = text.strip() if text.strip() in keys.labels else keys.key_of(text)
    return [key] if key in keys.labels else []


def _open_rows(sought: _Sought, table: Table, text: str) -> list[str]:
    """The rows of that whole key; where there are none, those whose key begins with it."""
    wanted = normalised(text)
    known = sought.open_rows.get(table.id, ())
    whole = [key for key in known if normalised(key) == wanted]
    return whole or [key for key in known if normalised(key.split("|")[0]) == wanted]


def _no_row(sought: _Sought, tables: Iterable[Table]) -> str:
    names: list[str] = []
    for table in tables:
        if table.rows is RowsKind.OPEN:
            names += sought.open_rows.get(table.id, ())
        else:
            own = names_for(sought.programme, sought.unit)
            names += row_keys(sought.programme, table, own).labels.values()
    told = f"现有：{one_of(names)}" if names else "现在还没有已入库的行"
    return f"{sought.unit.name}的 {sought.form.id} 没有“{sought.words.row}”这一行，{told}。"


def _only(found: Sequence[T], name: Callable[[T], str], what: str) -> T:
    if len(found) > 1:
        raise UnclearError(f"{what}不止一处：{one_of(map(name, found))}，请写全。")
    return found[0]
