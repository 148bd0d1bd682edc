"""Whether a form still keeps its rules with the corrections in it: judged like a submission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from sql.records import SubmissionRecord
from tasks.office import Office
from tasks.reading import reading_of
from yuebao.corrections.applying import corrected
from yuebao.corrections.record import Correction, CorrectionState, StandingCorrection, Told
from yuebao.findings import Issue
from yuebao.programme.models import Severity
from yuebao.readings import FormReading, SubmissionReading
from yuebao.workbooks.archive import ArchivedFile, archived_path


def broken_rules(
    office: Office, drafts: Sequence[Correction], tried: Sequence[StandingCorrection]
) -> dict[str, str]:
    """By id, the error a correction would bring into its form; ``tried`` with the drafts in it.

    The forms a unit's drafts are about are judged together, as they stand and as they would.
    """
    found: dict[str, str] = {}
    ordered = sorted(drafts, key=_unit_of)
    for (unit, period), group in groupby(ordered, key=_unit_of):
        own = list(group)
        forms = {draft.told.form for draft in own}
        readings = _current_readings(office, unit, period, forms)
        known = office.warehouse.corrections(office.programme.id, period)
        before = _errors(office, readings, _applied(known, unit))
        after = _errors(office, readings, _applied(tried, unit))
        for draft in own:
            new = [issue for key, issue in after.items() if key not in before]
            mine = [issue for issue in new if issue.form == draft.told.form] or new
            if mine:
                found[draft.id] = f"更正后会有错误：{mine[0].message}{mine[0].advice}"
    return found


def _unit_of(draft: Correction) -> tuple[str, str]:
    return draft.told.unit, draft.told.period


def _applied(standings: Iterable[StandingCorrection], unit: str) -> list[Told]:
    return [
        standing.correction.told
        for standing in standings
        if standing.state is CorrectionState.APPLIED and standing.correction.told.unit == unit
    ]


def _errors(
    office: Office, readings: Sequence[SubmissionReading], told: Sequence[Told]
) -> Mapping[tuple[str, ...], Issue]:
    """The errors of these forms with the corrections in them, by what and where they are."""
    if not readings:
        return {}
    forms = [_corrected(office, form, told) for one in readings for form in one.forms]
    whole = replace(readings[0], forms=tuple(forms), issues=())
    (judged,) = office.judge.judge(
        [whole],
        accepted=office.warehouse.accepted_before(office.programme, whole.period),
        standing=office.warehouse.accepted_in(office.programme, whole.period),
        targets=office.targets,
    )
    return {
        (issue.form, issue.code, issue.rule, issue.table, issue.row, issue.column): issue
        for form in judged.forms
        for issue in form.issues
        if issue.severity is Severity.ERROR
    }


def _corrected(office: Office, form: FormReading, told: Sequence[Told]) -> FormReading:
    own = [one for one in told if one.form == form.form]
    return corrected(office.programme.form(form.form), form, own)


def _current_readings(
    office: Office, unit: str, period: str, forms: set[str]
) -> list[SubmissionReading]:
    """The files of the versions that count, of each only the forms asked for."""
    records = office.warehouse.submissions(office.programme.id, period, unit=unit)
    return [
        replace(reading, forms=tuple(form for form in reading.forms if form.form in wanted))
        for record in records
        if (wanted := forms & set(_current_forms(record)))
        for reading in [reading_of(office, _file(office, record), unit=unit, period=period)]
    ]


def _current_forms(record: SubmissionRecord) -> Iterator[str]:
    return (form.form for form in record.forms if form.is_current)


def _file(office: Office, record: SubmissionRecord) -> ArchivedFile:
    path = archived_path(office.archive, record.sha256)
    size = path.stat().st_size
    return ArchivedFile(record.sha256, path, size, record.file_name, record.arrived_at)
