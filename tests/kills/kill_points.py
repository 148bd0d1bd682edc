"""Moments a process can die at: every change to a file, every statement to the database, counted.

A file that is opened to be written over is two of them: before, and when it is empty.

Only for the process of a test: what hooks it in stays until that process ends.
"""

import mmap
import os
import signal
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = frozenset(
    ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.truncate")
)
_STARTS = frozenset(("subprocess.Popen", "sqlite3.connect", "socket.connect"))
# They change nothing: to die there is to die at the change before.
_READS = ("SELECT", "PRAGMA", "WITH", "BEGIN", "--")
_EMPTIED = "emptied "
_COUNT = struct.Struct("q")
_WORDS = 200


class Moments:
    """Counts moments in memory that outlives the process which counts; forked ones share it."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _COUNT.size + _WORDS)
        self._reached: Callable[[int, str], None] = ignore
        self._written = False

    @property
    def count(self) -> int:
        return _COUNT.unpack_from(self._shared)[0]

    @property
    def last(self) -> str:
        """What the process was about to do at the last moment."""
        return self._shared[_COUNT.size :].split(b"\0")[0].decode(errors="replace")

    def clear(self) -> None:
        self._shared[:] = bytes(len(self._shared))

    def watch(self, home: str, reached: Callable[[int, str], None]) -> None:
        """From now on call ``reached`` before anything changes below the home."""
        self._home = home
        self._reached = reached
        sys.addaudithook(self._audited)
        event.listen(Engine, "before_cursor_execute", self._executed)
        event.listen(Engine, "commit", self._committed)

    def _audited(self, name: str, words: tuple[Any, ...]) -> None:
        if name == "open":
            path, _, flags = words
            if flags & _WRITES and self._is_below(path):
                self._pass(f"open {path}")
                if flags & os.O_TRUNC and self._is_a_file_of_the_home(path):
                    self._pass(f"{_EMPTIED}{path}")
        elif name in _STARTS or (name in _CHANGES and self._is_below(words[0])):
            self._pass(f"{name} {words[0]}")

    def _is_below(self, path: Any) -> bool:
        """Whether it is below the home; a name within an open folder is taken to be."""
        return str(path).startswith(self._home) or not str(path).startswith("/")

    def _is_a_file_of_the_home(self, path: Any) -> bool:
        """Whether it may be emptied; the tempfile module says the folder it makes its file in."""
        return str(path).startswith(self._home) and not Path(path).is_dir()

    def _executed(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = " ".join(statement.split())
        if not words.startswith(_READS):
            self._written = True
            self._pass(words)

    def _committed(self, _connection: Any) -> None:
        if self._written:
            self._pass("COMMIT")
        self._written = False

    def _pass(self, words: str) -> None:
        count = self.count + 1
        _COUNT.pack_into(self._shared, 0, count)
        self._shared[_COUNT.size :] = words.encode()[:_WORDS].ljust(_WORDS, b"\0")
        self._reached(count, words)


def ignore(_count: int, _words: str) -> None:
    """Let it pass."""


def die_at(moment: int, before: str) -> Callable[[int, str], None]:
    """Kill the process, as kill -9 does, at that moment or before it first does such a thing."""

    def reached(count: int, words: str) -> None:
        if count == moment or (before and before in words):
            if words.startswith(_EMPTIED):
                os.close(os.open(words.removeprefix(_EMPTIED), os.O_CREAT | os.O_TRUNC))
            os.kill(os.getpid(), signal.SIGKILL)

    return reached
