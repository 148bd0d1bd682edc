"""The verdict on a form: its findings settled to one message a fault, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from yuebao.findings import Issue, finding_id
from yuebao.programme.models import Severity
from yuebao.results import ACCEPTED_STATES, FormState, SubmissionState

Place: TypeAlias = tuple[str, ...]

FILE_STAGE = 10  # findings of this stage are of the file: nothing in it can be taken
_GRAVITY = {Severity.NOTICE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


def settle(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The findings with one message a fault, earliest stage first.

    A finding that shares a cell, in the same unit, form and sheet, with one of an earlier stage is
    folded into it: the graver severity of the two holds, with the advice that goes with it. A
    notice is not a fault: it takes nothing graver into itself.
    """
    kept: list[Issue] = []
    spoken: dict[Place, list[int]] = {}  # what was said of a place, by number in ``kept``
    for issue in sorted(issues, key=_order):
        places = _places(issue)
        said = sorted({number for place in places for number in spoken.get(place, ())})
        host = next((number for number in said if _takes_in(kept[number], issue)), None)
        if host is not None:
            kept[host] = _folded(kept[host], issue)
            continue
        for place in places:
            spoken.setdefault(place, []).append(len(kept))
        kept.append(issue)
    return tuple(kept)


def form_state(
    issues: Iterable[Issue],
    explanation: str,
    *,
    zero: bool,
    explanations: Mapping[str, str] | None = None,
) -> FormState:
    """What becomes of a form: errors return it, and so do warnings nobody explained.

    ``explanation`` is of the whole form, ``explanations`` are of single findings, by their id.
    """
    found = tuple(issues)
    if any(issue.severity is Severity.ERROR for issue in found):
        return FormState.RETURNED
    warnings = [issue for issue in found if issue.severity is Severity.WARNING]
    if not warnings:
        return FormState.ZERO if zero else FormState.ACCEPTED
    single = explanations or {}
    explained = explanation.strip() or all(
        single.get(finding_id(issue), "").strip() for issue in warnings
    )
    return FormState.EXPLAINED if explained else FormState.RETURNED


def refuses_file(issues: Iterable[Issue]) -> bool:
    """Whether findings on the file itself keep everything in it from being taken."""
    return any(i.severity is Severity.ERROR and i.stage <= FILE_STAGE for i in issues)


def submission_state(issues: Iterable[Issue], states: Iterable[FormState]) -> SubmissionState:
    """What becomes of a file, by the findings on the file and the states of its forms."""
    found, forms = tuple(issues), tuple(states)
    failed = any(issue.severity is Severity.ERROR for issue in found)
    if refuses_file(found) or (failed and not forms):
        return SubmissionState.REFUSED
    taken = sum(state in ACCEPTED_STATES or state is FormState.HELD for state in forms)
    if taken == 0:
        return SubmissionState.RETURNED
    if failed or taken < len(forms):
        return SubmissionState.PARTLY
    return SubmissionState.HELD if FormState.HELD in forms else SubmissionState.LOADED


def _order(issue: Issue) -> tuple[int, int]:
    return issue.stage, -_GRAVITY[issue.severity]


def _places(issue: Issue) -> set[Place]:
    """The issue's cells on their sheet; for a row that is not there, what is said of it."""
    about = (issue.unit, issue.form)
    cells = {cell for cell in (issue.cell, *issue.cells) if cell}
    if not cells and issue.row:
        return {(*about, issue.code, issue.table, issue.row, issue.column)}
    return {(*about, issue.sheet, cell) for cell in cells}


def _takes_in(earlier: Issue, later: Issue) -> bool:
    is_fault = earlier.severity is not Severity.NOTICE
    return is_fault or later.severity is Severity.NOTICE


def _folded(earlier: Issue, later: Issue) -> Issue:
    if _GRAVITY[later.severity] <= _GRAVITY[earlier.severity]:
        return earlier
    return replace(earlier, severity=later.severity, advice=later.advice)
