"""Whether the archive is what it says: every file by its hash, every record with its file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from yuebao.workbooks.arrivals import ARRIVALS, Arrival, Records

_HASH_LENGTH = 64


class ArchiveFaultKind(StrEnum):
    """What is wrong; an archive with any but ``UNRECORDED`` faults cannot be relied on."""

    BROKEN_RECORD = "broken-record"
    CHANGED = "changed"
    MISSING = "missing"
    UNRECORDED = "unrecorded"


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """Something wrong with the archive: where in it, and what, in Chinese."""

    kind: ArchiveFaultKind
    place: str
    text: str


def archived_files(archive: Path) -> dict[str, Path]:
    """Every file the archive keeps, by the hash its name promises."""
    found = archive.glob("[0-9a-f][0-9a-f]/[!.]*")
    return {path.name[:_HASH_LENGTH]: path for path in sorted(found) if path.is_file()}


def archive_faults(archive: Path, records: Records) -> tuple[ArchiveFault, ...]:
    """Changed and missing files, files nobody is on record for, records nobody can read."""
    files = archived_files(archive)
    faults = [
        ArchiveFault(ArchiveFaultKind.BROKEN_RECORD, _place(path, archive), "到达记录读不出来")
        for path in records.broken
    ]
    faults += _changed(files, archive)
    faults += _missing(files, records.arrivals)
    faults += _unrecorded(files, records.arrivals, archive)
    return tuple(faults)


def _changed(files: dict[str, Path], archive: Path) -> Iterable[ArchiveFault]:
    for sha256, path in files.items():
        if _sha256(path) != sha256:
            text = "文件内容与它的指纹（SHA-256）不符，被改动过"
            yield ArchiveFault(ArchiveFaultKind.CHANGED, _place(path, archive), text)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _missing(files: dict[str, Path], arrivals: Iterable[Arrival]) -> Iterable[ArchiveFault]:
    for arrival in arrivals:
        if arrival.sha256 not in files:
            text = f"“{arrival.name}”有到达记录，档案里没有这个文件"
            place = f"{ARRIVALS}/{arrival.period}/{arrival.unit}/{arrival.record.name}"
            yield ArchiveFault(ArchiveFaultKind.MISSING, place, text)


def _unrecorded(
    files: dict[str, Path], arrivals: Iterable[Arrival], archive: Path
) -> Iterable[ArchiveFault]:
    recorded = {arrival.sha256 for arrival in arrivals}
    for sha256, path in files.items():
        if sha256 not in recorded:
            text = "档案里有这个文件，却没有它的到达记录"
            yield ArchiveFault(ArchiveFaultKind.UNRECORDED, _place(path, archive), text)


def _place(path: Path, archive: Path) -> str:
    return path.relative_to(archive).as_posix()
