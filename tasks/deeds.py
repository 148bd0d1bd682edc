"""When collecting and verifying were last done: a small file each, which outlives the warehouse."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from tasks.office import Office
from tasks.writing import write_whole
from yuebao.rules.health import Deed


class Done(StrEnum):
    """What is noted when it is done."""

    COLLECTED = "collect"
    VERIFIED = "verify"


def note_done(office: Office, what: Done, now: datetime, words: str, *, ok: bool) -> None:
    """Note that it was done now, how it went and in what words."""
    before = last_done(office, what)
    well = now if ok else before and before.succeeded_at
    said = {
        "done_at": now.isoformat(),
        "ok": ok,
        "words": words,
        "succeeded_at": well.isoformat() if well else "",
    }
    write_whole(_file(office, what), json.dumps(said, ensure_ascii=False, indent=1))


def last_done(office: Office, what: Done) -> Deed | None:
    """The last time it was done; None if never, or if the note cannot be read."""
    try:
        said = json.loads(_file(office, what).read_text(encoding="utf-8"))
        well = said["succeeded_at"]
        return Deed(
            datetime.fromisoformat(said["done_at"]),
            bool(said["ok"]),
            str(said["words"]),
            datetime.fromisoformat(well) if well else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def notes_folder(office: Office) -> Path:
    """Where the notes are kept."""
    return office.root / "last"


def _file(office: Office, what: Done) -> Path:
    return notes_folder(office) / f"{what}.json"
