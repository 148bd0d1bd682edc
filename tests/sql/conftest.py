"""Warehouses to test on: SQLite files and a real PostgreSQL, and a small county to fill them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import psycopg
import pytest

from sql.store import Warehouse
from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Programme
from yuebao.readings import Entry, FormReading, Value
from yuebao.results import (
    ACCEPTED_STATES,
    FormState,
    JudgedForm,
    JudgedSubmission,
    SubmissionState,
)

START = datetime(2023, 5, 20, 1, 0, tzinfo=UTC)
_NUMBERS = count(1)


# --- databases ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def migrated(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A migrated database of each kind, to be copied: a file, and a template's name."""
    file = tmp_path_factory.mktemp("migrated") / "warehouse.db"
    _create(postgresql, "migrated")
    for url in (f"sqlite:///{file}", postgresql.format(name="migrated")):
        with Warehouse(url) as warehouse:
            warehouse.migrate()
    return {"sqlite": str(file), "postgresql": "migrated"}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(engine_name: str, postgresql: str, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path}/warehouse.db"
    name = f"empty{next(_NUMBERS)}"
    _create(postgresql, name)
    return postgresql.format(name=name)


@pytest.fixture
def make_url(migrated: dict[str, str], postgresql: str, tmp_path: Path) -> Callable[[str], str]:
    """The URL of a fresh migrated database of a kind."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            file = tmp_path / f"copy{next(_NUMBERS)}.db"
            shutil.copyfile(migrated["sqlite"], file)
            return f"sqlite:///{file}"
        name = f"copy{next(_NUMBERS)}"
        _create(postgresql, name, template=migrated["postgresql"])
        return postgresql.format(name=name)

    return make


@pytest.fixture
def url(engine_name: str, make_url: Callable[[str], str]) -> str:
    return make_url(engine_name)


@pytest.fixture
def warehouse(url: str, county: Programme) -> Iterator[Warehouse]:
    """A fresh warehouse, migrated, that knows the small county."""
    with Warehouse(url) as fresh:
        fresh.register(county)
        yield fresh


def _create(address: str, name: str, template: str = "template1") -> None:
    with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")


# --- a small county -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def county() -> Programme:
    """Two townships with three villages, one bureau, two monthly forms and a quarterly one."""
    return Programme.model_validate(
        {
            "id": "small-2023",
            "title": "小县 2023 年重点工作",
            "county": "53",
            "year": 2023,
            "report_to": "数据组",
            "document": {"title": "方案", "issuer": "县委", "issued_on": "2023-03-01"},
            "colours": {"green_from": "1", "amber_from": "0.9"},
            "units": _UNITS,
            "calendar": _CALENDAR,
            "works": [{"number": 1, "clause": "二(一)", "title": "就业"}],
            "items": [],
            "indicators": [_indicator(*line) for line in _INDICATORS],
            "forms": _FORMS,
            "version": "v1",
        }
    )


_UNITS = [
    {"code": code, "name": name, "short_name": name, "level": level, "parent": parent}
    for code, name, level, parent in (
        ("53", "小县", "county", ""),
        ("53101", "东镇", "township", "53"),
        ("53102", "西乡", "township", "53"),
        ("53101001", "一村", "village", "53101"),
        ("53101002", "二村", "village", "53101"),
        ("53102001", "三村", "village", "53102"),
        ("53B01", "县水务局", "bureau", "53"),
    )
]
_CALENDAR = {
    "timezone": "Asia/Shanghai",
    "first_month": "2023-01",
    "last_month": "2023-12",
    "month_due_day": 25,
    "quarter_due_on": {"2023-Q2": "2023-06-30"},
    "window_opens_day": 20,
    "grace_working_days": 0,
    "cut_off_working_days": 3,
}


def _column(name: str, kind: str, **more: object) -> dict[str, object]:
    return {"id": name, "path": [name], "type": kind, **more}


_FORMS = [
    {
        "id": "F1",
        "title": "就业",
        "clause": "二(一)",
        "frequency": "monthly",
        "filed_by": ["township"],
        "tables": [
            {
                "id": "villages",
                "rows": "villages",
                "label": ["村"],
                "columns": [
                    _column("people", "integer", unit="人"),
                    _column("income", "decimal", unit="万元", required=False),
                    _column("done", "yes_no"),
                    _column("seen_on", "date", required=False),
                ],
            },
            {
                "id": "kinds",
                "rows": "listed",
                "label": ["类型"],
                "keys": [{"id": "near", "label": "县内"}, {"id": "far", "label": "县外"}],
                "columns": [_column("people", "integer", unit="人")],
            },
        ],
    },
    {
        "id": "F2",
        "title": "项目",
        "clause": "二(一)",
        "frequency": "monthly",
        "filed_by": ["township", "县水务局"],
        "zero_report": True,
        "tables": [
            {
                "id": "projects",
                "rows": "open",
                "key_columns": ["project"],
                "columns": [
                    _column("project", "text"),
                    _column("village", "village"),
                    _column("area", "decimal", unit="亩"),
                ],
            }
        ],
    },
    {
        "id": "Q1",
        "title": "季度工作",
        "clause": "二(一)",
        "frequency": "quarterly",
        "filed_by": ["县水务局"],
        "tables": [{"id": "unit", "rows": "unit", "columns": [_column("progress", "text")]}],
    },
]
_INDICATORS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("W1-1", "sum", {"form": "F1", "table": "villages", "columns": ["people"]}),
    ("W1-2", "sum", {"form": "F1", "table": "kinds", "columns": ["people"], "rows": ["far"]}),
    (
        "W1-3",
        "share_of_rows",
        {
            "form": "F1",
            "table": "villages",
            "where": [{"column": "done", "op": "eq", "value": "是"}],
        },
    ),
    (
        "W1-4",
        "sum",
        {"form": "F2", "table": "projects", "columns": ["area"], "filed_by": ["township"]},
    ),
    ("W1-5", "sum", {"form": "F1", "table": "villages", "columns": ["income"]}),
)


def _indicator(name: str, rollup: str, term: dict[str, object]) -> dict[str, object]:
    return {
        "id": name,
        "work": 1,
        "clause": "二(一)",
        "name": f"指标{name}",
        "unit": "人",
        "grain": "township",
        "movement": "stock",
        "rollup": rollup,
        "numerator": term,
        "target": {"kind": "tracked", "due_on": "2023-12-31"},
        "pace": {"kind": "linear"},
        "allocation": {"method": "county_only"},
        "lead_units": ["县水务局"],
        "leaders": [],
    }


# --- what units hand in ---------------------------------------------------------------------

Rows = tuple[tuple[str, dict[str, Value | None]], ...]


@dataclass(frozen=True)
class Hand:
    """Makes judged submissions as the judging hands them over."""

    def form(
        self,
        form: str,
        tables: dict[str, Rows],
        *,
        state: FormState = FormState.ACCEPTED,
        issues: tuple[Issue, ...] = (),
        explanation: str = "",
    ) -> JudgedForm:
        entries = tuple(
            Entry(table, key, position, column, value, _raw(value), f"{'ABCDEFG'[n]}{position + 5}")
            for table, rows in tables.items()
            for position, (key, values) in enumerate(rows)
            for n, (column, value) in enumerate(values.items())
        )
        reading = FormReading(
            form, "", "", "", f"{form} 表", entries, state is FormState.ZERO, explanation
        )
        return JudgedForm(reading, state, issues)

    def villages(self, *people: int, state: FormState = FormState.ACCEPTED) -> JudgedForm:
        """F1 of 东镇 with those numbers of people in its villages."""
        rows: Rows = tuple(
            (f"5310100{n}", {"people": Decimal(number), "done": number > 10})
            for n, number in enumerate(people, start=1)
        )
        issues = (self.issue("parts-total"),) if state is FormState.RETURNED else ()
        return self.form("F1", {"villages": rows}, state=state, issues=issues)

    def issue(self, code: str, form: str = "F1", **address: object) -> Issue:
        return make_issue(
            code, unit="53101", period="2023-05", form=form, cell="D12", cells=("D12", "E12"),
            table="villages", row="53101001", column="people", sheet=f"{form} 表", **address,
        )  # fmt: skip

    def file(
        self,
        sha256: str,
        *forms: JudgedForm,
        unit: str = "53101",
        period: str = "2023-05",
        days: float = 0,
        state: SubmissionState | None = None,
        issues: tuple[Issue, ...] = (),
    ) -> JudgedSubmission:
        settled = tuple(
            replace(form, reading=replace(form.reading, unit=unit, period=period, sha256=sha256))
            for form in forms
        )
        arrived_at = START + timedelta(days=days)
        state = state or _state_of(settled)
        name = f"{unit}-{sha256}.xlsx"
        return JudgedSubmission(unit, period, sha256, name, arrived_at, state, settled, issues)


def _raw(value: Value | None) -> str:
    return "" if value is None else str(value)


def _state_of(forms: tuple[JudgedForm, ...]) -> SubmissionState:
    accepted = [form.state in ACCEPTED_STATES for form in forms]
    if all(accepted):
        return SubmissionState.LOADED
    return SubmissionState.PARTLY if any(accepted) else SubmissionState.RETURNED


@pytest.fixture(scope="session")
def hand() -> Hand:
    return Hand()


@pytest.fixture
def now() -> datetime:
    return START + timedelta(days=30)
