"""What may befall a run, brought about in the forked process that does it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from sqlalchemy import Engine, event

import sql.engine

Order = dict[str, Any]


def first_reader_killed(order: Order) -> None:
    """The first child is killed as soon as it is there."""
    threading.Thread(target=_kill_children, args=(1,), daemon=True).start()


def every_reader_killed(order: Order) -> None:
    """Each child is killed as soon as it is there, as by a system short of memory."""
    threading.Thread(target=_kill_children, args=(1000,), daemon=True).start()


def _kill_children(most: int) -> None:
    killed: set[int] = set()
    while len(killed) < most:
        for path in Path("/proc/self/task").glob("*/children"):
            for child in map(int, path.read_text().split()):
                if child not in killed:
                    killed.add(child)
                    os.kill(child, signal.SIGKILL)
        time.sleep(0.001)


def disk_full(order: Order) -> None:
    """From so many moments on no new file can be made below the home."""
    seen = 0

    def audited(name: str, words: tuple[Any, ...]) -> None:
        nonlocal seen
        if name == "open" and words[2] & os.O_CREAT and "warehouse.db" not in str(words[0]):
            seen += 1
            if seen >= order["full_from"]:
                raise OSError(ENOSPC, os.strerror(ENOSPC))

    sys.addaudithook(audited)


def database_full(order: Order) -> None:
    """The database's disk is full: its file may not grow."""

    def connected(connection: SQLiteConnection, _record: Any) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {max(pages, order['pages'])}")

    event.listen(Engine, "connect", connected)


_HOLD = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def database_locked(order: Order) -> None:
    """Once the first file is archived another program has the database to itself for a while."""
    sql.engine.BUSY_SECONDS = order["patience"]
    begun = False

    def audited(name: str, words: tuple[Any, ...]) -> None:
        nonlocal begun
        if name == "os.rename" and "/archive/" in str(words[1]) and not begun:
            begun = True
            program = [sys.executable, "-c", _HOLD, f"{order['home']}/warehouse.db"]
            holder = subprocess.Popen([*program, str(order["held"])], stdout=subprocess.PIPE)
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"

    sys.addaudithook(audited)


def database_stopped(order: Order) -> None:
    """The database's server is stopped at so many loads, before the row of the last goes in."""
    seen = 0

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal seen
        if "INSERT INTO raw_submission" in " ".join(statement.split()):
            seen += 1
            if seen == order["stopped_at"]:
                _stop(order["server"])

    event.listen(Engine, "before_cursor_execute", executed)


def _stop(server: int) -> None:
    """As an administrator stops it: who is connected is thrown out."""
    os.kill(server, signal.SIGINT)
    while Path(f"/proc/{server}/cmdline").exists() and Path(f"/proc/{server}/cmdline").read_bytes():
        time.sleep(0.05)


def share_gone(order: Order) -> None:
    """The inbox is gone at the moment a file in it is opened."""
    inbox = Path(order["home"], "inbox")

    def audited(name: str, words: tuple[Any, ...]) -> None:
        if name == "open" and str(words[0]).endswith(".xlsx") and inbox.exists():
            inbox.rename(inbox.with_name("away"))

    sys.addaudithook(audited)


TROUBLES: dict[str, Callable[[Order], None]] = {
    "first-reader-killed": first_reader_killed,
    "every-reader-killed": every_reader_killed,
    "disk-full": disk_full,
    "database-full": database_full,
    "database-locked": database_locked,
    "database-stopped": database_stopped,
    "share-gone": share_gone,
}
