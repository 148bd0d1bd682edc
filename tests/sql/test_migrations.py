"""The schema: up, down, up again, and never apart from the tables the code believes in."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from sqlalchemy import inspect, text

from sql import migrate
from sql.engine import Engines, WarehouseUnavailableError, open_engines
from sql.store import Warehouse
from sql.tables import metadata

VIEWS = {"v_observation", "v_issue", "v_monthly"}


@pytest.fixture
def engines(empty_url: str) -> Iterator[Engines]:
    engines = open_engines(empty_url)
    yield engines
    engines.close()


def found(engines: Engines) -> tuple[set[str], set[str]]:
    with engines.reading() as connection:
        seen = inspect(connection)
        return set(seen.get_table_names()), set(seen.get_view_names())


def test_up_down_and_up_again_without_drift(engines: Engines) -> None:
    everything = {"alembic_version", *metadata.tables}
    migrate.upgrade(engines)
    assert found(engines) == (everything, VIEWS)
    assert migrate.drift(engines) == []

    migrate.downgrade(engines)
    assert found(engines) == ({"alembic_version"}, set())

    migrate.upgrade(engines)
    migrate.upgrade(engines)
    assert found(engines) == (everything, VIEWS)
    assert migrate.drift(engines) == []


def test_drift_is_noticed(engines: Engines) -> None:
    migrate.upgrade(engines)
    with engines.writing() as connection:
        connection.execute(text("ALTER TABLE raw_file DROP COLUMN size"))
    assert len(migrate.drift(engines)) == 1


def test_the_history_has_one_head() -> None:
    assert len(migrate.heads()) == 1


def test_a_failed_migration_leaves_nothing(engines: Engines) -> None:
    with engines.writing() as connection:
        connection.execute(text("CREATE TABLE v_monthly (taken TEXT)"))
    with pytest.raises(Exception, match="v_monthly"):
        migrate.upgrade(engines)
    assert found(engines)[0] <= {"v_monthly", "alembic_version"}


def test_a_warehouse_of_a_newer_program_is_left_alone(engines: Engines) -> None:
    migrate.upgrade(engines)
    with engines.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WarehouseUnavailableError, match="比本程序新"):
        migrate.upgrade(engines)


def _migrate(url: str) -> None:
    with Warehouse(url) as warehouse:
        warehouse.migrate()


def test_four_processes_may_migrate_at_once(empty_url: str) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        list(pool.map(_migrate, [empty_url] * 4))
    engines = open_engines(empty_url)
    assert migrate.drift(engines) == []
    engines.close()
