"""Files below a folder that others write to, reached without ever following a link.

A path that was looked at is not the path that is opened: whoever may write there can put a link in
between. So each step is opened from the one before, and a step that is a link is refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ELOOP
from pathlib import Path
from stat import S_ISREG
from typing import IO

from yuebao.workbooks.inbox import passing_name

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe must not keep anyone waiting
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


def open_file(root: Path, *names: str) -> IO[bytes]:
    """The plain file of these names below the root, to read; OSError for anything else."""
    *folders, name = names
    with _within(root, folders) as folder:
        handle = os.open(name, _READ, dir_fd=folder)
    if S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise OSError(ELOOP, os.strerror(ELOOP), name)


def write_file(root: Path, *names: str, content: bytes) -> None:
    """Write a file in one step, over one that may have the name; folders are made. OSError.

    What a process that died left of the same file goes; nobody else may be writing it.
    """
    *folders, name = names
    passing = passing_name(name)
    with _within(root, folders, make=True) as folder:
        _remove(folder, passing)
        try:
            with os.fdopen(os.open(passing, _NEW, 0o644, dir_fd=folder), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(passing, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(passing, dir_fd=folder)
            raise


def remove_file(root: Path, *names: str) -> None:
    """Remove a file, or the link of that name, if it is there. OSError."""
    *folders, name = names
    with suppress(FileNotFoundError), _within(root, folders) as folder:
        _remove(folder, passing_name(name))
        os.unlink(name, dir_fd=folder)


def _remove(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


@contextmanager
def _within(root: Path, names: list[str], *, make: bool = False) -> Iterator[int]:
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in names:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=folder)
            deeper = os.open(name, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = deeper
        yield folder
    finally:
        os.close(folder)
