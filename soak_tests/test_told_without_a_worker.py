"""A real server and its worker: what goes wrong is told, and who tells it needs no worker."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

TOLD_WITHIN = 240  # seconds; a worker is missed within two minutes


@pytest.fixture(scope="module")
def office(make_desk) -> Iterator:
    desk = make_desk(settings={"YUEBAO_QUIET_HOURS": ""})
    samples = ["--out", str(desk.home / "inbox"), "--from", "2023-05", "--to", "2023-05"]
    assert desk.yuebao("sample", *samples).end() == 0
    server = desk.up("--no-worker")
    assert "已就绪" in server.wait_until_it_says("已就绪"), desk.log()
    yield desk
    assert server.stop() == 0
    assert desk.processes() == []


@pytest.fixture(scope="module")
def told(office, wait_for):
    """Waits for a notice of the data team with these words."""

    def texts() -> list[str]:
        return [file.read_text("utf-8") for file in (office.home / "outputs/通知").glob("*.txt")]

    def wait(*words: str) -> str:
        found = wait_for(
            lambda: [text for text in texts() if all(word in text for word in words)],
            seconds=TOLD_WITHIN,
        )
        assert len(found) == 1, (words, texts())
        return found[0]

    return wait


@pytest.fixture(scope="module")
def worker(office) -> Iterator:
    running = office.yuebao("worker", "--name", "pc1")
    assert "worker 已连到" in running.wait_until_it_says("worker 已连到"), office.log()
    yield running
    running.stop(signal.SIGKILL)


def ask(office, deployment: str, **parameters: str) -> str:
    found = office.call(f"deployments/name/{deployment}")
    path = f"deployments/{found['id']}/create_flow_run"
    return office.call(path, {"parameters": parameters})["id"]


def state_of(office, run: str) -> dict:
    return office.call(f"flow_runs/{run}")


def test_a_run_whose_process_is_killed_is_told_as_interrupted(
    office, worker, wait_for, told
) -> None:
    run = ask(office, "collect-month/collect", period="2023-05")
    assert wait_for(lambda: state_of(office, run)["state_type"] == "RUNNING", seconds=120)
    os.kill(int(state_of(office, run)["infrastructure_pid"]), signal.SIGKILL)
    assert wait_for(lambda: state_of(office, run)["state_type"] == "CRASHED", seconds=120)
    assert f"/runs/flow-run/{run}" in told("运行中断：收集 2023-05")


def test_a_run_that_fails_is_told(office, worker, told) -> None:
    run = ask(office, "backfill/backfill", first="2023-06", last="2023-05")
    assert f"/runs/flow-run/{run}" in told("运行失败：补收 2023-06 至 2023-05")


def test_a_killed_worker_is_told_while_there_is_none(office, worker, told) -> None:
    for pid in (*below(worker.process.pid), worker.process.pid):
        os.kill(pid, signal.SIGKILL)
    assert "到点的收集和催报都不会开始" in told("【数据组】没有工作进程：pc1")


def test_a_run_left_late_calls_for_a_notice_that_goes_out_with_the_next_worker(
    office, worker, wait_for, told
) -> None:
    late = ask(office, "bulletin/bulletin", period="2023-05")
    assert wait_for(lambda: state_of(office, late)["state_name"] == "Late", seconds=60)
    again = office.yuebao("worker", "--name", "pc1")
    assert "worker 已连到" in again.wait_until_it_says("worker 已连到"), office.log()
    assert f"/runs/flow-run/{late}" in told("运行迟到：")
    assert again.stop() == 0


def below(parent: int) -> list[int]:
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for listed in lists for pid in listed.read_text().split()]
