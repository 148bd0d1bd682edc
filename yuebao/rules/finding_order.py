"""In which order findings are told: form by form, what must be mended first before the rest."""

from __future__ import annotations

from collections.abc import Iterable

from yuebao.findings import Issue
from yuebao.programme.models import Programme, Severity

GRAVEST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)
WHOLE_FILE = "整个文件"


def by_form(programme: Programme, issues: Iterable[Issue]) -> list[tuple[str, list[Issue]]]:
    """Findings of the file itself first, then form by form in the programme's order.

    In a form: errors first, and among them what is looked at first, so that a cause comes before
    what may follow from it; then down the sheet.
    """
    titles = {form.id: f"{form.id} {form.title}" for form in programme.forms}
    groups: dict[str, list[Issue]] = {"": [], **{form: [] for form in titles}}
    for issue in issues:
        groups.setdefault(issue.form, []).append(issue)
    return [
        (titles.get(form, form or WHOLE_FILE), sorted(group, key=_order))
        for form, group in groups.items()
        if group
    ]


def gravest(issues: Iterable[Issue]) -> Severity:
    """The gravest severity among some findings; a notice for none."""
    return min((i.severity for i in issues), key=GRAVEST_FIRST.index, default=Severity.NOTICE)


def _order(issue: Issue) -> tuple[int, int, str, int, str]:
    return (GRAVEST_FIRST.index(issue.severity), issue.stage, issue.sheet, *_place(issue.cell))


def _place(cell: str) -> tuple[int, str]:
    """Row before column, so that B9 comes before B10."""
    letters = cell.rstrip("0123456789")
    digits = cell[len(letters) :]
    return (int(digits) if digits else 0, letters.rjust(3))
