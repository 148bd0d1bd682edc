"""A warehouse of the first released schema, with data in it, becomes one of today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, DateTime, MetaData, Numeric, Table, insert, text

from sql import migrate
from sql.engine import Engines, open_engines
from sql.store import Warehouse
from yuebao.programme.models import Programme
from yuebao.results import FormState, SubmissionState

# What the first schema held, written down once: figures in millionths, times in UTC.
FIRST = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "first_schema.json").read_text(encoding="utf-8")
)
MAY, TOWN = "2023-05", "53101"
FIGURES = (
    *("value", "numerator", "denominator", "target", "expected"),
    *("progress", "pace_ratio", "needed", "landing"),
)


@pytest.fixture
def first(empty_url: str) -> Iterator[Engines]:
    """A filled database of revision 0001."""
    engines = open_engines(empty_url)
    with engines.writing() as connection:
        command.upgrade(migrate._config(connection), "0001")
    found = MetaData()
    with engines.writing() as connection:
        found.reflect(connection)
        for table in found.sorted_tables:
            if rows := FIRST["tables"].get(table.name):
                connection.execute(insert(table), [_stored(connection, table, r) for r in rows])
        if connection.dialect.name == "postgresql":
            for name in ("raw_submission", "core_form_version"):
                last = f"(SELECT max(id) FROM {name})"  # noqa: S608 - two names of our own
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})")
                )
    yield engines
    engines.close()


def _stored(connection: Connection, table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(connection, table, name, value) for name, value in row.items()}


def _value(connection: Connection, table: Table, name: str, value: Any) -> Any:
    kind = table.c[name].type
    if value is None:
        return None
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if connection.dialect.name == "postgresql" else moment
    if isinstance(kind, Numeric) and table.name.startswith(("out_", "core_observation")):
        return Decimal(value).scaleb(-6)
    return value


@pytest.fixture
def upgraded(first: Engines, empty_url: str) -> Iterator[Warehouse]:
    with Warehouse(empty_url) as warehouse:
        warehouse.migrate()
        yield warehouse


def test_nothing_of_it_is_lost(first: Engines, upgraded: Warehouse, county: Programme) -> None:
    assert migrate.drift(first) == []
    for kind, (names, *lines) in FIRST["exports"].items():
        columns, rows = upgraded.export(county.id, kind)
        assert [column.name for column in columns][: len(names)] == names
        said = [[None if cell is None else str(cell) for cell in row] for row in rows]
        assert [row[: len(names)] for row in said] == lines, kind
    with first.reading() as connection:
        for name, rows in FIRST["tables"].items():
            count = connection.execute(text(f"SELECT count(*) FROM {name}"))  # noqa: S608
            assert count.scalar() == len(rows), name


def test_versions_go_on_from_where_they_were(
    upgraded: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    upgraded.register(county)
    before = upgraded.submissions(county.id, MAY, unit=TOWN)
    assert [(r.version, r.state) for r in before] == [
        (1, SubmissionState.RETURNED),
        (2, SubmissionState.LOADED),
        (3, SubmissionState.LOADED),
    ]
    assert upgraded.is_known(county.id, TOWN, MAY, "bbb")
    assert upgraded.load(county, hand.file("ccc", hand.villages(1, 1)), loaded_at=now).version == 3
    assert upgraded.load(county, hand.file("new", hand.villages(7, 8)), loaded_at=now).version == 4
    sums = {found.total for found in upgraded.term_sums(county.id, MAY) if found.unit == TOWN}
    assert Decimal(15) in sums
    states = {(s.unit, s.form): s.state for s in upgraded.statuses(county.id, MAY)}
    assert states["53102", "F2"] is FormState.ZERO


def test_down_again_it_is_the_first_schema_with_its_data(
    first: Engines, upgraded: Warehouse
) -> None:
    migrate.downgrade(first, "0001")
    with first.reading() as connection:
        for name, rows in FIRST["tables"].items():
            count = connection.execute(text(f"SELECT count(*) FROM {name}"))  # noqa: S608
            assert count.scalar() == len(rows), name
        wide = connection.execute(
            text("SELECT unit, is_current, sheet FROM core_observation WHERE cell = 'A6'")
        )
        kept = {(r["unit"], r["is_current"], r["sheet"]) for r in _observations("A6")}
        assert {(row.unit, bool(row.is_current), row.sheet) for row in wide} == kept


def _observations(cell: str) -> list[dict[str, Any]]:
    return [row for row in FIRST["tables"]["core_observation"] if row["cell"] == cell]
