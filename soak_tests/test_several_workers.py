"""A server and two workers, each a process of its own, on PostgreSQL: work is shared, none lost."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

LOGIN = "office:several-workers"


@pytest.fixture(scope="module")
def office(make_desk, postgresql) -> Iterator:
    """The server's desk, with a quarter of submissions in the inbox."""
    desk = make_desk(
        settings={
            "YUEBAO_WAREHOUSE_URL": postgresql("warehouse"),
            "YUEBAO_PREFECT_DATABASE_URL": postgresql("prefect"),
            "YUEBAO_PREFECT_AUTH": LOGIN,
            "YUEBAO_WORKER_LIMIT": "1",  # so that two runs at once need both workers
        }
    )
    samples = ["--out", str(desk.home / "inbox"), "--from", "2023-05", "--to", "2023-06"]
    assert desk.yuebao("sample", *samples).end() == 0
    server = desk.up("--no-worker", "--host", "0.0.0.0")
    assert "已就绪" in server.wait_until_it_says("已就绪"), desk.log()
    desk.settings["YUEBAO_API_URL"] = f"http://127.0.0.1:{desk.port}/api"
    yield desk
    assert server.stop() == 0
    assert desk.processes() == []


@pytest.fixture(scope="module")
def workers(office) -> Iterator[dict]:
    started = {name: office.yuebao("worker", "--name", name) for name in ("pc1", "pc2")}
    for running in started.values():
        assert "worker 已连到" in running.wait_until_it_says("worker 已连到"), office.log()
    yield started
    assert [running.stop() for running in started.values()] == [0, 0]


def ask(office, deployment: str, **parameters: str) -> str:
    found = office.call(f"deployments/name/{deployment}", login=LOGIN)
    words = {"parameters": parameters}
    path = f"deployments/{found['id']}/create_flow_run"
    return office.call(path, words, login=LOGIN)["id"]


def run_of(office, run: str) -> dict:
    return office.call(f"flow_runs/{run}", login=LOGIN)


def ended(office, runs: list[str]) -> bool:
    return all(run_of(office, run)["end_time"] for run in runs)


def test_two_workers_share_the_work(office, workers, wait_for) -> None:
    """Two months at once: never two runs of one month."""
    wanted = {"2023-05": "共和镇", "2023-06": "新桥镇"}
    asked = [
        ask(office, "load-unit/load-unit", unit=unit, period=month)
        for month, unit in wanted.items()
    ]
    assert wait_for(lambda: ended(office, asked), seconds=300)
    assert [run_of(office, run)["state_name"] for run in asked] == ["已入库 1", "已入库 1"]
    workers_seen = {run["labels"].get("prefect.worker.name") for run in office.runs(LOGIN)}
    assert workers_seen >= {"pc1", "pc2"}


def test_the_whole_month_follows(office, workers, wait_for) -> None:
    run = ask(office, "collect-month/collect", period="2023-05")
    assert wait_for(lambda: ended(office, [run]), seconds=300)
    assert "已入库 21" in run_of(office, run)["state_name"]
    assert_nothing_locked_or_lost(office)


def test_a_worker_killed_in_the_middle_is_seen_and_the_other_does_its_run(
    office, workers, wait_for
) -> None:
    run = ask(office, "collect-month/collect", period="2023-06")
    assert wait_for(lambda: run_of(office, run)["state_type"] == "RUNNING", seconds=120)
    name = run_of(office, run)["labels"]["prefect.worker.name"]
    kill_worker(workers[name], int(run_of(office, run)["infrastructure_pid"]))
    assert workers[name].end() != 0
    workers[name] = office.yuebao("worker", "--name", name)
    assert "已标为运行中断" in workers[name].wait_until_it_says("worker 已连到")
    assert run_of(office, run)["state_name"] == "运行中断"
    retry = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}, "force": True}
    office.call(f"flow_runs/{run}/set_state", retry, login=LOGIN)
    assert wait_for(lambda: run_of(office, run)["state_type"] == "COMPLETED", seconds=300)
    assert "已入库 21" in run_of(office, run)["state_name"]
    assert_nothing_locked_or_lost(office)


def kill_worker(worker, run: int) -> None:
    """As a power cut would: the worker and its run, with no time for a last word."""
    for pid in (*processes_below(worker.process.pid), run, worker.process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def processes_below(parent: int) -> list[int]:
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for listed in lists for pid in listed.read_text().split()]


def assert_nothing_locked_or_lost(office) -> None:
    log = (office.home / "prefect" / "server.log").read_text(encoding="utf-8")
    for trouble in (" 503", "locked", "Traceback"):
        assert trouble not in log
    assert LOGIN not in office.log()
