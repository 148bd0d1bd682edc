"""All there is in an office, in a form that two offices can be compared by."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, Table, create_engine, select

_NOT_CONTENT = ("warehouse.db", "prefect/")


def contents(home: Path, url: str) -> dict[str, str]:
    """Every file by its path, every row of every table: whatever is there."""
    return files(home) | rows(url)


def files(home: Path) -> dict[str, str]:
    """The hash of every file of archive, inbox and outputs, by its path."""
    found = {}
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not name.startswith(_NOT_CONTENT):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def leftovers(home: Path) -> list[str]:
    """Files of passing names, which nobody should be left with."""
    return [name for name in files(home) if name.endswith(".part")]


def rows(url: str) -> dict[str, str]:
    """Every row by its table and its own content; numbers a database gave out do not count."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        return {f"{table} {row}": "" for table, row in _numbered(_rows(engine))}
    finally:
        engine.dispose()


def _numbered(found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Equal rows told apart, so that one too many is seen."""
    seen: dict[tuple[str, str], int] = {}
    for one in found:
        seen[one] = seen.get(one, 0) + 1
        yield one if seen[one] == 1 else (one[0], f"{one[1]} #{seen[one]}")


def _rows(engine: Engine) -> Iterator[tuple[str, str]]:
    metadata = MetaData()
    metadata.reflect(engine)
    known: dict[tuple[str, Any], str] = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            given = _given_out(table)
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                content = _content(table, row._mapping, given, known)
                if given:
                    key = (table.name, row._mapping[given])
                    known[key] = hashlib.sha256(content.encode()).hexdigest()[:16]
                yield table.name, content


def _given_out(table: Table) -> str:
    """The column of numbers the database gives out, or nothing."""
    columns = list(table.primary_key.columns)
    alone = len(columns) == 1 and columns[0].type.python_type is int
    return columns[0].name if alone and not columns[0].foreign_keys else ""


def _content(table: Table, row: Any, given: str, known: dict[tuple[str, Any], str]) -> str:
    parts = []
    for column in table.columns:
        if column.name == given:
            continue
        value = row[column.name]
        for foreign in column.foreign_keys:
            value = known.get((foreign.column.table.name, value), value)
        parts.append(f"{column.name}={value!r}")
    return " ".join(parts)
