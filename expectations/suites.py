"""One suite a form table, and one across forms: the rule book, as objects and as readable JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from great_expectations.core import ExpectationSuite

from expectations import own_beside, own_within  # noqa: F401 - registers our own expectations
from expectations.checks import Check, Place
from expectations.cross_checks import cross_suite_checks
from expectations.rule_checks import rule_checks
from expectations.table_checks import (
    cell_checks,
    last_checks,
    magnitude_checks,
    structure_checks,
)
from expectations.targets import target_sums
from yuebao.programme.models import Form, Programme, Table

CROSS_SUITE = "crosschecks"


def suite_name(form: Form, table: Table) -> str:
    """The name of a table's suite."""
    return f"{form.id}-{table.id}"


def table_checks(programme: Programme, form: Form, table: Table) -> tuple[Check, ...]:
    """Everything asked of a table, in the order of its suite."""
    place = Place(form, table)
    return (
        *structure_checks(place),
        *cell_checks(place),
        *rule_checks(place),
        *last_checks(place),
        *magnitude_checks(place, target_sums(programme, form, table)),
    )


def build_suites(programme: Programme) -> dict[str, ExpectationSuite]:
    """A suite by name for each table of each form, and ``crosschecks``."""
    suites = {
        suite_name(form, table): build_suite(
            suite_name(form, table),
            table_checks(programme, form, table),
            title=" · ".join(part for part in (form.title, table.title) if part),
        )
        for form in programme.forms
        for table in form.tables
    }
    crossing = cross_suite_checks(programme)
    return {**suites, CROSS_SUITE: build_suite(CROSS_SUITE, crossing, title="跨表核对")}


def build_suite(name: str, checks: tuple[Check, ...], *, title: str = "") -> ExpectationSuite:
    """A suite of the checks' expectations."""
    expectations = [check.expectation for check in checks]
    return ExpectationSuite(name=name, expectations=expectations, notes=title or None)


def suite_text(suite: ExpectationSuite) -> str:
    """A suite as JSON a person can read: Chinese as Chinese, in the suite's order, no ids."""
    body = {
        "name": suite.name,
        "notes": suite.notes,
        "expectations": [_described(e.configuration.to_json_dict()) for e in suite.expectations],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def write_suites(programme: Programme, folder: Path) -> tuple[Path, ...]:
    """Write each suite to ``folder/<programme id>/<name>.json``; suites no longer built go."""
    target = folder / programme.id
    target.mkdir(parents=True, exist_ok=True)
    suites = build_suites(programme)
    for stale in set(target.glob("*.json")) - {target / f"{name}.json" for name in suites}:
        stale.unlink()
    written = []
    for name, suite in suites.items():
        path = target / f"{name}.json"
        path.write_text(suite_text(suite), encoding="utf-8")
        written.append(path)
    return tuple(written)


def read_suite(path: Path) -> ExpectationSuite:
    """A suite as written by :func:`write_suites`, ready to validate with."""
    body = json.loads(path.read_text(encoding="utf-8"))
    return ExpectationSuite(**body)


def _described(configuration: Mapping[str, Any]) -> dict[str, Any]:
    order = ("type", "notes", "severity", "kwargs", "meta")
    return {key: configuration[key] for key in order if configuration.get(key)}
