"""Many rows in at once, straight through the driver: several times Core's own speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from sql.column_types import ExactDecimal, StoredText

Processor: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]  # of all values of a column

_AT_ONCE = 100  # rows a statement: a third faster than row by row, and far from any limit
_PLACEHOLDER = {"qmark": "?", "pyformat": "%s"}


def bulk_insert(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert ``rows``, each the values of the columns ``names``, bound as the columns are typed."""
    _insert(connection, table, names, rows, ending="")


def bulk_insert_columns(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    columns: Sequence[Sequence[Any]],
) -> None:
    """Insert rows given by their columns: all values of each of ``names``, equally many."""
    _insert_columns(connection, table, names, columns, ending="")


def bulk_insert_absent(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert those of ``rows`` whose primary key is not there yet."""
    keys = ", ".join(column.name for column in table.primary_key)
    _insert(connection, table, names, rows, ending=f" ON CONFLICT ({keys}) DO NOTHING")


def _insert(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    ending: str,
) -> None:
    if rows:
        columns = list(zip(*rows, strict=True))
        _insert_columns(connection, table, names, columns, ending=ending)


def _insert_columns(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    columns: Sequence[Sequence[Any]],
    *,
    ending: str,
) -> None:
    dialect, bound = connection.dialect, list(columns)
    for place, process in _processors(table, names, dialect):
        bound[place] = process(bound[place])
    ready = list(zip(*bound, strict=True))
    for start in range(0, len(ready), _AT_ONCE):
        some = ready[start : start + _AT_ONCE]
        statement = _statement(table, names, dialect.paramstyle, len(some)) + ending
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


@lru_cache(maxsize=1 << 10)
def _statement(table: Table, names: tuple[str, ...], paramstyle: str, rows: int) -> str:
    places = ", ".join([_PLACEHOLDER[paramstyle]] * len(names))
    values = ", ".join([f"({places})"] * rows)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES {values}"  # noqa: S608


@cache
def _processors(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[tuple[int, Processor], ...]:
    """What to do with a column's values before the driver gets them, by the column's place."""
    found = [_processor(table.c[name].type, dialect) for name in names]
    return tuple((place, process) for place, process in enumerate(found) if process is not None)


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    """The type's own way for many values, where it has one; else SQLAlchemy's."""
    if isinstance(kind, StoredText):
        return kind.bind_all
    one = (
        kind.quick_bind(dialect)
        if isinstance(kind, ExactDecimal)
        else kind.dialect_impl(dialect).bind_processor(dialect)
    )
    return None if one is None else partial(_each, one)


def _each(process: Callable[[Any], Any], values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(map(process, values))
