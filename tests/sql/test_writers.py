"""Several at once, and databases that are not there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from sql.engine import normalised, open_engines
from sql.store import LoadReceipt, Warehouse, WarehouseUnavailableError
from yuebao.programme.models import Programme
from yuebao.results import JudgedSubmission

MAY = "2023-05"
WRITERS = 8


@pytest.fixture
def load_at_once(
    url: str, county: Programme, now: datetime
) -> Callable[[list[list[JudgedSubmission]]], list[LoadReceipt]]:
    """Each writer, with connections of its own, loads its files one after the other."""

    def write(files: list[JudgedSubmission]) -> list[LoadReceipt]:
        with Warehouse(url) as own:
            return [own.load(county, file, loaded_at=now) for file in files]

    def run(writers: list[list[JudgedSubmission]]) -> list[LoadReceipt]:
        with ThreadPoolExecutor(len(writers)) as pool:
            return [receipt for found in pool.map(write, writers) for receipt in found]

    return run


def test_eight_writers_of_one_unit_lose_nothing(
    warehouse: Warehouse, county: Programme, hand: Any, load_at_once: Any
) -> None:
    receipts = load_at_once(
        [
            [hand.file(f"{w}-{n}", hand.villages(w * 10 + n)) for n in range(5)]
            for w in range(WRITERS)
        ]
    )
    records = warehouse.submissions(county.id, MAY)
    assert sorted(r.version for r in receipts) == list(range(1, 41))
    assert [r.version for r in records] == list(range(1, 41))
    current = [record for record in records if record.forms[0].is_current]
    assert [record.version for record in current] == [40]
    writer, number = current[0].sha256.split("-")
    form = warehouse.accepted_in(county, MAY)["53101", "F1"]
    assert form.values.tables["villages"][0].values["people"] == int(writer) * 10 + int(number)


def test_eight_writers_of_the_same_bytes_load_them_once(
    warehouse: Warehouse, county: Programme, hand: Any, load_at_once: Any
) -> None:
    receipts = load_at_once([[hand.file("a1", hand.villages(1, 2))]] * WRITERS)
    assert [r.version for r in receipts] == [1] * WRITERS
    assert sum(r.changed for r in receipts) == 1
    assert len(warehouse.submissions(county.id, MAY)) == 1


def test_eight_writers_of_different_units_and_periods_all_arrive(
    warehouse: Warehouse, county: Programme, hand: Any, load_at_once: Any
) -> None:
    receipts = load_at_once(
        [
            [
                hand.file("same", hand.villages(1), unit=unit, period=f"2023-0{month}")
                for unit in ("53101", "53102")
            ]
            for month in range(1, WRITERS + 1)
        ]
    )
    assert [(r.changed, r.version) for r in receipts] == [(True, 1)] * 2 * WRITERS
    assert len(warehouse.accepted_before(county, "2023-09")) == 2


def test_registering_at_once_is_harmless(
    warehouse: Warehouse, url: str, county: Programme, hand: Any, now: datetime
) -> None:
    def register(_: int) -> None:
        with Warehouse(url) as own:
            own.register(county)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(register, range(WRITERS)))

    receipt = warehouse.load(county, hand.file("a1", hand.villages(1, 2)), loaded_at=now)
    _, rows = warehouse.export(county.id, "observations", MAY)
    assert len(list(rows)) == receipt.observations > 0  # a unit or form twice would double them


def test_readers_see_one_state_while_a_load_is_on_its_way(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime, url: str
) -> None:
    warehouse.load(county, hand.file("a1", hand.villages(1, 2)), loaded_at=now)
    _, rows = warehouse.export(county.id, "observations", MAY)
    first = next(rows)
    with Warehouse(url) as other:
        other.load(county, hand.file("a2", hand.villages(3)), loaded_at=now)
    seen = [first, *rows]
    assert [row[12] for row in seen if row[12] is not None] == [Decimal(1), Decimal(2)]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2",
        "sqlite:////proc/none/warehouse.db",
    ],
)
def test_a_database_out_of_reach_is_said_in_both_languages(url: str) -> None:
    with pytest.raises(WarehouseUnavailableError) as error:
        Warehouse(url).migrate()
    assert "仓库" in str(error.value)
    assert "warehouse" in str(error.value)


def test_a_session_the_server_throws_out_is_said_so(postgresql: str) -> None:
    with pytest.raises(WarehouseUnavailableError, match=r"的连接断了.*下次运行会补上"):
        thrown_out_in_a_transaction(postgresql.format(name="postgres"))


def thrown_out_in_a_transaction(url: str) -> None:
    engines = open_engines(url)
    with engines.writing() as connection, psycopg.connect(url) as other:
        session = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        other.execute("SELECT pg_terminate_backend(%s)", [session])
        connection.execute(text("SELECT 1"))


def test_a_password_is_never_shown() -> None:
    with pytest.raises(WarehouseUnavailableError) as error:
        Warehouse("postgresql://me:secret@127.0.0.1:1/none").migrate()
    assert "secret" not in str(error.value)
    assert "secret" not in str(error.value.__cause__)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("warehouse.db", "地址写法不对"),
        ("mysql://me@host/db", "不支持 mysql"),
        ("sqlite://", "须是一个文件"),
        ("sqlite:///:memory:", "须是一个文件"),
    ],
)
def test_a_url_that_cannot_be_is_said_so(url: str, said: str) -> None:
    with pytest.raises(WarehouseUnavailableError, match=said):
        Warehouse(url)


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.db"
    file.write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(WarehouseUnavailableError, match="not a database"):
        Warehouse(f"sqlite:///{file}").migrate()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_postgresql_is_spoken_to_with_psycopg(scheme: str) -> None:
    assert normalised(f"{scheme}://me@host/db").drivername == "postgresql+psycopg"


def test_the_folder_of_a_new_file_is_made(tmp_path: Path, county: Programme) -> None:
    with Warehouse(f"sqlite:///{tmp_path}/深/层/warehouse.db") as warehouse:
        warehouse.migrate()
        warehouse.register(county)
        assert warehouse.submissions(county.id, MAY) == ()
