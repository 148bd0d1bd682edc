"""Files that were taken into the archive but never came as far as the warehouse."""

from __future__ import annotations

import json

from tasks.office import Office


def has_unfinished(office: Office, unit: str, period: str) -> bool:
    """Whether a file of the unit and period was archived and not loaded: a fault was in the way."""
    arrivals = sorted((office.archive / "arrivals" / period / unit).glob("*.json"))
    hashes = {str(json.loads(path.read_text(encoding="utf-8"))["sha256"]) for path in arrivals}
    return any(
        not office.warehouse.is_known(office.programme.id, unit, period, sha256)
        for sha256 in sorted(hashes)
    )
