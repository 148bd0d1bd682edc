"""The forms of a load: each accepted one takes the place of the one that counted, as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, insert, select, update

from sql.bulk import bulk_insert_columns
from sql.load_notes import Arrival, LoadedForm
from sql.tables import core_form_version, core_observation
from yuebao.readings import Entry
from yuebao.results import ACCEPTED_STATES, FormState, JudgedForm

YES, NO = "是", "否"
Standing: TypeAlias = dict[str, tuple[int, int]]  # form → id and version of the one that counts

_VERSION = core_form_version
_HERE = (
    _VERSION.c.programme_id == bindparam("in_programme"),
    _VERSION.c.period == bindparam("in_period"),
    _VERSION.c.unit == bindparam("of_unit"),
)
_CURRENT = select(_VERSION.c.form, _VERSION.c.id, _VERSION.c.version).where(
    *_HERE, _VERSION.c.is_current
)
_NOT_LATEST = (
    update(_VERSION)
    .where(*_HERE, _VERSION.c.is_latest, _VERSION.c.form.in_(bindparam("forms", expanding=True)))
    .values(is_latest=False)
)
_NOT_CURRENT = (
    update(_VERSION)
    .where(_VERSION.c.id.in_(bindparam("ids", expanding=True)))
    .values(is_current=False)
)
_NEW = insert(_VERSION).returning(_VERSION.c.id, sort_by_parameter_order=True)
_CELL_COLUMNS = (
    "form_version_id",
    "table_id",
    "position",
    "column_id",
    "row_key",
    "value",
    "text_value",
    "raw",
    "cell",
)


def load_forms(
    connection: Connection, arrival: Arrival, forms: Sequence[JudgedForm]
) -> tuple[LoadedForm, ...]:
    """Record the forms of a submission; what was done with each, in their order."""
    if not forms:
        return ()
    replaced = _retire(connection, arrival, forms) if arrival.version > 1 else {}
    new = connection.execute(_NEW, [_version_row(arrival, form) for form in forms])
    loaded = tuple(
        _loaded(form, version_id, replaced)
        for form, version_id in zip(forms, new.scalars(), strict=True)
    )
    for form, done in zip(forms, loaded, strict=True):
        if cells := _cells(form, done.version_id):
            bulk_insert_columns(connection, core_observation, _CELL_COLUMNS, cells)
    return loaded


def _text(value: str | bool | date | None) -> str | None:
    """A value that is no number, as it is kept; None for a blank."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return YES if value else NO
    return value.isoformat()


def _retire(connection: Connection, arrival: Arrival, forms: Iterable[JudgedForm]) -> Standing:
    """Take the flags off the versions that give way; those that counted, by form."""
    here = {
        "in_programme": arrival.programme_id,
        "in_period": arrival.period,
        "of_unit": arrival.unit,
    }
    current = {
        row.form: (int(row.id), int(row.version)) for row in connection.execute(_CURRENT, here)
    }
    arrived = [form.reading.form for form in forms]
    connection.execute(_NOT_LATEST, {**here, "forms": arrived})
    accepted = {form.reading.form for form in forms if form.state in ACCEPTED_STATES}
    replaced = {form: found for form, found in current.items() if form in accepted}
    if replaced:
        ids = [version_id for version_id, _ in replaced.values()]
        connection.execute(_NOT_CURRENT, {"ids": ids})
    return replaced


def _version_row(arrival: Arrival, judged: JudgedForm) -> dict[str, Any]:
    return {
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


def _loaded(judged: JudgedForm, version_id: int, replaced: Standing) -> LoadedForm:
    _, older = replaced.get(judged.reading.form, (None, None))
    return LoadedForm(
        form=judged.reading.form,
        version_id=version_id,
        action=_action(judged, older),
        replaced_version=older,
        observations=len(_entries(judged)),
        issues=judged.issues,
    )


def _action(judged: JudgedForm, older: int | None) -> str:
    if judged.state not in ACCEPTED_STATES:
        return judged.state.value  # returned or held
    return "added" if older is None else "replaced"


def _entries(judged: JudgedForm) -> tuple[Entry, ...]:
    """What of a form is loaded: nothing of a returned one, no cells of a 零报告."""
    if judged.state is FormState.ZERO or judged.state not in ACCEPTED_STATES:
        return ()
    return judged.reading.entries


def _cells(judged: JudgedForm, version_id: int) -> list[Sequence[Any]]:
    """The values of ``_CELL_COLUMNS`` for all cells of a form, column by column."""
    entries = _entries(judged)
    if not entries:
        return []
    tables, rows, positions, columns, values, raws, addresses, _ = zip(*entries, strict=True)
    numbers = [value if isinstance(value, Decimal) else None for value in values]
    texts = [None if isinstance(value, Decimal) else _text(value) for value in values]
    versions = [version_id] * len(entries)
    return [versions, tables, positions, columns, rows, numbers, texts, raws, addresses]
