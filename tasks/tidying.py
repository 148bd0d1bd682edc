"""Before a run: away with what earlier ones that were killed left half written."""

from __future__ import annotations

from pathlib import Path

from tasks.deeds import notes_folder
from tasks.office import Office
from yuebao.whole_files import clear_leftovers


def tidy(office: Office, period: str) -> int:
    """Clear archive, outputs and notes of half-written files; returns how many there were.

    What another process is writing just now stays. A unit's receipts are cleared when they are
    written.
    """
    kept = [folder for kind in _inside(office.archive) for folder in _folders(kind / period)]
    folders = [office.archive, *kept, *_folders(office.outputs), notes_folder(office)]
    return sum(map(clear_leftovers, folders))


def _inside(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def _folders(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.is_dir()]
