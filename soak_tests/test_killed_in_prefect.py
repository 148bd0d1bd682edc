"""A real server with its worker: a run's process is killed, then the server itself.

Once `yuebao up` is up again and the month has been collected again, there is what an undisturbed
collection gives: the same rows, the same files in archive, inbox and outputs.
"""

import hashlib
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sql.store import Warehouse
from yuebao.programme.load import load_programme

PROGRAMME = Path(__file__).parents[1] / "targets" / "mouding-2023"
MONTH = "2023-05"
TABLES = ("observations", "issues", "monthly", "explanations")
# Pages that say when: they are compared by name.
DATED = (".html", ".json", ".xlsx")
UNITS = 6


@pytest.fixture(scope="module")
def inbox(make_desk: Callable[..., Any]) -> Path:
    """What six units hand in, with faults."""
    desk = make_desk()
    folder = desk.home / "inbox"
    words = ["--out", str(folder), "--from", MONTH, "--to", MONTH, "--faults"]
    assert desk.yuebao("sample", *words).end() == 0
    for unit in sorted(path for path in folder.iterdir() if path.is_dir())[UNITS:]:
        shutil.rmtree(unit)
    return folder


@pytest.fixture(scope="module")
def undisturbed(make_desk: Callable[..., Any], inbox: Path) -> dict[str, str]:
    desk = make_desk()
    shutil.copytree(inbox, desk.home / "inbox")
    collecting = desk.yuebao("collect", MONTH)
    collecting.end(seconds=400)
    return digests(desk.home)


@pytest.fixture(scope="module")
def office(make_desk: Callable[..., Any], inbox: Path) -> Iterator[Any]:
    desk = make_desk(settings={"YUEBAO_QUIET_HOURS": ""})
    shutil.copytree(inbox, desk.home / "inbox")
    yield desk
    for pid in desk.processes():
        os.kill(pid, signal.SIGKILL)


def test_what_a_killed_run_and_a_killed_server_left_the_next_run_makes_up_for(
    office: Any, wait_for: Callable[..., Any], undisturbed: dict[str, str]
) -> None:
    up = started(office)
    run = collect(office)
    assert wait_for(lambda: state_of(office, run) == "RUNNING", seconds=200)
    pid = int(office.call(f"flow_runs/{run}")["infrastructure_pid"])
    assert wait_for(lambda: list((office.home / "archive/arrivals").glob("*/*/*")), seconds=100)
    os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: state_of(office, run) == "CRASHED", seconds=120)
    assert not rows_loaded(office.home)

    servers = serving(office)
    again = collect(office)
    assert wait_for(lambda: rows_loaded(office.home), seconds=300), office.log()
    for server in servers:
        os.kill(server, signal.SIGKILL)
    assert up.end(seconds=200) == 1
    assert "自己停了" in up.said
    assert office.processes() == []

    up = started(office)
    last = collect(office)
    assert wait_for(lambda: office.call(f"flow_runs/{last}")["end_time"], seconds=400)
    assert state_of(office, again) == "CRASHED"  # it was in the middle of it
    assert differing(digests(office.home), undisturbed) == []
    assert office.yuebao("verify").end(seconds=200) == 0
    assert up.stop() == 0


def started(desk: Any) -> Any:
    up = desk.up()
    assert "已就绪" in up.wait_until_it_says("已就绪"), desk.log()
    return up


def collect(desk: Any) -> str:
    found = desk.call("deployments/name/collect-month/collect")
    path = f"deployments/{found['id']}/create_flow_run"
    return str(desk.call(path, {"parameters": {"period": MONTH}})["id"])


def state_of(desk: Any, run: str) -> str:
    return str(desk.call(f"flow_runs/{run}")["state_type"])


def rows_loaded(home: Path) -> int:
    """How many files are loaded; none before there is a warehouse."""
    file = home / "warehouse.db"
    if not file.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT COUNT(*) FROM raw_submission").fetchone()[0])
    except sqlite3.OperationalError:  # its tables are being made
        return 0


def serving(desk: Any) -> list[int]:
    """The processes of the Prefect server."""
    said = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in desk.processes()}
    return [pid for pid, words in said.items() if b"flows.services.serving" in words]


def digests(home: Path) -> dict[str, str]:
    """Every file and every row, without the moments they were made at."""
    return _files(home) | _rows(home)


def _files(home: Path) -> dict[str, str]:
    found = {}
    for folder in ("archive", "inbox", "outputs"):
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and "通知" not in path.parts:
                found[_timeless(path.relative_to(home))] = _digest(path)
    return found


def _timeless(path: Path) -> str:
    """The name; of an arrival's record only whose it is and of what."""
    name = path.name.rpartition("-")[2] if "arrivals" in path.parts else path.name
    return f"{path.parent.as_posix()}/{name}"


def _digest(path: Path) -> str:
    is_dated = path.suffix in DATED and "archive" not in path.parts[:-2]
    is_dated = is_dated or "arrivals" in path.parts or path.name == ".published"
    return "" if is_dated else hashlib.sha256(path.read_bytes()).hexdigest()


def _rows(home: Path) -> dict[str, str]:
    programme = load_programme(PROGRAMME)
    found = {}
    with Warehouse(f"sqlite:///{home}/warehouse.db") as warehouse:
        for kind in TABLES:
            columns, rows = warehouse.export(programme.id, kind, MONTH)
            kept = [at for at, column in enumerate(columns) if not column.name.endswith("_at")]
            for row in rows:
                found[f"{kind} {[row[at] for at in kept]}"] = ""
        for one in warehouse.submissions(programme.id, MONTH):
            found[f"{one.unit} {one.version} {one.sha256} {one.state} {one.forms}"] = ""
    return found


def differing(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    return sorted(
        name for name in {**found, **expected} if found.get(name, "-") != expected.get(name, "-")
    )
