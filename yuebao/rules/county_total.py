"""Whether what all units report together comes to the figures the plan prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import CountyTotal, Form, Programme, Table
from yuebao.rules.obligations import forms_of, owes
from yuebao.rules.period import Period

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """A column of a table added up over all units, one row key at a time."""

    form: str
    table: str
    row: str
    column: str
    total: Decimal


def county_total_issues(
    programme: Programme,
    period: Period,
    sums: Iterable[ColumnSum],
    reported: Mapping[str, frozenset[str]],
) -> tuple[Issue, ...]:
    """A notice for each total that differs from the plan's; forms not fully in are left alone."""
    known = tuple(sums)
    found: list[Issue] = []
    for form in forms_of(programme, period):
        if not _complete(programme, form, reported):
            continue
        for table in form.tables:
            for rule in table.rules:
                if isinstance(rule, CountyTotal) and period.month >= rule.from_month:
                    found += _checked(programme, period, form, table, rule, known)
    return tuple(found)


def _complete(programme: Programme, form: Form, reported: Mapping[str, frozenset[str]]) -> bool:
    owing = {unit.code for unit in programme.reporters if owes(form, unit)}
    return bool(owing) and owing <= reported.get(form.id, frozenset())


def _checked(
    programme: Programme,
    period: Period,
    form: Form,
    table: Table,
    rule: CountyTotal,
    sums: tuple[ColumnSum, ...],
) -> list[Issue]:
    total = sum((s.total for s in sums if _counts(s, form, table, rule)), ZERO)
    if total == rule.equals:
        return []
    label = "＋".join("·".join(table.column(column).path) for column in rule.columns)
    words = {
        "column": f"“{form.title}”的“{label}”",
        "value": f"{total.normalize():f}",
        "expected": f"{rule.equals.normalize():f}",
        "clause": rule.clause or form.clause,
    }
    issue = make_issue(
        rule.kind,
        unit=programme.county,
        period=str(period),
        words=words,
        severity=rule.severity,
        message=rule.message,
        advice=rule.advice,
        form=form.id,
        table=table.id,
        column=rule.columns[0],
        value=words["value"],
        expected=words["expected"],
        clause=words["clause"],
        rule=rule.id,
    )
    return [issue]


def _counts(part: ColumnSum, form: Form, table: Table, rule: CountyTotal) -> bool:
    if (part.form, part.table) != (form.id, table.id) or part.column not in rule.columns:
        return False
    return not rule.rows or part.row in rule.rows
