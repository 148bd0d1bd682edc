"""What may befall a run, brought about in the forked process that does it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from sqlalchemy import Engine, event

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
    "share-gone": share_gone,
}
