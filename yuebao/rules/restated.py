"""Whether a later period's cumulatives still go on from an earlier one that was revised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias, TypeGuard

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Column, Cumulative, Form, Measure, Programme, Table
from yuebao.readings import AcceptedForm, RowValues, Value
from yuebao.rules.places import column_label, row_label

Row: TypeAlias = Mapping[str, Value]


def restated_issues(
    programme: Programme, earlier: AcceptedForm, later: AcceptedForm
) -> tuple[Issue, ...]:
    """A notice for each cumulative of ``later`` that has fallen, or is not last + this, any more.

    The two are of one unit and form, ``earlier`` the last accepted before ``later``.
    """
    form = programme.form(later.form)
    return tuple(
        _issue(programme, form, table, later, row, column, expected)
        for table in form.tables
        for row, broken in _broken_rows(table, earlier, later)
        for column, expected in broken.items()
    )


def _broken_rows(
    table: Table, earlier: AcceptedForm, later: AcceptedForm
) -> Iterator[tuple[RowValues, Mapping[str, str]]]:
    """The rows with their broken columns, and what each should be."""
    before = {row.key: row.values for row in earlier.values.tables.get(table.id, ())}
    for row in later.values.tables.get(table.id, ()):
        last = before.get(row.key)
        if last is None:
            continue
        broken = dict(_fallen(table, last, row.values))
        if earlier.previous:
            broken |= dict(_not_continued(table, last, row))
        yield row, broken


def _not_continued(table: Table, last: Row, row: RowValues) -> Iterator[tuple[str, str]]:
    for rule in _cumulatives(table):
        if rule.rows and row.key not in rule.rows:
            continue
        before, flow = last.get(rule.cumulative), row.values.get(rule.flow)
        value = row.values.get(rule.cumulative)
        if not (_is_number(before) and _is_number(flow) and _is_number(value)):
            continue
        expected = before + flow
        if abs(value - expected) > rule.tolerance:
            said = f"上期累计 {_plain(before)} 加本期 {_plain(flow)} 应为 {_plain(expected)}"
            yield rule.cumulative, said


def _fallen(table: Table, last: Row, now: Row) -> Iterator[tuple[str, str]]:
    for column in table.columns:
        before, value = last.get(column.id), now.get(column.id)
        if not (_may_not_fall(table, column) and _is_number(before) and _is_number(value)):
            continue
        if value < before:
            yield column.id, f"累计数比上期的 {_plain(before)} 少了"


def _may_not_fall(table: Table, column: Column) -> bool:
    """A cumulative, unless of a net change, whose flow may be negative."""
    if column.measure is not Measure.CUMULATIVE or not column.is_number:
        return False
    rules = (rule for rule in _cumulatives(table) if rule.cumulative == column.id)
    return all(table.column(rule.flow).minimum is not None for rule in rules)


def _cumulatives(table: Table) -> Iterable[Cumulative]:
    return (rule for rule in table.rules if isinstance(rule, Cumulative))


def _is_number(value: Value | None) -> TypeGuard[Decimal]:
    return isinstance(value, Decimal)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _issue(
    programme: Programme,
    form: Form,
    table: Table,
    later: AcceptedForm,
    row: RowValues,
    column: str,
    expected: str,
) -> Issue:
    value = row.values[column]
    said = _plain(value) if _is_number(value) else str(value)
    return make_issue(
        "restated",
        unit=later.unit,
        period=later.period,
        words={
            "row": row_label(programme, table, row.key),
            "column": column_label(table, column),
            "value": said,
            "expected": expected,
        },
        form=form.id,
        table=table.id,
        row=row.key,
        column=column,
        value=said,
        expected=expected,
        clause=form.clause,
    )
