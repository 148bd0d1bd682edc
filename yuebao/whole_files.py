"""Files that are there whole or not at all.

What is being written has a passing name and is locked by the process that writes it. A process
that dies lets go of the lock: so what it left behind is known, and cleared away.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_PREFIX, _SUFFIX = ".", ".part"


def write_whole(path: Path, content: bytes | str) -> Path:
    """Write the content under the name in one step; a reader never sees half of it."""
    with passing_file(path.parent) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)
        put_in_place(file, path)
    return path


@contextmanager
def passing_file(folder: Path) -> Iterator[IO[bytes]]:
    """An empty file under a passing name; what is not put in its place is gone at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    file = _locked_file(folder)
    try:
        with file:
            yield file
    finally:
        Path(file.name).unlink(missing_ok=True)


def put_in_place(file: IO[bytes], path: Path) -> None:
    """Give a passing file its name, in the same folder or another of the same file system."""
    file.flush()
    os.fsync(file.fileno())
    os.fchmod(file.fileno(), 0o644)
    path.parent.mkdir(parents=True, exist_ok=True)
    Path(file.name).replace(path)


def clear_leftovers(folder: Path) -> int:
    """Remove what processes that died left half written in the folder; returns how many."""
    found = list(folder.glob(f"{_PREFIX}*{_SUFFIX}"))
    return sum(_removed_if_left(path) for path in found)


def _locked_file(folder: Path) -> IO[bytes]:
    """A new file that nobody takes for a leftover."""
    while True:
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115  # the caller closes it
            dir=folder, prefix=_PREFIX, suffix=_SUFFIX, delete=False
        )
        if _is_had(file) and os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # between its making and its locking another process took it for a leftover


def _is_had(file: IO[bytes]) -> bool:
    """Whether the file is locked now; where a file system knows no locks, nobody clears away."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _removed_if_left(path: Path) -> bool:
    try:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except OSError:  # in use, gone, or on a file system without locks
        return False
    return True
