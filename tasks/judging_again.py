"""What of a unit's files is judged again: each form from the newest file it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sql.records import SubmissionRecord
from tasks.office import Office
from yuebao.findings import Issue
from yuebao.programme.models import Programme
from yuebao.readings import SubmissionReading
from yuebao.results import FormState, JudgedSubmission, SubmissionState
from yuebao.workbooks.returned_comeback import unless_overtaken


@dataclass(frozen=True, slots=True)
class Again:
    """A file to be judged again: these forms of it; all of one that was refused as a whole."""

    record: SubmissionRecord
    forms: frozenset[str]
    whole: bool = False


def due_again(
    records: Sequence[SubmissionRecord], *, form: str = "", loaded_too: bool = False
) -> tuple[Again, ...]:
    """The files of a unit and period, oldest first, with what in them was returned.

    With ``loaded_too`` what was accepted as well; of one form only, if it is named. A form is
    taken from the newest file it came in; the last file, if it was refused, as a whole.
    """
    newest = {one.form: record.version for record in records for one in record.forms}
    due: dict[str, Again] = {}
    for record in records:
        forms = frozenset(
            one.form
            for one in record.forms
            if newest[one.form] == record.version
            and (loaded_too or one.state is FormState.RETURNED)
            and form in ("", one.form)
        )
        whole = record is records[-1] and record.state is SubmissionState.REFUSED
        if forms or whole:
            known = due.get(record.sha256)
            due[record.sha256] = Again(record, forms | (known.forms if known else forms), whole)
    return tuple(due.values())


def narrowed(
    programme: Programme,
    reading: SubmissionReading,
    again: Again,
    form: str,
    accepted: Mapping[str, int],
) -> SubmissionReading:
    """The reading with only the forms that are due; of a whole file only the one named, if any.

    A return that was refused because a later version had overtaken one of its forms stays refused
    as a whole. ``accepted`` holds, by form, the version that counts now.
    """
    if again.whole:
        reading = unless_overtaken(reading, accepted, programme)
    return replace(
        reading,
        forms=tuple(
            one
            for one in reading.forms
            if one.form in again.forms or (again.whole and form in ("", one.form))
        ),
    )


def is_news(office: Office, verdict: JudgedSubmission) -> bool:
    """Whether judging again came to another verdict, or to other findings, than are on record."""
    programme, unit, period = office.programme, verdict.unit, verdict.period
    records = office.warehouse.submissions(programme.id, period, unit=unit)
    last = next(one for one in reversed(records) if one.sha256 == verdict.sha256)
    if SubmissionState.REFUSED in (verdict.state, last.state):
        return verdict.state is not last.state
    before = {one.form: one.state for record in records for one in record.forms}
    if any(before.get(form.reading.form) is not form.state for form in verdict.forms):
        return True
    judged = {form.reading.form for form in verdict.forms}
    on_record = office.warehouse.issues(programme.id, period, unit=unit)
    known = {_finding(issue) for issue in on_record if issue.form in judged}
    return known != {_finding(issue) for form in verdict.forms for issue in form.issues}


def _finding(issue: Issue) -> tuple[str, str, str, str, str]:
    return issue.form, issue.code, issue.rule, issue.cell, issue.message
