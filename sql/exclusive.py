"""One at a time: a name only one run may hold, on however many machines they are.

The hold ends with the process that has it, so that a killed run blocks nobody: on SQLite it is a
lock on a file beside the database, on PostgreSQL a lock of the session.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from sql.engine import Engines

_PAUSE = 0.2
_TRY = text("SELECT pg_try_advisory_lock(hashtext(:name))")
_FREE = text("SELECT pg_advisory_unlock(hashtext(:name))")


@contextmanager
def exclusively(engines: Engines, name: str, *, seconds: float) -> Iterator[bool]:
    """Whether the name could be had within so many seconds; it is given back at the end."""
    url = engines.write.url
    if url.get_backend_name() == "sqlite" and url.database:
        with _file_held(Path(f"{url.database}.{name}.lock"), seconds) as held:
            yield held
        return
    with engines.write.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        with _session_held(alone, f"yuebao.{name}", seconds) as held:
            yield held


@contextmanager
def _file_held(path: Path, seconds: float) -> Iterator[bool]:
    with path.open("ab") as file:

        def attempt() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield _tried(attempt, seconds)


@contextmanager
def _session_held(connection: Connection, name: str, seconds: float) -> Iterator[bool]:
    def attempt() -> bool:
        return bool(connection.execute(_TRY, {"name": name}).scalar())

    held = _tried(attempt, seconds)
    try:
        yield held
    finally:
        if held:
            with suppress(DatabaseError):  # a session that was lost has let go of it already
                connection.execute(_FREE, {"name": name})


def _tried(attempt: Callable[[], bool], seconds: float) -> bool:
    until = monotonic() + seconds
    while not (held := attempt()):
        if monotonic() > until:
            return False
        sleep(_PAUSE)
    return held
