"""Connections: one to write with, one to read with, for SQLite and PostgreSQL alike.

SQLite writes start with BEGIN IMMEDIATE: a deferred BEGIN that reads and then writes loses loads
when several processes write at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from sql.unavailable import WarehouseUnavailableError as WarehouseUnavailableError
from sql.unavailable import in_trouble, unreachable

BUSY_SECONDS = 60
CONNECT_SECONDS = 10
_SECRET_OPTIONS = ("password", "sslpassword", "passfile")


@dataclass(frozen=True, slots=True)
class Engines:
    """A writing and a reading engine of one database."""

    write: Engine
    read: Engine

    @property
    def name(self) -> str:
        """The address, passwords hidden."""
        return _shown(self.write.url)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes: all of it, or nothing on any exception."""
        with _begun(self.write, self.name) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that reads a single state of the database."""
        with _begun(self.read, self.name) as connection:
            yield connection

    def close(self) -> None:
        self.read.dispose()
        self.write.dispose()  # last, so that SQLite folds its WAL back into the file


@lru_cache(maxsize=8)  # asked at every transaction
def _shown(address: URL) -> str:
    plain = address.difference_update_query(_SECRET_OPTIONS)
    return plain.render_as_string(hide_password=True)


def open_engines(url: str) -> Engines:
    """The engines of a database URL, not connected yet; WarehouseUnavailableError if malformed."""
    address = normalised(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite_engines(address)
    return _postgresql_engines(address)


def normalised(url: str) -> URL:
    """The URL with its driver: sqlite needs a file, PostgreSQL is spoken to with psycopg."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise WarehouseUnavailableError(
            "仓库地址写法不对，应为 sqlite:///文件路径 或 postgresql://用户:密码@主机/库名。\n"
            "The warehouse URL is malformed."
        ) from error
    backend = address.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise WarehouseUnavailableError(
            f"仓库只支持 SQLite 和 PostgreSQL，不支持 {backend}。\n"
            "The warehouse is kept in SQLite or PostgreSQL only."
        )
    if address.database in (None, "", ":memory:"):
        raise WarehouseUnavailableError(
            "SQLite 仓库须是一个文件，例如 sqlite:////data/warehouse.db。\n"
            "A SQLite warehouse must be a file."
        )
    return address.set(drivername="sqlite")


def lock_schema(connection: Connection) -> None:
    """Let no one else change the schema until this transaction ends (SQLite: already so)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('yuebao.schema'))"))


def _sqlite_engines(address: URL) -> Engines:
    write = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    read = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    event.listen(write, "connect", _prepare_sqlite_writer)
    event.listen(read, "connect", _prepare_sqlite_reader)
    event.listen(write, "begin", _begin_immediate)
    event.listen(read, "begin", _begin_deferred)
    return Engines(write, read)


def _postgresql_engines(address: URL) -> Engines:
    write = create_engine(
        address, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS}
    )
    read = write.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(write, read)


def _prepare_sqlite_writer(connection: SQLiteConnection, _record: Any) -> None:
    connection.isolation_level = None  # this module begins transactions, not the driver
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 8000")  # fewer, larger
    connection.execute("PRAGMA cache_size = -16384")  # 16 MB: more gains nothing, and grows
    connection.execute("PRAGMA foreign_keys = ON")


def _prepare_sqlite_reader(connection: SQLiteConnection, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


def _use_wal(connection: SQLiteConnection) -> None:
    """Switch the file to WAL; the switch does not wait for other writers, so this does."""
    give_up = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except connection.OperationalError:
            if monotonic() > give_up:
                raise
            sleep(0.05)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


@contextmanager
def _begun(engine: Engine, name: str) -> Iterator[Connection]:
    with ExitStack() as opened:
        opened.enter_context(_in_words(name))
        try:
            connection = opened.enter_context(engine.connect())
            opened.enter_context(connection.begin())
        except OperationalError as error:
            raise unreachable(name, error, waited=BUSY_SECONDS) from error
        yield connection


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """A full disk, a lost connection … as WarehouseUnavailableError; the rest as it is."""
    try:
        yield
    except DatabaseError as error:
        told = in_trouble(name, error, waited=BUSY_SECONDS)
        if told is None:
            raise
        raise told from error


def make_folder(engines: Engines) -> None:
    """Make the folder a SQLite file is to lie in; WarehouseUnavailableError where it cannot be."""
    url = engines.write.url
    if url.get_backend_name() != "sqlite" or url.database is None:
        return
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarehouseUnavailableError(
            f"建不了仓库所在的文件夹：{error}\nThe folder of the warehouse cannot be made."
        ) from error
