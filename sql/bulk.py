"""Many rows in at once, straight through the driver: several times Core's own speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from sql.column_types import ExactDecimal, StoredText

Processor: TypeAlias = Callable[[Any], Any]

_PLACEHOLDER = {"qmark": "?", "pyformat": "%s"}


def bulk_insert(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert ``rows``, each the values of the columns ``names``, bound as the columns are typed."""
    _insert(connection, table, names, rows, ending="")


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
    if not rows:
        return
    dialect = connection.dialect
    bound = list(zip(*rows, strict=True))
    for place, process in _processors(table, names, dialect):
        bound[place] = tuple(map(process, bound[place]))
    statement = _statement(table, names, dialect.paramstyle) + ending
    connection.exec_driver_sql(statement, list(zip(*bound, strict=True)))


@cache
def _statement(table: Table, names: tuple[str, ...], paramstyle: str) -> str:
    places = ", ".join([_PLACEHOLDER[paramstyle]] * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608


@cache
def _processors(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[tuple[int, Processor], ...]:
    """What to do with a column's values before the driver gets them, by the column's place."""
    found = [_processor(table.c[name].type, dialect) for name in names]
    return tuple((place, process) for place, process in enumerate(found) if process is not None)


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    """The type's own way for many values, where it has one; else SQLAlchemy's."""
    if isinstance(kind, ExactDecimal | StoredText):
        return kind.quick_bind(dialect)
    return kind.dialect_impl(dialect).bind_processor(dialect)
