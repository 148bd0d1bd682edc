"""From the shared folder into the archive: which files are ready, and a copy that stays.

A file counts as arrived when it was last modified in the inbox, never later than now. That time
is the file's own: however often, and however late, the folder is looked at, the same file gets the
same arrival, and a run that was down for a day makes nobody late. Whether a file is still being
written is judged by the server's change time as well, because copies may keep an old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from stat import S_ISREG
from typing import IO

from yuebao.programme.models import Unit
from yuebao.workbooks.archive import ArchivedFile, StillGrowing, archive_copy
from yuebao.workbooks.inbox import is_passed_over
from yuebao.workbooks.unfollowed import open_file

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """The files in one unit's folder for a period, by name: those to take, those still written."""

    ready: tuple[Path, ...]
    still_growing: tuple[Path, ...]

    def __iter__(self) -> Iterator[tuple[Path, ...]]:
        return iter((self.ready, self.still_growing))


def submissions_folder(inbox: Path, unit: Unit, period: str) -> Path:
    """Where a unit drops its files for a period."""
    return inbox / unit.name / period


def waiting_files(
    inbox: Path, unit: Unit, period: str, *, now: datetime, settle_seconds: float
) -> Waiting:
    """The files a unit has dropped for a period; ``(ready, still_growing)`` when unpacked.

    Left out are folders, hidden files, the lock files of spreadsheet programs, and links: neither
    a file nor a folder that is one is followed. A folder that is not there holds no files.
    """
    ready: list[Path] = []
    growing: list[Path] = []
    for path in _candidates(submissions_folder(inbox, unit, period)):
        settled = _is_settled(path, now, settle_seconds)
        if settled is not None:
            (ready if settled else growing).append(path)
    return Waiting(tuple(ready), tuple(growing))


def arrival_time(path: Path, *, now: datetime) -> datetime:
    """When the file arrived: its modification time, or now if that lies in the future."""
    return moment_of(path.lstat().st_mtime, now)


def moment_of(seconds: float, now: datetime) -> datetime:
    """A file's time as a moment between 1970 and now, whatever nonsense was put there."""
    if seconds >= now.timestamp():
        return now
    return datetime.fromtimestamp(max(seconds, 0.0), now.tzinfo)


def archive_file(
    path: Path, archive: Path, *, unit: str, period: str, arrived_at: datetime
) -> ArchivedFile:
    """Copy a file unchanged into the archive, under its hash, with a record of its arrival.

    What the archive has is kept: the same bytes again only add an arrival. StillGrowing if the
    file changed, or was replaced or removed, while it was copied.
    """
    return archive_copy(
        lambda copy: _copied(path, copy),
        path.name,
        archive,
        unit=unit,
        period=period,
        arrived_at=arrived_at,
    )


def _candidates(folder: Path) -> list[Path]:
    if folder.is_symlink() or folder.parent.is_symlink():
        return []
    try:
        paths = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [path for path in paths if not is_passed_over(path.name)]


def _is_settled(path: Path, now: datetime, settle_seconds: float) -> bool | None:
    """Whether nobody has touched the file for a while; None for what is no file (any more).

    A time in the future is the writer's clock gone wrong: it too is old enough when far away.
    """
    try:
        status = path.lstat()
    except OSError:
        return None
    if not S_ISREG(status.st_mode):
        return None
    moments = (status.st_mtime, status.st_ctime)
    return all(abs(now.timestamp() - moment) >= settle_seconds for moment in moments)


def _copied(path: Path, copy: IO[bytes]) -> str:
    """Copy the file; its hash, when it is the same file before and after."""
    before = _trace(path)
    for chunk in _chunks(path):
        copy.write(chunk)
    if _trace(path) != before or copy.tell() != before[2]:
        raise StillGrowing(path.name)
    again = hashlib.sha256()
    for chunk in _chunks(path):
        again.update(chunk)
    return again.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    """The file's content; what keeps it from being read is the file's, so it waits."""
    try:
        with open_file(path.parents[2], *path.parts[-3:]) as source:  # inbox/unit/period/name
            while chunk := source.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise StillGrowing(path.name) from error


def _trace(path: Path) -> tuple[int, int, int, int]:
    try:
        status = path.lstat()
    except OSError as error:
        raise StillGrowing(path.name) from error
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
