"""Before a run: away with what earlier ones that were killed left half written."""

from __future__ import annotations

from pathlib import Path

from tasks.office import Office
from yuebao.whole_files import clear_leftovers
from yuebao.workbooks.arrivals import ARRIVALS


def tidy(office: Office, period: str) -> int:
    """Clear archive and outputs of half-written files; returns how many there were.

    What another process is writing just now stays. A unit's receipts are cleared when they are
    written.
    """
    within = [*_folders(office.archive / ARRIVALS / period), *_folders(office.outputs)]
    return sum(clear_leftovers(folder) for folder in (office.archive, *within))


def _folders(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.is_dir()]
