"""The warehouse as a whole: copied while in use, made anew beside, put in another's place."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Table, func, insert, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from sql.desk_tables import audit_decision, audit_issued_file, audit_notice
from sql.engine import Engines, WarehouseUnavailableError, normalised, open_engines
from sql.tables import audit_rerun

# What people did and were told: no file of the archive says it.
_KEPT: tuple[Table, ...] = (audit_notice, audit_decision, audit_issued_file, audit_rerun)
_WAIT_SECONDS = 5.0


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite warehouse; None for PostgreSQL."""
    address = normalised(url)
    if address.get_backend_name() != "sqlite" or address.database is None:
        return None
    return Path(address.database)


def is_empty(url: str) -> bool:
    """Whether there are no tables at the URL; a file that is not there has none."""
    file = sqlite_file(url)
    if file is not None:
        return not file.exists() or file.stat().st_size == 0
    engines = open_engines(url)
    try:
        with engines.reading() as connection:
            return not inspect(connection).get_table_names()
    finally:
        engines.close()


def row_counts(url: str) -> dict[str, int] | None:
    """How many rows each table has, to tell whether anything was added; None if it is unreadable.

    Whatever is loaded, decided or told adds a row somewhere.
    """
    if is_empty(url):
        return {}
    engines = open_engines(url)
    try:
        with engines.reading() as connection:
            return {
                name: connection.scalar(select(func.count()).select_from(table(name))) or 0
                for name in sorted(inspect(connection).get_table_names())
            }
    except (SQLAlchemyError, WarehouseUnavailableError):
        return None
    finally:
        engines.close()


def carry_over(source_url: str, target_url: str) -> int | None:
    """Copy what people did (notices, decisions, re-runs) into a fresh warehouse; how many rows.

    None where the source cannot be read: then nothing is copied.
    """
    source, target = open_engines(source_url), open_engines(target_url)
    try:
        rows = _kept_rows(source)
        with target.writing() as connection:
            for table, found in rows:
                if found:
                    connection.execute(insert(table), found)
        return sum(len(found) for _, found in rows)
    except (SQLAlchemyError, WarehouseUnavailableError):
        return None
    finally:
        source.close()
        target.close()


def _kept_rows(source: Engines) -> list[tuple[Table, list[dict[str, object]]]]:
    kept = []
    with source.reading() as connection:
        present = set(inspect(connection).get_table_names())
        for table in _KEPT:
            if table.name in present:
                columns = [column for column in table.c if column.name != "id"]
                wanted = select(*columns).order_by(*table.primary_key.columns)
                kept.append((table, [dict(row._mapping) for row in connection.execute(wanted)]))
    return kept


def claim(file: Path) -> None:
    """Make sure that nobody works with a SQLite warehouse; WarehouseUnavailableError otherwise.

    Its write-ahead log is folded into the file. A file that is no database (any more) is nobody's.
    """
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=_WAIT_SECONDS)) as connection:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "locked"
    except sqlite3.DatabaseError:
        return
    if mode != "delete":
        raise WarehouseUnavailableError(
            f"数据库 {file} 正被别的程序使用。请先停掉 yuebao up 和正在运行的收集，再做这一步。\n"
            "The warehouse is in use."
        )


def put_in_place(fresh: Path, file: Path, now: datetime) -> Path | None:
    """Put a finished warehouse in the place of another; where the other is kept from now on."""
    claim(file)
    claim(fresh)
    kept = None
    if file.exists():
        kept = file.with_name(f"{file.name}.{now:%Y%m%dT%H%M%S}.old")
        _copied(file, kept)
    fresh.replace(file)  # in one step: there is never no warehouse
    return kept


def _copied(file: Path, kept: Path) -> None:
    try:
        kept.hardlink_to(file)
    except OSError:  # a file system that knows no links
        shutil.copy2(file, kept)


def snapshot(file: Path, target: Path) -> None:
    """Copy a SQLite warehouse as of one moment, while others go on working with it."""
    with (
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
