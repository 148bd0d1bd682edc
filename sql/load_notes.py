"""What is noted beside the forms of a load: its issues, and what the load did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from sql.bulk import bulk_insert
from sql.tables import audit_load, core_issue
from yuebao.findings import Issue
from yuebao.results import SubmissionState

_AUDIT_COLUMNS = (
    "submission_id",
    "form",
    "action",
    "replaced_version",
    "observations",
    "issues",
    "loaded_at",
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The submission a form belongs to, as recorded."""

    id: int
    programme_id: str
    unit: str
    period: str
    version: int
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class LoadedForm:
    form: str
    version_id: int
    action: str
    replaced_version: int | None
    observations: int
    issues: tuple[Issue, ...]


def record_issues(
    connection: Connection, arrival: Arrival, of_file: Iterable[Issue], loaded: Iterable[LoadedForm]
) -> None:
    owned: list[tuple[int | None, Issue]] = [(None, issue) for issue in of_file]
    owned += [(form.version_id, issue) for form in loaded for issue in form.issues]
    rows = [
        _issue_row(arrival, ordinal, version_id, issue)
        for ordinal, (version_id, issue) in enumerate(owned)
    ]
    if rows:
        connection.execute(insert(core_issue), rows)


def _issue_row(
    arrival: Arrival, ordinal: int, version_id: int | None, issue: Issue
) -> dict[str, Any]:
    same_named = ("code", "form", "sheet", "cell", "value", "expected", "clause", "rule", "stage")
    return {name: getattr(issue, name) for name in same_named} | {
        "submission_id": arrival.id,
        "ordinal": ordinal,
        "form_version_id": version_id,
        "programme_id": arrival.programme_id,
        "unit": arrival.unit,
        "period": arrival.period,
        "severity": issue.severity.value,
        "table_id": issue.table,
        "row_key": issue.row,
        "column_id": issue.column,
        "cells": " ".join(issue.cells),
        "message": issue.message,
        "advice": issue.advice,
    }


def record_audit(
    connection: Connection,
    arrival: Arrival,
    state: SubmissionState,
    of_file: tuple[Issue, ...],
    loaded: Iterable[LoadedForm],
) -> None:
    at = arrival.loaded_at
    rows: list[tuple[Any, ...]] = [(arrival.id, "", state.value, None, 0, len(of_file), at)]
    rows += [
        (arrival.id, f.form, f.action, f.replaced_version, f.observations, len(f.issues), at)
        for f in loaded
    ]
    bulk_insert(connection, audit_load, _AUDIT_COLUMNS, rows)
