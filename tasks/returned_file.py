"""The workbook a unit gets back: its last one with anything to mend in it, marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prefect import get_run_logger

from sql.records import SubmissionRecord
from tasks.office import Office
from yuebao.findings import Issue
from yuebao.readings import SubmissionReading
from yuebao.results import FormState
from yuebao.rules.explaining import said_before
from yuebao.workbooks.archive import archived_path
from yuebao.workbooks.refusal import Refused
from yuebao.workbooks.returned import explanations, returned_workbook
from yuebao.workbooks.returned_comeback import unless_overtaken


def returned_file(
    office: Office, unit: str, period: str, issues: Iterable[Issue] | None = None
) -> bytes | None:
    """The newest submission of which a form stands returned, marked with what counts now.

    None where nothing is returned, or the file cannot be marked: the list of findings remains.
    The same state of affairs gives the same bytes. ``issues`` are those of the unit, if at hand.
    """
    latest = _latest(office.warehouse.submissions(office.programme.id, period, unit=unit))
    to_mend = [
        record for form, record in latest.items() if _state(record, form) is FormState.RETURNED
    ]
    if not to_mend:
        return None
    record = max(to_mend, key=lambda one: one.version)
    if issues is None:
        issues = office.warehouse.issues(office.programme.id, period, unit=unit)
    own = [issue for issue in issues if not issue.form or latest.get(issue.form) is record]
    try:
        return _marked(office, record, own)
    except Refused as refused:
        get_run_logger().warning("%s: not marked: %s", unit, refused)
    except Exception:  # whatever is odd about a file, its list of findings must reach the unit
        get_run_logger().exception("%s: version %d cannot be marked", unit, record.version)
    return None


def not_overtaken(
    office: Office, readings: Iterable[SubmissionReading]
) -> tuple[SubmissionReading, ...]:
    """The readings; returned workbooks that a later version has overtaken are not taken."""
    return tuple(
        unless_overtaken(reading, accepted_versions(office, reading), office.programme)
        if reading.returned_version
        else reading
        for reading in readings
    )


def accepted_versions(office: Office, reading: SubmissionReading) -> Mapping[str, int]:
    """By form, as which version the file first came that counts now; this file itself left out."""
    records = office.warehouse.submissions(office.programme.id, reading.period, unit=reading.unit)
    first: dict[str, int] = {}
    for record in records:
        first.setdefault(record.sha256, record.version)
    return {
        form.form: first[record.sha256]
        for record in records
        for form in record.forms
        if form.is_current and record.sha256 != reading.sha256
    }


def _marked(office: Office, record: SubmissionRecord, issues: list[Issue]) -> bytes:
    path = archived_path(office.archive, record.sha256)
    raw = office.reader.read(path)
    return returned_workbook(
        path,
        issues,
        office.programme,
        record.unit,
        record.period,
        version=record.version,
        explained=explanations(raw),
        said_before=said_before(
            issues,
            office.warehouse.last_explanations(office.programme.id, record.unit, record.period),
        ),
        raw=raw,
    )


def _latest(records: Iterable[SubmissionRecord]) -> dict[str, SubmissionRecord]:
    """By form, the last submission it came in; the records are in order of version."""
    return {form.form: record for record in records for form in record.forms}


def _state(record: SubmissionRecord, form: str) -> FormState:
    return next(one.state for one in record.forms if one.form == form)
