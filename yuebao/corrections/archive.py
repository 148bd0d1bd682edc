"""Corrections in the archive: a file a record, written once, never changed.

A record lies at ``archive/corrections/<period>/<recorded at>-<id>.json``; its id is a hash of what
it says, so that a record somebody edited no longer bears its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from yuebao.corrections.record import Correction, as_json, from_json
from yuebao.whole_files import write_whole

CORRECTIONS = "corrections"


@dataclass(frozen=True, slots=True)
class ArchivedCorrections:
    """Every record in the order they were made; files that are no record, or changed ones."""

    corrections: tuple[Correction, ...]
    broken: tuple[Path, ...] = ()


def archive_correction(archive: Path, correction: Correction) -> Path:
    """Write the record; one that is there already is left as it is."""
    folder = archive / CORRECTIONS / correction.told.period
    known = next(iter(sorted(folder.glob(f"*-{correction.id}.json"))), None)
    if known is not None:
        return known
    return write_whole(folder / _name(correction), as_json(correction))


def archived_corrections(archive: Path) -> ArchivedCorrections:
    """All records of an archive; those that cannot be relied on are named, not passed over."""
    found: list[Correction] = []
    broken: list[Path] = []
    for path in sorted((archive / CORRECTIONS).glob("*/[!.]*.json")):
        correction = _read(path)
        if correction is None:
            broken.append(path)
        else:
            found.append(correction)
    ordered = sorted(found, key=lambda one: (one.recorded_at, one.id))
    return ArchivedCorrections(tuple(ordered), tuple(broken))


def _read(path: Path) -> Correction | None:
    try:
        correction = from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        return None
    sound = (path.parent.name, path.name) == (correction.told.period, _name(correction))
    return correction if sound else None


def _name(correction: Correction) -> str:
    moment = correction.recorded_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    return f"{moment}-{correction.id}.json"
