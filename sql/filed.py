"""What a unit handed in for a period, version by version, with what became of each form."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Integer, Row, Text, select

from sql.ledger import issue_of
from sql.query import query
from sql.tables import core_issue, raw_submission
from yuebao.findings import Issue
from yuebao.reports.receipt import FiledForm, FiledVersion
from yuebao.results import FormState, SubmissionState

_FORMS = query(
    "filed_forms",
    version=Integer(),
    form=Text(),
    state=Text(),
    cells=Integer(),
    errors=Integer(),
    warnings=Integer(),
    notices=Integer(),
)


def filed_versions(
    connection: Connection, programme_id: str, unit: str, period: str
) -> tuple[FiledVersion, ...]:
    """Every version of the unit and period, oldest first."""
    table = raw_submission
    binds = {"programme": programme_id, "unit": unit, "period": period}
    wanted = (
        select(table)
        .where(table.c.programme_id == programme_id, table.c.unit == unit, table.c.period == period)
        .order_by(table.c.version)
    )
    submissions = connection.execute(wanted).all()
    if not submissions:
        return ()
    forms = {
        version: tuple(map(_form, rows))
        for version, rows in groupby(connection.execute(_FORMS, binds), attrgetter("version"))
    }
    issues = _of_files(connection, [row.id for row in submissions])
    return tuple(
        _version(row, forms.get(row.version, ()), issues.get(row.id, ())) for row in submissions
    )


def _of_files(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[Issue, ...]]:
    """The issues of the files themselves, by submission."""
    table = core_issue
    wanted = (
        select(table)
        .where(table.c.submission_id.in_(list(ids)), table.c.form_version_id.is_(None))
        .order_by(table.c.submission_id, table.c.ordinal)
    )
    found = groupby(connection.execute(wanted), attrgetter("submission_id"))
    return {key: tuple(map(issue_of, rows)) for key, rows in found}


def _form(row: Row[Any]) -> FiledForm:
    return FiledForm(
        form=row.form,
        state=FormState(row.state),
        cells=row.cells,
        errors=row.errors,
        warnings=row.warnings,
        notices=row.notices,
    )


def _version(
    row: Row[Any], forms: tuple[FiledForm, ...], issues: tuple[Issue, ...]
) -> FiledVersion:
    return FiledVersion(
        unit=row.unit,
        period=row.period,
        version=row.version,
        state=SubmissionState(row.state),
        sha256=row.sha256,
        file_name=row.file_name,
        arrived_at=row.arrived_at,
        loaded_at=row.loaded_at,
        sample=row.is_sample,
        forms=forms,
        issues=issues,
    )
