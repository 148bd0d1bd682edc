"""Loading a submission: new versions in, older ones kept, all in the caller's one transaction."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Insert, Row, func, insert, select, update

from sql.load_notes import Arrival, LoadedForm, record_audit, record_issues
from sql.records import LoadReceipt
from sql.tables import (
    core_form_version,
    core_observation,
    core_unit,
    raw_file,
    raw_submission,
)
from sql.upsert import insert_absent
from yuebao.readings import Entry, Value
from yuebao.results import (
    ACCEPTED_STATES,
    FormState,
    JudgedForm,
    JudgedSubmission,
    SubmissionState,
)

YES, NO = "是", "否"


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
    _lock_unit(connection, programme_id, judged.unit)
    known = _known(connection, programme_id, judged)
    if known is not None and not again:
        return LoadReceipt(
            judged.unit, judged.period, known.version, changed=False, state=_state(known.state)
        )
    arrival = _record_arrival(connection, programme_id, judged, loaded_at, size)
    forms = () if judged.state is SubmissionState.REFUSED else judged.forms
    loaded = [_load_form(connection, arrival, form) for form in forms]
    of_file = judged.issues
    if judged.state is SubmissionState.REFUSED:
        of_file += tuple(issue for form in judged.forms for issue in form.issues)
    record_issues(connection, arrival, of_file, loaded)
    record_audit(connection, arrival, judged.state, of_file, loaded)
    return _receipt(judged, arrival, loaded, len(of_file))


def stored(value: Value | None) -> tuple[Decimal | None, str | None]:
    """A value as number and text: one of the two, or neither for a blank."""
    if value is None:
        return None, None
    if isinstance(value, bool):
        return None, YES if value else NO
    if isinstance(value, Decimal):
        return value, None
    if isinstance(value, date):
        return None, value.isoformat()
    return None, value


def _state(text: str) -> SubmissionState:
    return SubmissionState(text)


def _lock_unit(connection: Connection, programme_id: str, unit: str) -> None:
    """Let loads of one unit follow one another (SQLite: all writers do anyway)."""
    found = connection.execute(
        select(core_unit.c.code)
        .where(core_unit.c.programme_id == programme_id, core_unit.c.code == unit)
        .with_for_update(key_share=True)
    ).first()
    if found is None:
        raise UnknownUnitError(f"仓库里没有登记单位 {unit}（方案 {programme_id}），请先登记方案。")


def _known(
    connection: Connection, programme_id: str, judged: JudgedSubmission
) -> Row[tuple[int, str]] | None:
    return connection.execute(
        select(raw_submission.c.version, raw_submission.c.state)
        .where(
            raw_submission.c.programme_id == programme_id,
            raw_submission.c.unit == judged.unit,
            raw_submission.c.period == judged.period,
            raw_submission.c.sha256 == judged.sha256,
        )
        .order_by(raw_submission.c.version.desc())
    ).first()


def _record_arrival(
    connection: Connection,
    programme_id: str,
    judged: JudgedSubmission,
    loaded_at: datetime,
    size: int | None,
) -> Arrival:
    same = (
        raw_submission.c.programme_id == programme_id,
        raw_submission.c.unit == judged.unit,
        raw_submission.c.period == judged.period,
    )
    last = connection.execute(select(func.max(raw_submission.c.version)).where(*same)).scalar()
    insert_absent(connection, raw_file, [_file_row(judged, size)])
    connection.execute(
        update(raw_submission).where(*same, raw_submission.c.is_latest).values(is_latest=False)
    )
    row = {
        "programme_id": programme_id,
        "unit": judged.unit,
        "period": judged.period,
        "version": (last or 0) + 1,
        "sha256": judged.sha256,
        "file_name": judged.file_name,
        "arrived_at": judged.arrived_at,
        "loaded_at": loaded_at,
        "state": judged.state.value,
        "is_latest": True,
    }
    submission_id = _inserted(connection, insert(raw_submission).values(row))
    return Arrival(
        submission_id, programme_id, judged.unit, judged.period, (last or 0) + 1, loaded_at
    )


def _file_row(judged: JudgedSubmission, size: int | None) -> dict[str, Any]:
    return {
        "sha256": judged.sha256,
        "name": judged.file_name,
        "size": size,
        "first_arrived_at": judged.arrived_at,
    }


def _inserted(connection: Connection, statement: Insert) -> int:
    key = connection.execute(statement).inserted_primary_key
    assert key is not None  # noqa: S101  each insert of one row has a key
    return int(key[0])


def _load_form(connection: Connection, arrival: Arrival, judged: JudgedForm) -> LoadedForm:
    accepted = judged.state in ACCEPTED_STATES
    replaced = _retire(connection, arrival, judged.reading.form, accepted=accepted)
    version_id = _record_version(connection, arrival, judged)
    entries = judged.reading.entries if accepted and judged.state is not FormState.ZERO else ()
    _record_observations(connection, arrival, version_id, judged, entries)
    return LoadedForm(
        form=judged.reading.form,
        version_id=version_id,
        action=_action(replaced, accepted=accepted),
        replaced_version=replaced,
        observations=len(entries),
        issues=judged.issues,
    )


def _action(replaced: int | None, *, accepted: bool) -> str:
    if not accepted:
        return "returned"
    return "added" if replaced is None else "replaced"


def _retire(connection: Connection, arrival: Arrival, form: str, *, accepted: bool) -> int | None:
    """Take the flags off the versions that give way; the version replaced, if one is."""
    table = core_form_version
    same = (
        table.c.programme_id == arrival.programme_id,
        table.c.period == arrival.period,
        table.c.unit == arrival.unit,
        table.c.form == form,
    )
    connection.execute(update(table).where(*same, table.c.is_latest).values(is_latest=False))
    if not accepted:
        return None
    current = connection.execute(
        select(table.c.id, table.c.version).where(*same, table.c.is_current)
    ).first()
    if current is None:
        return None
    connection.execute(update(table).where(table.c.id == current.id).values(is_current=False))
    connection.execute(
        update(core_observation)
        .where(core_observation.c.form_version_id == current.id)
        .values(is_current=False)
    )
    return int(current.version)


def _record_version(connection: Connection, arrival: Arrival, judged: JudgedForm) -> int:
    row = {
        "submission_id": arrival.id,
        "programme_id": arrival.programme_id,
        "unit": arrival.unit,
        "period": arrival.period,
        "form": judged.reading.form,
        "version": arrival.version,
        "state": judged.state.value,
        "is_current": judged.state in ACCEPTED_STATES,
        "is_latest": True,
        "explanation": judged.reading.explanation,
        "sheet": judged.reading.sheet,
    }
    return _inserted(connection, insert(core_form_version).values(row))


def _record_observations(
    connection: Connection,
    arrival: Arrival,
    version_id: int,
    judged: JudgedForm,
    entries: tuple[Entry, ...],
) -> None:
    shared = {
        "form_version_id": version_id,
        "programme_id": arrival.programme_id,
        "unit": arrival.unit,
        "period": arrival.period,
        "form": judged.reading.form,
        "is_current": True,
        "sheet": judged.reading.sheet,
    }
    rows = [shared | _cell(entry) for entry in entries]
    if rows:
        connection.execute(insert(core_observation), rows)


def _cell(entry: Entry) -> dict[str, Any]:
    value, text = stored(entry.value)
    return {
        "table_id": entry.table,
        "position": entry.position,
        "column_id": entry.column,
        "row_key": entry.row,
        "value": value,
        "text_value": text,
        "raw": entry.raw,
        "cell": entry.address,
    }


def _receipt(
    judged: JudgedSubmission, arrival: Arrival, loaded: list[LoadedForm], of_file: int
) -> LoadReceipt:
    return LoadReceipt(
        unit=arrival.unit,
        period=arrival.period,
        version=arrival.version,
        changed=True,
        state=judged.state,
        accepted=tuple(form.form for form in loaded if form.action != "returned"),
        returned=tuple(form.form for form in loaded if form.action == "returned"),
        replaced=tuple(form.form for form in loaded if form.action == "replaced"),
        observations=sum(form.observations for form in loaded),
        issues=of_file + sum(len(form.issues) for form in loaded),
    )
