"""The records beside the archive: what arrived for whom, and in which run it was taken up.

A record lies at ``archive/arrivals/<period>/<unit>/<arrival>-<hash>.json``. ``taken_at`` is the
moment of the run that last took the file up to be read: once loaded, a file is never taken up
again, so it is the run that loaded it. Files of one moment were judged side by side.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeAlias

from yuebao.rules.period import Period, PeriodError
from yuebao.whole_files import write_whole
from yuebao.workbooks.archive import HASH_IN_NAME, ArchivedFile

ARRIVALS = "arrivals"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that arrived for a unit and period; ``taken_at`` is None where no run noted it."""

    unit: str
    period: str
    name: str
    sha256: str
    size: int
    arrived_at: datetime
    taken_at: datetime | None
    record: Path


@dataclass(frozen=True, slots=True)
class Records:
    """Every arrival on record, in the order of the records' names; records nobody can read."""

    arrivals: tuple[Arrival, ...]
    broken: tuple[Path, ...]


Round: TypeAlias = tuple[Arrival, ...]


@dataclass(frozen=True, slots=True)
class Taking:
    """What one run took up for a period: each unit's first file, then each one's second …"""

    period: str
    taken_at: datetime | None
    rounds: tuple[Round, ...]


def read_records(archive: Path) -> Records:
    """All records of an archive; those that cannot be read are named, not passed over."""
    return _read(sorted((archive / ARRIVALS).glob("*/*/[!.]*.json")))


def arrivals_except(
    archive: Path, period: str, unit: str, known: Iterable[tuple[str, str]]
) -> tuple[Arrival, ...]:
    """What arrived for a period and a unit (or any, if none is named) but the known (unit, hash).

    Only records whose names tell that they are others are opened. Unreadable ones are left out.
    """
    named = {(one, sha256[:HASH_IN_NAME]) for one, sha256 in known}
    found = sorted((archive / ARRIVALS / period).glob(f"{unit or '*'}/[!.]*.json"))
    return _read(p for p in found if (p.parent.name, p.stem[-HASH_IN_NAME:]) not in named).arrivals


def _read(paths: Iterable[Path]) -> Records:
    arrivals: list[Arrival] = []
    broken: list[Path] = []
    for path in paths:
        try:
            arrivals.append(_arrival(path))
        except (OSError, ValueError, KeyError, TypeError, PeriodError):
            broken.append(path)
    return Records(tuple(arrivals), tuple(broken))


def note_taken(
    archive: Path, files: Iterable[ArchivedFile], *, unit: str, period: str, taken_at: datetime
) -> None:
    """Note in the files' records that this run takes them up."""
    wanted = {(file.sha256, file.arrived_at) for file in files}
    if not wanted:
        return
    for path in sorted((archive / ARRIVALS / period / unit).glob("[!.]*.json")):
        said = _said(path)
        if (said["sha256"], datetime.fromisoformat(said["arrived_at"])) in wanted:
            said["taken_at"] = taken_at.isoformat()
            write_whole(path, json.dumps(said, ensure_ascii=False, indent=1))


def takings(arrivals: Iterable[Arrival], units: Sequence[str]) -> tuple[Taking, ...]:
    """The runs that took the files up, in their order; ``units`` in the order they are judged in.

    Of the same bytes of a unit and period only the arrival that was taken up counts. What no run
    noted (an archive of before there were notes) comes first, a period at a time.
    """
    runs: dict[tuple[datetime, Period], dict[str, list[Arrival]]] = {}
    for arrival in _taken_once(arrivals):
        moment = (arrival.taken_at or _LONG_AGO, Period.parse(arrival.period))
        runs.setdefault(moment, {}).setdefault(arrival.unit, []).append(arrival)
    return tuple(
        Taking(
            str(period),
            None if taken_at == _LONG_AGO else taken_at,
            _rounds([of_unit[unit] for unit in units if unit in of_unit]),
        )
        for (taken_at, period), of_unit in sorted(runs.items(), key=lambda run: run[0])
    )


def _taken_once(arrivals: Iterable[Arrival]) -> Iterable[Arrival]:
    chosen: dict[tuple[str, str, str], Arrival] = {}
    for arrival in sorted(arrivals, key=lambda one: one.name):
        key = (arrival.unit, arrival.period, arrival.sha256)
        known = chosen.setdefault(key, arrival)
        if (known.taken_at or _LONG_AGO) < (arrival.taken_at or _LONG_AGO):
            chosen[key] = arrival
    return chosen.values()


def _rounds(of_units: Iterable[list[Arrival]]) -> tuple[Round, ...]:
    ordered = (sorted(one, key=lambda a: (a.arrived_at, a.name)) for one in of_units)
    return tuple(
        tuple(arrival for arrival in batch if arrival is not None)
        for batch in zip_longest(*ordered)
    )


def _arrival(path: Path) -> Arrival:
    said = _said(path)
    taken_at = said.get("taken_at")
    Period.parse(said["period"])
    return Arrival(
        unit=said["unit"],
        period=said["period"],
        name=said["name"],
        sha256=said["sha256"],
        size=int(said["size"]),
        arrived_at=datetime.fromisoformat(said["arrived_at"]),
        taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
        record=path,
    )


def _said(path: Path) -> dict[str, Any]:
    said: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return dict(said)
