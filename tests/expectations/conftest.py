"""Readings built without a workbook: values by row and column, on made-up but steady addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from expectations.frames import expected_keys
from expectations.judge import Judge
from yuebao.findings import Issue
from yuebao.programme.models import Programme
from yuebao.readings import (
    AcceptedForm,
    Entry,
    FormReading,
    FormValues,
    RowValues,
    SubmissionReading,
)
from yuebao.results import JudgedSubmission

ARRIVED_AT = datetime.fromisoformat("2023-09-20T09:00:00+08:00")
UNREADABLE = object()

Rows = Mapping[str, Mapping[str, Any]]


class Builder:
    """Builds readings, accepted forms and verdicts for the real programme."""

    def __init__(self, programme: Programme, judge: Judge) -> None:
        self.programme = programme
        self._judge = judge

    def code(self, name: str) -> str:
        return self.programme.unit_named(name).code

    def villages(self, township: str) -> tuple[str, ...]:
        return tuple(v.code for v in self.programme.villages(self.code(township)))

    def rows(
        self, form: str, table: str, unit: str, values: Mapping[str, Any]
    ) -> dict[str, dict[str, Any]]:
        """The same values in each row the unit must have."""
        keys = expected_keys(
            self.programme, self.programme.form(form).table(table), self.code(unit)
        )
        return {key: dict(values) for key in keys}

    def form(
        self,
        form: str,
        unit: str,
        tables: Mapping[str, Rows],
        *,
        period: str = "2023-09",
        explanation: str = "",
        zero_report: bool = False,
        issues: tuple[Issue, ...] = (),
    ) -> FormReading:
        entries: list[Entry] = []
        for offset, (table, rows) in enumerate(tables.items()):
            columns = self.programme.form(form).table(table).columns
            for position, (key, values) in enumerate(rows.items()):
                for number, column in enumerate(columns):
                    if column.id in values:
                        address = f"{chr(ord('B') + number)}{offset * 100 + position + 5}"
                        entries.append(
                            entry(table, key, position, column.id, values[column.id], address)
                        )
        return FormReading(
            form, self.code(unit), period, f"sha-{unit}", f"{form} 表", tuple(entries),
            zero_report, explanation, issues,
        )  # fmt: skip

    def submission(self, *forms: FormReading, issues: tuple[Issue, ...] = ()) -> SubmissionReading:
        first = forms[0]
        return SubmissionReading(
            first.unit, first.period, first.sha256, f"{first.unit}.xlsx", ARRIVED_AT, None, forms,
            issues,
        )  # fmt: skip

    def accepted(
        self,
        form: str,
        unit: str,
        tables: Mapping[str, Rows],
        *,
        period: str = "2023-08",
        previous: bool = True,
        zero_report: bool = False,
    ) -> dict[tuple[str, str], AcceptedForm]:
        values = {
            table: tuple(
                RowValues(key, {c: exact(v) for c, v in row.items()}) for key, row in rows.items()
            )
            for table, rows in tables.items()
        }
        code = self.code(unit)
        held = FormValues(form, values, zero_report)
        return {(code, form): AcceptedForm(form, code, period, held, previous)}

    def judge(
        self,
        *submissions: SubmissionReading,
        accepted: Mapping[tuple[str, str], AcceptedForm] | None = None,
        standing: Mapping[tuple[str, str], AcceptedForm] | None = None,
        targets: Mapping[tuple[str, str], Any] | None = None,
    ) -> tuple[JudgedSubmission, ...]:
        return self._judge.judge(
            submissions, accepted=accepted or {}, standing=standing or {}, targets=targets or {}
        )

    def issues(self, *forms: FormReading, **beside: Any) -> tuple[Issue, ...]:
        """The issues of one submission of the forms."""
        (judged,) = self.judge(self.submission(*forms), **beside)
        return tuple(issue for form in judged.forms for issue in form.issues)


def entry(table: str, row: str, position: int, column: str, value: Any, address: str) -> Entry:
    if value is UNREADABLE:
        return Entry(table, row, position, column, None, "?", address, readable=False)
    raw = "" if value is None else str(value)
    return Entry(table, row, position, column, exact(value), raw, address)


def exact(value: Any) -> Any:
    """Numbers as Decimal; the rest as it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


def told(issues: Sequence[Issue]) -> list[tuple[str, str]]:
    """Code and cell of each issue."""
    return [(issue.code, issue.cell) for issue in issues]


@pytest.fixture(scope="session")
def judge(programme: Programme) -> Judge:
    return Judge(programme)


@pytest.fixture
def build(programme: Programme, judge: Judge) -> Builder:
    return Builder(programme, judge)


@pytest.fixture
def tell() -> Callable[[Sequence[Issue]], list[tuple[str, str]]]:
    return told


@pytest.fixture
def unreadable() -> object:
    return UNREADABLE
