"""Rights in PostgreSQL: who loads cannot change the tables, who reads sees what counts only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

import psycopg
import pytest
from alembic import command
from psycopg.errors import InsufficientPrivilege, ObjectNotInPrerequisiteState
from typer.testing import CliRunner

from flows import office as composition
from flows.commands.cli import app
from sql import migrate
from sql.engine import open_engines
from sql.roles import LOADER, READER
from sql.store import Warehouse, WarehouseUnavailableError
from yuebao.programme.models import Programme

MAY = "2023-05"
_NUMBERS = count(1)
Execute = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def owned(make_url: Callable[[str], str], county: Programme, hand: Any, now: datetime) -> str:
    """A database with a submission loaded by its owner."""
    url = make_url("postgresql")
    with Warehouse(url) as warehouse:
        warehouse.register(county)
        warehouse.load(county, hand.file("a", hand.villages(3, 4)), loaded_at=now)
        warehouse.grant_roles()
    return url


@pytest.fixture
def login(postgresql: str) -> Callable[[str, str], str]:
    """The URL for a login of its own in a role, as a person or a program would have one."""

    def make(url: str, role: str) -> str:
        name = f"someone{next(_NUMBERS)}"
        with _session(postgresql.format(name="postgres")) as run:
            run(f"CREATE ROLE {name} LOGIN" + (f" IN ROLE {role}" if role else ""))
        return url.replace("//postgres:@", f"//{name}@")

    return make


class _session:  # noqa: N801 - used as a function
    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def __enter__(self) -> Execute:
        return self._run

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _run(self, statement: str) -> list[tuple[Any, ...]]:
        found = self._connection.execute(statement)
        return found.fetchall() if found.description else []


def test_a_loader_loads_and_corrects_and_aggregates(
    owned: str, login: Callable[[str, str], str], county: Programme, hand: Any, now: datetime
) -> None:
    with Warehouse(login(owned, LOADER)) as warehouse:
        warehouse.migrate()
        warehouse.register(county)
        receipt = warehouse.load(county, hand.file("b", hand.villages(5, 6)), loaded_at=now)
        assert receipt.version == 2
        warehouse.replace_results(county.id, MAY, (), computed_at=now)
        assert len(warehouse.submissions(county.id, MAY)) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE core_observation",
        "TRUNCATE core_observation",
        "ALTER TABLE core_observation DROP COLUMN value",
        "DELETE FROM core_observation",
        "DELETE FROM raw_submission",
        "DELETE FROM audit_load",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE OR REPLACE VIEW v_issue AS SELECT 1",
        "CREATE TABLE mine (id integer)",
        "CREATE ROLE other",
        "SELECT pg_read_file('/etc/hostname')",
        "COPY core_unit TO PROGRAM 'cat'",
    ],
)
def test_a_loader_may_not(owned: str, login: Callable[[str, str], str], statement: str) -> None:
    with _session(login(owned, LOADER)) as run, pytest.raises(InsufficientPrivilege):
        run(statement)


def test_a_reader_reads_what_counts_and_nothing_else(
    owned: str, login: Callable[[str, str], str]
) -> None:
    with _session(owned) as run:
        everything = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v')"
        names = [name for (name,) in run(f"{everything} AND relnamespace = 'public'::regnamespace")]
    readable = {name for name in names if name.startswith(("v_", "core_", "out_"))}
    assert {"v_observation", "core_issue", "out_monthly__indicator"} <= readable
    with _session(login(owned, READER)) as run:
        for name in names:
            if name in readable:
                run(f'TABLE "{name}"')
            else:
                with pytest.raises(InsufficientPrivilege):
                    run(f'TABLE "{name}"')
            with pytest.raises((InsufficientPrivilege, ObjectNotInPrerequisiteState)):
                run(f'DELETE FROM "{name}"')  # noqa: S608 - the database's own names
        assert run('SELECT "单位", "数值" FROM v_observation ORDER BY 2')[0][0] == "东镇"


def test_migrating_alone_gives_the_rights_also_on_what_a_later_revision_made(
    make_url: Callable[[str], str], login: Callable[[str, str], str]
) -> None:
    url = make_url("postgresql")
    with _session(login(url, READER)) as run:
        assert run("TABLE v_observation") == []
        assert run("TABLE core_issue") == []
    with _session(login(url, LOADER)) as run:
        run("UPDATE raw_file SET size = 0")


def test_the_revision_of_the_roles_gives_rights_by_itself(postgresql: str) -> None:
    name = f"revised{next(_NUMBERS)}"
    with _session(postgresql.format(name="postgres")) as run:
        run(f"CREATE DATABASE {name}")
    engines = open_engines(postgresql.format(name=name))
    with engines.writing() as connection:
        command.upgrade(migrate._config(connection), "0008")
    engines.close()
    with _session(postgresql.format(name=name)) as run:
        asked = "SELECT has_table_privilege('{}', 'core_issue', 'SELECT')"
        assert [run(asked.format(role)) for role in (LOADER, READER)] == [[(True,)], [(True,)]]


def test_granting_again_gives_the_same_and_takes_what_was_added(owned: str) -> None:
    acl = "SELECT relname, relacl::text FROM pg_class WHERE relname !~ '^pg_' ORDER BY 1"
    with _session(owned) as run, Warehouse(owned) as warehouse:
        before = run(acl)
        assert any(READER in str(rights) for _, rights in before)
        run(f"GRANT ALL ON raw_file TO {READER}")
        assert run(acl) != before
        assert warehouse.grant_roles().missing == ()
        assert run(acl) == before


def test_an_owner_who_may_not_make_roles_migrates_all_the_same(
    postgresql: str,
    login: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    owner = login(postgresql.format(name="postgres"), "")
    name = f"plain{next(_NUMBERS)}"
    role = owner.partition("//")[2].partition("@")[0]
    with _session(postgresql.format(name="postgres")) as run:
        run(f"CREATE DATABASE {name} OWNER {role}")
    url = owner.replace("/postgres?", f"/{name}?")
    monkeypatch.setattr("sql.roles._ROLES", ("yuebao_nobody",))  # roles are the server's, not ours
    monkeypatch.setenv("YUEBAO_WAREHOUSE_URL", url)
    monkeypatch.setenv("YUEBAO_HOME", str(tmp_path))
    composition.settings.cache_clear()
    said = CliRunner().invoke(app, ["migrate"], env={"COLUMNS": "300"})
    composition.settings.cache_clear()
    assert said.exit_code == 0, said.output
    assert "仓库结构已是最新" in said.output
    assert "CREATE ROLE yuebao_nobody NOLOGIN;" in said.output
    assert "yuebao migrate" in said.output


def test_a_loader_before_an_upgrade_is_told_whose_it_is(
    postgresql: str, login: Callable[[str, str], str]
) -> None:
    name = f"older{next(_NUMBERS)}"
    with _session(postgresql.format(name="postgres")) as run:
        run(f"CREATE DATABASE {name}")
    with (
        Warehouse(login(postgresql.format(name=name), LOADER)) as warehouse,
        pytest.raises(WarehouseUnavailableError, match="所有者账号运行一次 yuebao migrate"),
    ):
        warehouse.migrate()


def test_on_sqlite_there_is_nothing_to_do(make_url: Callable[[str], str]) -> None:
    with Warehouse(make_url("sqlite")) as warehouse:
        granted = warehouse.grant_roles()
    assert (granted.roles, granted.missing) == ((), ())
