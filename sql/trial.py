"""A transaction in which anything may be tried: nothing of it stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from sql.engine import Engines


@dataclass(frozen=True)
class Trial(Engines):
    """Writes and reads through one connection, whose transaction is never committed."""

    connection: Connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one transaction."""
        yield self.connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The one transaction, with what was written in it."""
        yield self.connection


@contextmanager
def trial(engines: Engines) -> Iterator[Trial]:
    """Engines to try something with; other writers to SQLite wait meanwhile."""
    with engines.write.connect() as connection:
        transaction = connection.begin()
        try:
            yield Trial(engines.write, engines.read, connection)
        finally:
            transaction.rollback()
