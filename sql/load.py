"""Loading a submission: new versions in, older ones kept, all in the caller's one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from sql.bulk import bulk_insert_absent
from sql.explanations import record_explanations
from sql.form_versions import load_forms
from sql.load_notes import Arrival, LoadedForm, record_audit, record_issues
from sql.records import LoadReceipt
from sql.revisions import record_revisions
from sql.tables import core_unit, raw_file, raw_submission
from yuebao.findings import Issue
from yuebao.results import JudgedForm, JudgedSubmission, SubmissionState

# On PostgreSQL loads of one unit follow one another; on SQLite all writers do anyway.
_LOCK_UNIT = (
    select(core_unit.c.code)
    .where(
        core_unit.c.programme_id == bindparam("in_programme"),
        core_unit.c.code == bindparam("of_unit"),
    )
    .with_for_update(key_share=True)
)
_FILE_COLUMNS = ("sha256", "name", "size", "first_arrived_at")
_HERE = (
    raw_submission.c.programme_id == bindparam("in_programme"),
    raw_submission.c.unit == bindparam("of_unit"),
    raw_submission.c.period == bindparam("in_period"),
)
_EARLIER = (
    select(raw_submission.c.version, raw_submission.c.state, raw_submission.c.sha256)
    .where(*_HERE)
    .order_by(raw_submission.c.version.desc())
)
_NOT_LATEST = (
    update(raw_submission).where(*_HERE, raw_submission.c.is_latest).values(is_latest=False)
)
_NEW = insert(raw_submission).returning(raw_submission.c.id)


class UnknownUnitError(LookupError):
    """The unit is not registered in the warehouse: register the programme first."""


def load(
    connection: Connection,
    programme_id: str,
    judged: JudgedSubmission,
    *,
    loaded_at: datetime,
    size: int | None,
    again: bool,
) -> LoadReceipt:
    """Record a judged submission; see ``Warehouse.load``."""
    earlier = _earlier(connection, programme_id, judged)
    known = next((row for row in earlier if row.sha256 == judged.sha256), None)
    if known is not None and not again:
        state = SubmissionState(known.state)
        return LoadReceipt(judged.unit, judged.period, known.version, changed=False, state=state)
    version = earlier[0].version + 1 if earlier else 1
    file = (judged.sha256, judged.file_name, size, judged.arrived_at)
    bulk_insert_absent(connection, raw_file, _FILE_COLUMNS, [file])
    arrival = _record_arrival(connection, programme_id, judged, version, loaded_at)
    forms, of_file = _parts(judged)
    loaded = load_forms(connection, arrival, forms)
    record_issues(connection, arrival, of_file, loaded)
    record_explanations(connection, arrival, forms, of_file)
    record_audit(connection, arrival, judged.state, of_file, loaded)
    record_revisions(connection, programme_id, judged, version, loaded_at)
    return _receipt(judged, arrival, loaded, len(of_file))


def _parts(judged: JudgedSubmission) -> tuple[tuple[JudgedForm, ...], tuple[Issue, ...]]:
    """The forms to load and the issues of the file; of a refused file there are only issues."""
    if judged.state is not SubmissionState.REFUSED:
        return judged.forms, judged.issues
    of_forms = tuple(issue for form in judged.forms for issue in form.issues)
    return (), (*judged.issues, *of_forms)


def _earlier(
    connection: Connection, programme_id: str, judged: JudgedSubmission
) -> list[Row[tuple[int, str, str]]]:
    """What the unit handed in for the period before, newest first; the unit is locked."""
    here = _here(programme_id, judged)
    if connection.execute(_LOCK_UNIT, here).first() is None:
        raise UnknownUnitError(
            f"仓库里没有登记单位 {judged.unit}（方案 {programme_id}），请先登记方案。"
        )
    return list(connection.execute(_EARLIER, here))


def _here(programme_id: str, judged: JudgedSubmission) -> dict[str, str]:
    return {"in_programme": programme_id, "of_unit": judged.unit, "in_period": judged.period}


def _record_arrival(
    connection: Connection,
    programme_id: str,
    judged: JudgedSubmission,
    version: int,
    loaded_at: datetime,
) -> Arrival:
    row: dict[str, Any] = {
        "programme_id": programme_id,
        "unit": judged.unit,
        "period": judged.period,
        "version": version,
        "sha256": judged.sha256,
        "file_name": judged.file_name,
        "is_sample": judged.sample,
        "arrived_at": judged.arrived_at,
        "loaded_at": loaded_at,
        "state": judged.state.value,
        "is_latest": True,
    }
    if version > 1:
        connection.execute(_NOT_LATEST, _here(programme_id, judged))
    submission_id = connection.execute(_NEW, row).scalar_one()
    return Arrival(submission_id, programme_id, judged.unit, judged.period, version, loaded_at)


def _receipt(
    judged: JudgedSubmission, arrival: Arrival, loaded: tuple[LoadedForm, ...], of_file: int
) -> LoadReceipt:
    return LoadReceipt(
        unit=arrival.unit,
        period=arrival.period,
        version=arrival.version,
        changed=True,
        state=judged.state,
        accepted=tuple(form.form for form in loaded if form.action in ("added", "replaced")),
        returned=tuple(form.form for form in loaded if form.action == "returned"),
        held=tuple(form.form for form in loaded if form.action == "held"),
        replaced=tuple(form.form for form in loaded if form.action == "replaced"),
        observations=sum(form.observations for form in loaded),
        issues=of_file + sum(len(form.issues) for form in loaded),
    )
