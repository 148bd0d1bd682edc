"""What people decided, kept beside the archive: with the files, all a warehouse is made of.

``archive/desk/<period>/`` holds a record a revision weighed (what of a file was held, and why), a
decision on a held version, and a closing or reopening. A record is there whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from yuebao.results import JudgedSubmission
from yuebao.revisions import Answer, Revision, RevisionDecision
from yuebao.rules.closing import ClosingStep, Step
from yuebao.whole_files import write_whole

DESK = "desk"


@dataclass(frozen=True, slots=True)
class DeskRecords:
    """Everything decided, in order of time; ``broken`` are records nobody can read."""

    decisions: tuple[RevisionDecision, ...]
    closings: tuple[ClosingStep, ...]
    broken: tuple[Path, ...]


def keep_weighed(archive: Path, judged: JudgedSubmission) -> None:
    """Keep what the file was found to change when first judged; nothing, where it is nothing."""
    path = _weighed_path(archive, judged.unit, judged.period, judged.sha256)
    if not judged.revisions:
        path.unlink(missing_ok=True)
        return
    _write(path, {"revisions": [asdict(revision) for revision in judged.revisions]})


def weighed(archive: Path, unit: str, period: str, sha256: str) -> tuple[Revision, ...]:
    """What was kept of the file; () for one that changed nothing, or of before there were notes."""
    path = _weighed_path(archive, unit, period, sha256)
    if not path.exists():
        return ()
    return tuple(
        Revision(**{**said, "reasons": tuple(said["reasons"])}) for said in _said(path)["revisions"]
    )


def keep_decision(archive: Path, decision: RevisionDecision) -> None:
    """Keep an answer; the same question answered again replaces it."""
    forms = "+".join(decision.forms)
    name = f"decided-{decision.unit}-v{decision.version}-{forms}.json"
    said = asdict(decision) | {"decided_at": decision.decided_at.isoformat()}
    _write(archive / DESK / decision.period / name, said)


def keep_closing(archive: Path, step: ClosingStep) -> None:
    """Keep a closing or reopening."""
    until = step.until_on.isoformat() if step.until_on else None
    said = asdict(step) | {"at": step.at.isoformat(), "until_on": until}
    _write(archive / DESK / step.period / f"closing-{step.at:%Y%m%dT%H%M%S%f}.json", said)


def read_desk(archive: Path) -> DeskRecords:
    """All decisions and closings of an archive; those that cannot be read are named."""
    decisions: list[RevisionDecision] = []
    closings: list[ClosingStep] = []
    broken: list[Path] = []
    for path in sorted((archive / DESK).glob("*/[!.]*.json")):
        try:
            said = _said(path)
            if path.name.startswith("decided-"):
                decisions.append(_decision(said))
            elif path.name.startswith("closing-"):
                closings.append(_closing(said))
        except (OSError, ValueError, KeyError, TypeError):
            broken.append(path)
    return DeskRecords(
        tuple(sorted(decisions, key=lambda one: one.decided_at)),
        tuple(sorted(closings, key=lambda one: one.at)),
        tuple(broken),
    )


def _decision(said: Mapping[str, Any]) -> RevisionDecision:
    forms: Sequence[str] = said["forms"]
    return RevisionDecision(
        **{
            **said,
            "forms": tuple(forms),
            "answer": Answer(said["answer"]),
            "decided_at": datetime.fromisoformat(said["decided_at"]),
        }
    )


def _closing(said: Mapping[str, Any]) -> ClosingStep:
    until = said["until_on"]
    return ClosingStep(
        **{
            **said,
            "step": Step(said["step"]),
            "at": datetime.fromisoformat(said["at"]),
            "until_on": date.fromisoformat(until) if until else None,
        }
    )


def _weighed_path(archive: Path, unit: str, period: str, sha256: str) -> Path:
    return archive / DESK / period / f"weighed-{unit}-{sha256[:12]}.json"


def _write(path: Path, said: Mapping[str, Any]) -> None:
    write_whole(path, json.dumps(said, ensure_ascii=False, indent=1))


def _said(path: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said
