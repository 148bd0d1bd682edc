"""From the shared folder into the archive: which files are ready, and a copy that stays.

A file counts as arrived when it was last modified in the inbox, never later than now. That time
is the file's own: however often, and however late, the folder is looked at, the same file gets the
same arrival, and a run that was down for a day makes nobody late. Whether a file is still being
written is judged by the server's change time as well, because copies may keep an old one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from stat import S_ISREG
from typing import IO

from yuebao.programme.models import Unit

_CHUNK = 1 << 20
_SKIPPED = ("~$", ".")  # .~lock files too
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class StillGrowing(Exception):  # noqa: N818  # an outcome, not a fault
    """The file changed while it was copied: it will be taken the next time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The files in one unit's folder for a period, by name: those to take, those still written."""

    ready: tuple[Path, ...]
    still_growing: tuple[Path, ...]

    def __iter__(self) -> Iterator[tuple[Path, ...]]:
        return iter((self.ready, self.still_growing))


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A submission in the archive. ``name`` is what it was called in the inbox."""

    sha256: str
    path: Path
    size: int
    name: str
    arrived_at: datetime


def submissions_folder(inbox: Path, unit: Unit, period: str) -> Path:
    """Where a unit drops its files for a period."""
    return inbox / unit.name / period


def waiting_files(
    inbox: Path, unit: Unit, period: str, *, now: datetime, settle_seconds: float
) -> Waiting:
    """The files a unit has dropped for a period; ``(ready, still_growing)`` when unpacked.

    Left out are folders, hidden files, the lock files of spreadsheet programs, and links that
    lead out of the inbox. A folder that is not there holds no files.
    """
    ready: list[Path] = []
    growing: list[Path] = []
    for path in _candidates(submissions_folder(inbox, unit, period), inbox):
        settled = _is_settled(path, now, settle_seconds)
        if settled is not None:
            (ready if settled else growing).append(path)
    return Waiting(tuple(ready), tuple(growing))


def arrival_time(path: Path, *, now: datetime) -> datetime:
    """When the file arrived: its modification time, or now if that lies in the future."""
    return min(datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo), now)


def archive_file(
    path: Path, archive: Path, *, unit: str, period: str, arrived_at: datetime
) -> ArchivedFile:
    """Copy a file unchanged into the archive, under its hash, with a record of its arrival.

    What the archive has is kept: the same bytes again only add an arrival. StillGrowing if the
    file changed, or was replaced or removed, while it was copied.
    """
    archive.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=archive, prefix=".arriving-", delete=False) as copy:
        try:
            sha256, size = _copied(path, copy)
            kept = _kept(archive, sha256, path.suffix.lower())
            if not kept.exists():
                _move(Path(copy.name), kept)
        finally:
            Path(copy.name).unlink(missing_ok=True)
    archived = ArchivedFile(sha256, kept, size, path.name, arrived_at)
    _record_arrival(archived, archive / "arrivals" / period / unit, unit, period)
    return archived


def archived_path(archive: Path, sha256: str) -> Path:
    """Where the archive keeps these bytes; FileNotFoundError if it does not."""
    found = _kept(archive, sha256, "")
    if not found.exists():
        raise FileNotFoundError(found)
    return found


def _candidates(folder: Path, inbox: Path) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    root = inbox.resolve()
    shown = [path for path in paths if not path.name.startswith(_SKIPPED)]
    return [path for path in shown if path.resolve().is_relative_to(root)]


def _is_settled(path: Path, now: datetime, settle_seconds: float) -> bool | None:
    """Whether nobody has touched the file for a while; None for what is no file (any more).

    A time in the future is the writer's clock gone wrong: it too is old enough when far away.
    """
    try:
        status = path.stat()
    except OSError:
        return None
    if not S_ISREG(status.st_mode):
        return None
    moments = (status.st_mtime, status.st_ctime)
    return all(abs(now.timestamp() - moment) >= settle_seconds for moment in moments)


def _copied(path: Path, copy: IO[bytes]) -> tuple[str, int]:
    """Hash and size of the copy, which is read back from disk."""
    try:
        before = path.stat()
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                copy.write(chunk)
        after = path.stat()
    except OSError as error:
        raise StillGrowing(path.name) from error
    copy.flush()
    os.fsync(copy.fileno())
    size = copy.tell()
    if _trace(before) != _trace(after) or size != after.st_size:
        raise StillGrowing(path.name)
    sha256, source_sha256 = _sha256(Path(copy.name)), _sha256(path)
    if sha256 != source_sha256:
        raise StillGrowing(path.name)
    return sha256, size


def _trace(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise StillGrowing(path.name) from error


def _kept(archive: Path, sha256: str, suffix: str) -> Path:
    """Where the content is kept: where it is already, or under the suffix it came with."""
    folder = archive / sha256[:2]
    known = sorted(folder.glob(f"{sha256}*"))
    safe = suffix if _SUFFIX.fullmatch(suffix) else ""
    return known[0] if known else folder / f"{sha256}{safe}"


def _record_arrival(archived: ArchivedFile, folder: Path, unit: str, period: str) -> None:
    moment = archived.arrived_at.strftime("%Y%m%dT%H%M%S%f")
    record = folder / f"{moment}-{archived.sha256[:12]}.json"
    if record.exists():
        return
    said = {
        "unit": unit,
        "period": period,
        "name": archived.name,
        "sha256": archived.sha256,
        "size": archived.size,
        "arrived_at": archived.arrived_at.isoformat(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".record-", delete=False) as draft:
        draft.write(json.dumps(said, ensure_ascii=False, indent=1).encode())
        draft.flush()
        os.fsync(draft.fileno())
    _move(Path(draft.name), record)


def _move(source: Path, target: Path) -> None:
    """Put a finished file in its place so that it is there whole, or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.chmod(0o644)
    os.replace(source, target)  # noqa: PTH105  # atomic on every platform we run on
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
