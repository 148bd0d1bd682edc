"""A check is one expectation of a suite with what is needed to word its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
    ExpectColumnPairValuesAToBeGreaterThanB,
)
from great_expectations.expectations.expectation import Expectation

from expectations.severity import ge_severity
from yuebao.findings import catalogue
from yuebao.programme.models import CrossCheck, Form, Rule, Severity, Table

Subject: TypeAlias = Rule | CrossCheck | None


@dataclass(frozen=True, slots=True)
class Check:
    """What is asked of a table's rows. ``columns`` are the columns whose cells it concerns.

    ``code`` is the catalogue's line of a finding; ``subject`` the form's own rule, if it is one.
    """

    id: str
    code: str
    severity: Severity
    columns: tuple[str, ...]
    clause: str
    from_month: int
    expectation: Expectation
    subject: Subject = None


@dataclass(frozen=True, slots=True)
class Place:
    """The table a check is built for."""

    form: Form
    table: Table


def check(
    expectation: type[Expectation],
    *,
    rule: str,
    code: str,
    columns: Iterable[str],
    clause: str,
    note: str,
    arguments: dict[str, Any],
    severity: Severity | None = None,
    from_month: int = 1,
    subject: Subject = None,
) -> Check:
    """A check with its expectation, which carries severity, a Chinese note and its own address."""
    weight = severity or catalogue()[code].severity
    named = tuple(columns)
    meta: dict[str, Any] = {"rule": rule, "code": code, "columns": list(named), "clause": clause}
    if from_month > 1:
        meta["from_month"] = from_month
    built = expectation(**arguments, severity=ge_severity(weight), notes=note, meta=meta)
    return Check(rule, code, weight, named, clause, from_month, built, subject)


def pair_at_most(smaller: str, larger: str) -> tuple[type[Expectation], dict[str, Any]]:
    """The built-in expectation that one column is at most another, blanks aside."""
    return ExpectColumnPairValuesAToBeGreaterThanB, {
        "column_A": larger,
        "column_B": smaller,
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }
