"""Give a unit its list of findings back, in its folder of the inbox and among the outputs."""

from __future__ import annotations

from tasks.office import Office
from tasks.writing import write_whole
from yuebao.findings import Issue
from yuebao.programme.models import Unit
from yuebao.reports.findings import findings_workbook


def hand_out(office: Office, unit: Unit, period: str, issues: tuple[Issue, ...]) -> None:
    """Write the list of findings to both places; where there are none, an older list goes."""
    back = office.inbox / unit.name / "回执" / f"{unit.name}_{period}_问题清单.xlsx"
    kept = office.outputs / period / "问题清单" / f"{unit.name}.xlsx"
    if not issues:
        back.unlink(missing_ok=True)
        kept.unlink(missing_ok=True)
        return
    content = findings_workbook(office.programme, unit.code, period, issues)
    write_whole(back, content)
    write_whole(kept, content)
