"""From a failing row to issues: each with its cells, its value, what was expected, in Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from expectations.checks import Check
from expectations.frames import Row
from expectations.row_names import row_name
from expectations.sentences import SENTENCES, Desk, Finding
from yuebao.findings import Issue, make_issue
from yuebao.programme.models import RuleBase


def issues_of(desk: Desk, check: Check, row: Row) -> tuple[Issue, ...]:
    """The issues a check has with a failing row."""
    return tuple(
        _issue(desk, check, row, found) for found in SENTENCES[check.code](desk, check, row)
    )


def addresses(row: Row, columns: Iterable[str]) -> tuple[str, ...]:
    """The cells of the row's columns, those that are on the sheet."""
    entries = (row.entries.get(column) for column in columns)
    return tuple(entry.address for entry in entries if entry is not None and entry.address)


def _issue(desk: Desk, check: Check, row: Row, found: Finding) -> Issue:
    rule = check.subject if isinstance(check.subject, RuleBase) else None
    cells = found.cells or addresses(row, found.columns)
    words = {
        "row": row_name(desk.programme, desk.names, desk.table, row),
        "value": found.value,
        "expected": found.expected,
        "clause": check.clause,
        **found.words,
    }
    return make_issue(
        found.code or check.code,
        unit=row.reading.unit,
        period=row.reading.period,
        words=words,
        severity=rule.severity if rule else None,
        message=(rule.message if rule else "") or found.message,
        advice=rule.advice if rule else "",
        form=desk.form.id,
        table=desk.table.id,
        row=row.key,
        column=found.columns[0] if found.columns else "",
        sheet=row.sheet,
        cell=cells[0] if cells else "",
        cells=cells,
        value=found.value,
        expected=found.expected,
        clause=check.clause,
        rule=check.id,
    )
