"""What stands in the books: submissions, issues that count now, and where each form stands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Integer, Row, Text, exists, select

from sql.column_types import UtcDateTime
from sql.query import query
from sql.records import FormRecord, RuleFiring, SubmissionRecord
from sql.tables import core_form, core_form_version, core_issue, core_unit, raw_submission
from yuebao.findings import Issue
from yuebao.programme.models import Severity
from yuebao.results import FormState, SubmissionState
from yuebao.rules.obligations import FormStanding

_ISSUES = query("issues", **{column.name: column.type for column in core_issue.c})
_STANDINGS = query(
    "standings",
    unit=Text(),
    form=Text(),
    state=Text(),
    first_accepted_at=UtcDateTime(),
    last_arrived_at=UtcDateTime(),
    errors=Integer(),
    warnings=Integer(),
    held=Integer(),
)

_FIRINGS = query(
    "rule_firings",
    unit=Text(),
    form=Text(),
    code=Text(),
    period=Text(),
    submissions=Integer(),
)


def is_known(
    connection: Connection, programme_id: str, unit: str, period: str, sha256: str
) -> bool:
    """Whether these bytes have been loaded for this unit and period."""
    found = exists().where(
        raw_submission.c.programme_id == programme_id,
        raw_submission.c.unit == unit,
        raw_submission.c.period == period,
        raw_submission.c.sha256 == sha256,
    )
    return bool(connection.execute(select(found)).scalar())


def submissions(
    connection: Connection, programme_id: str, period: str, unit: str
) -> tuple[SubmissionRecord, ...]:
    """Every file of the period in the units' order, oldest version first, with its forms."""
    table = raw_submission
    wanted = select(table).join(
        core_unit,
        (core_unit.c.programme_id == table.c.programme_id) & (core_unit.c.code == table.c.unit),
    )
    wanted = wanted.where(table.c.programme_id == programme_id, table.c.period == period)
    if unit:
        wanted = wanted.where(table.c.unit == unit)
    forms = _forms_of_submissions(connection, programme_id, period)
    rows = connection.execute(wanted.order_by(core_unit.c.ordinal, table.c.version))
    return tuple(_submission(row, forms.get(row.id, [])) for row in rows)


def issues(connection: Connection, programme_id: str, period: str, unit: str) -> tuple[Issue, ...]:
    """The issues that count now, in the order of units, forms and finding."""
    rows = connection.execute(_ISSUES, {"programme": programme_id, "period": period, "unit": unit})
    return tuple(issue_of(row) for row in rows)


def standings(connection: Connection, programme_id: str, period: str) -> tuple[FormStanding, ...]:
    """Where each form stands of which anything arrived; errors and warnings of its last version."""
    rows = connection.execute(_STANDINGS, {"programme": programme_id, "period": period})
    return tuple(
        FormStanding(
            unit=row.unit,
            form=row.form,
            state=FormState(row.state),
            first_accepted_at=row.first_accepted_at,
            last_arrived_at=row.last_arrived_at,
            errors=row.errors,
            warnings=row.warnings,
            held=bool(row.held),
        )
        for row in rows
    )


def rule_firings(connection: Connection, programme_id: str) -> tuple[RuleFiring, ...]:
    """Errors and warnings of all submissions, counted by unit, form, kind and period."""
    rows = connection.execute(_FIRINGS, {"programme": programme_id})
    return tuple(RuleFiring(**row._mapping) for row in rows)


def _forms_of_submissions(
    connection: Connection, programme_id: str, period: str
) -> dict[int, list[FormRecord]]:
    table = core_form_version
    wanted = (
        select(table.c.submission_id, table.c.form, table.c.state, table.c.is_current)
        .join(
            core_form,
            (core_form.c.programme_id == table.c.programme_id) & (core_form.c.id == table.c.form),
        )
        .where(table.c.programme_id == programme_id, table.c.period == period)
        .order_by(table.c.submission_id, core_form.c.ordinal)
    )
    found: dict[int, list[FormRecord]] = {}
    for row in connection.execute(wanted):
        record = FormRecord(row.form, FormState(row.state), row.is_current)
        found.setdefault(row.submission_id, []).append(record)
    return found


def _submission(row: Row[Any], forms: list[FormRecord]) -> SubmissionRecord:
    return SubmissionRecord(
        unit=row.unit,
        period=row.period,
        version=row.version,
        state=SubmissionState(row.state),
        sha256=row.sha256,
        file_name=row.file_name,
        arrived_at=row.arrived_at,
        loaded_at=row.loaded_at,
        sample=row.is_sample,
        forms=tuple(forms),
    )


def issue_of(row: Row[Any]) -> Issue:
    """The issue a row of ``core_issue`` keeps."""
    return Issue(
        code=row.code,
        severity=Severity(row.severity),
        unit=row.unit,
        period=row.period,
        message=row.message,
        advice=row.advice,
        form=row.form,
        table=row.table_id,
        row=row.row_key,
        column=row.column_id,
        sheet=row.sheet,
        cell=row.cell,
        cells=tuple(row.cells.split()),
        value=row.value,
        expected=row.expected,
        clause=row.clause,
        rule=row.rule,
        stage=row.stage,
    )
