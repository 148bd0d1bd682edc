"""The notes of impact, where the data team reads them: beside the outputs and in the UI."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prefect.artifacts import create_markdown_artifact

from tasks.office import Office
from tasks.writing import write_whole
from yuebao.results import JudgedSubmission
from yuebao.revisions import HeldForm, Revision


def write_notes(office: Office, judged: JudgedSubmission, version: int) -> tuple[Path, ...]:
    """A file a form under outputs/<period>/修订, and an artifact of the unit, form and period."""
    loaded = {form.reading.form for form in judged.forms}
    return tuple(
        _written(office, judged, revision, version)
        for revision in judged.revisions
        if revision.form in loaded
    )


def note_of(held: Iterable[HeldForm]) -> str:
    """The notes of held forms as one."""
    return "\n\n---\n\n".join(form.note for form in held)


def _written(office: Office, judged: JudgedSubmission, revision: Revision, version: int) -> Path:
    unit = office.programme.unit(judged.unit)
    state = "待批准" if revision.is_held else "已入库"
    create_markdown_artifact(
        key=f"revision-{unit.code}-{revision.form}-{judged.period}".lower(),
        markdown=revision.note,
        description=f"{unit.name} {judged.period} {revision.form} 第{version}版修订说明（{state}）",
    )
    name = f"{unit.name}_{revision.form}_第{version}版.md"
    return write_whole(office.outputs / judged.period / "修订" / name, revision.note)
