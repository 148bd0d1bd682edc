"""The archive: every file ever taken, unchanged, under its hash, with a record of its arrival."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TypeAlias

from yuebao.one_line import readable_name
from yuebao.whole_files import passing_file, put_in_place

HASH_IN_NAME = 12  # so much of the hash an arrival's record has in its name
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class StillGrowing(Exception):  # noqa: N818  # an outcome, not a fault
    """The file changed while it was copied: it will be taken the next time."""


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A submission in the archive. ``name`` is what it was called in the inbox, readable."""

    sha256: str
    path: Path
    size: int
    name: str
    arrived_at: datetime


Copying: TypeAlias = Callable[[IO[bytes]], str]
"""Writes the whole content, and returns the SHA-256 of the source; StillGrowing if it moved."""


def archive_copy(
    copying: Copying, name: str, archive: Path, *, unit: str, period: str, arrived_at: datetime
) -> ArchivedFile:
    """Archive what the copying writes, under its hash, with a record of its arrival.

    What the archive has is kept: the same bytes again only add an arrival. StillGrowing if what
    arrived on disk is not what the source holds; then nothing of it stays.
    """
    with passing_file(archive) as copy:
        expected = copying(copy)
        copy.flush()
        os.fsync(copy.fileno())
        sha256, size = _sha256(Path(copy.name)), copy.tell()
        if sha256 != expected:
            raise StillGrowing(name)
        kept = _kept(archive, sha256, Path(name).suffix.lower())
        if not kept.exists():
            _put(copy, kept)
    archived = ArchivedFile(sha256, kept, size, readable_name(name), arrived_at)
    _record_arrival(archived, archive / "arrivals" / period / unit, unit, period)
    return archived


def archived_path(archive: Path, sha256: str) -> Path:
    """Where the archive keeps these bytes; FileNotFoundError if it does not."""
    found = _kept(archive, sha256, "")
    if not found.exists():
        raise FileNotFoundError(found)
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _kept(archive: Path, sha256: str, suffix: str) -> Path:
    """Where the content is kept: where it is already, or under the suffix it came with."""
    folder = archive / sha256[:2]
    known = sorted(folder.glob(f"{sha256}*"))
    safe = suffix if _SUFFIX.fullmatch(suffix) else ""
    return known[0] if known else folder / f"{sha256}{safe}"


def _record_arrival(archived: ArchivedFile, folder: Path, unit: str, period: str) -> None:
    moment = archived.arrived_at.strftime("%Y%m%dT%H%M%S%f")
    record = folder / f"{moment}-{archived.sha256[:HASH_IN_NAME]}.json"
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
    with passing_file(folder) as draft:
        draft.write(json.dumps(said, ensure_ascii=False, indent=1).encode())
        _put(draft, record)


def _put(file: IO[bytes], target: Path) -> None:
    """Put a finished file in its place so that it is there whole, or not at all, and stays."""
    put_in_place(file, target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
