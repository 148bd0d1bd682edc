"""The warehouse is a function of archive and definitions: made anew, it says the same."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest

from flows.commands.rebuilding import NotRebuiltError, rebuild
from flows.office import settings
from sql.engine import WarehouseUnavailableError
from sql.store import Warehouse
from yuebao.rules.closing import ClosingStep, Step

NOW = datetime(2024, 3, 1, tzinfo=UTC)


def ledger(office):
    """What was handed in: versions, files, verdicts, and the moment each was loaded."""
    return [
        (r.unit, r.version, r.sha256, r.file_name, r.state, r.arrived_at, r.loaded_at, r.forms)
        for r in office.warehouse.submissions(office.programme.id, "2023-06")
    ]


def test_a_rebuilt_warehouse_exports_the_same_bytes(copied, open_office, exports, exported):
    with open_office(copied) as office:
        handed_in = ledger(office)
        reruns = office.warehouse.reruns(office.programme.id, "2023-06")
    said: list[str] = []
    with open_office(copied):
        done = rebuild(settings(), NOW, into="", say=said.append)
    with open_office(copied) as office:
        after = exports(office)
        assert ledger(office) == handed_in
        assert office.warehouse.reruns(office.programme.id, "2023-06") == reruns != ()
    assert [kind for kind in exported if exported[kind] != after[kind]] == []
    assert done.submissions == len(handed_in)
    assert max(version for _, version, *_ in handed_in) == 2
    assert exported["observations"].count(",漏加一人,") == 1
    assert done.periods == ("2023-06", "2023-Q2")
    assert len([line for line in said if "重新判定入库" in line]) == 3  # as many runs as there were
    assert done.old is not None
    assert done.old.is_file()
    assert not list(copied.glob("warehouse.db.rebuilding*"))


def test_a_changed_archive_is_not_rebuilt_from(copied, open_office, exports, exported):
    spoilt = next(path for path in sorted((copied / "archive").glob("??/*")))
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"!")
    with open_office(copied), pytest.raises(NotRebuiltError, match="被改动过"):
        rebuild(settings(), NOW, into="", say=print)
    assert [path.name for path in copied.glob("warehouse.db.*old")] == []
    with open_office(copied) as office:
        assert exports(office) == exported


def test_what_arrived_for_a_unit_no_longer_known_is_not_left_out(copied, open_office):
    record = next((copied / "archive" / "arrivals" / "2023-06").glob("*/*.json"))
    told = record.read_text(encoding="utf-8").replace(record.parent.name, "532323999")
    record.write_text(told, encoding="utf-8")
    with open_office(copied), pytest.raises(NotRebuiltError, match="532323999 2023-06 的"):
        rebuild(settings(), NOW, into="", say=print)


def test_a_warehouse_in_use_is_not_replaced(copied, open_office):
    with closing(sqlite3.connect(copied / "warehouse.db")) as other:
        other.execute("SELECT COUNT(*) FROM raw_submission").fetchone()
        with (
            open_office(copied),
            pytest.raises(WarehouseUnavailableError, match="正被别的程序使用"),
        ):
            rebuild(settings(), NOW, into="", say=print)


def test_what_was_recorded_meanwhile_is_not_replaced(copied, open_office):
    """A run that began and ended while the new warehouse was being made."""
    closed = ClosingStep("2023-06", Step.CLOSED, "李某", "", NOW)

    def meanwhile(_line: str) -> None:
        with Warehouse(settings().warehouse) as other:
            if not other.closings("mouding-2023"):
                other.record_closing("mouding-2023", closed)

    with open_office(copied), pytest.raises(NotRebuiltError, match="重建期间"):
        rebuild(settings(), NOW, into="", say=meanwhile)
    with open_office(copied) as office:
        assert office.warehouse.closings("mouding-2023") == (closed,)
    assert [path.name for path in copied.glob("warehouse.db.*old")] == []


KILLED_AT = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from sql.upkeep import put_in_place
left = int(sys.argv[2])
def hook(event, _words):
    global left
    if event in ("os.rename", "os.link", "os.remove"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
home = Path(sys.argv[1])
put_in_place(home / "fresh.db", home / "warehouse.db", datetime(2024, 3, 1, tzinfo=UTC))
"""


def test_killed_while_the_new_is_put_in_place_there_is_one_or_the_other(tmp_path):
    killed = 0
    for moment in (1, 2, 3):
        home = tmp_path / str(moment)
        home.mkdir()
        for name in ("fresh.db", "warehouse.db"):
            with closing(sqlite3.connect(home / name)) as made:
                made.execute("CREATE TABLE t (x)")
        words = [sys.executable, "-c", KILLED_AT, str(home), str(moment)]
        killed += subprocess.run(words, check=False).returncode < 0
        with closing(sqlite3.connect(home / "warehouse.db")) as kept:
            assert kept.execute("SELECT COUNT(*) FROM t").fetchone() == (0,)
    assert killed >= 1


def test_into_takes_an_empty_database_only(copied, open_office):
    with open_office(copied), pytest.raises(NotRebuiltError, match="已有内容"):
        rebuild(settings(), NOW, into=settings().warehouse, say=print)


def test_rebuilt_into_postgresql_it_exports_the_same_bytes(
    copied, open_office, exports, exported, postgresql, monkeypatch
):
    with psycopg.connect(postgresql.format(name="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE rebuilt")
    url = postgresql.format(name="rebuilt")
    with open_office(copied) as office:
        assert office.warehouse  # in use from here on
        done = rebuild(settings(), NOW, into=url, say=print)
        assert exports(office) == exported
    assert done.old is None
    monkeypatch.setenv("YUEBAO_WAREHOUSE_URL", url)
    with open_office(copied) as office:
        assert exports(office) == exported
        with pytest.raises(NotRebuiltError, match="--into"):
            rebuild(settings(), NOW, into="", say=print)
