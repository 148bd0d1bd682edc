"""One command: it is there, it works, it stops."""

import json
import signal
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

DEPLOYMENTS = Path(__file__).parents[2] / "deployments" / "prefect.yaml"


@pytest.fixture(scope="module")
def up(desk) -> Iterator:
    running = desk.up("--demo")
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)


def test_it_says_where_it_is_once_everything_is_there(desk, up) -> None:
    said = up.wait_until_it_says("已就绪")
    assert f"http://127.0.0.1:{desk.port}" in said, said + desk.log()
    assert desk.call("health") is True
    with pytest.raises(ConnectionRefusedError):  # what listens everywhere answers here too
        socket.create_connection(("127.0.0.2", desk.port), timeout=5).close()
    wanted = {entry["name"] for entry in yaml.safe_load(DEPLOYMENTS.read_bytes())["deployments"]}
    there = {entry["name"] for entry in desk.call("deployments/filter", {})}
    assert there == wanted
    (worker,) = desk.call("work_pools/yuebao/workers/filter", {})
    assert worker["status"] == "ONLINE"
    address = json.loads((desk.home / "prefect" / "address.json").read_text())
    assert address["api_url"] == f"http://127.0.0.1:{desk.port}/api"


def test_a_second_one_on_the_same_home_is_refused(desk, up) -> None:
    second = desk.up()
    assert second.end() == 2
    assert "已经有 yuebao up 在运行" in second.said


def test_the_sample_month_of_all_units_goes_through_server_and_worker(desk, up, wait_for) -> None:
    def collected() -> list[dict]:
        return [run for run in desk.runs() if run["name"] == "收集 2023-05" and run["end_time"]]

    (run,) = wait_for(collected, seconds=120)
    assert "退回" in run["state_name"]
    assert "已入库" in run["state_name"]
    wait_for(lambda: len(reports(desk)) == 21, seconds=30)
    assert len(reports(desk)) == 21
    assert set(reports(desk).values()) <= {"COMPLETED", "FAILED", "CANCELLED"}
    for trouble in ("database is locked", " 503", 'Traceback (most recent call last):\n  File "/'):
        assert trouble not in (desk.home / "prefect" / "server.log").read_text()


def reports(desk) -> dict[str, str]:
    """The units reported on, and how their task ended."""
    tasks = desk.call("task_runs/filter", {"limit": 200})
    return {task["name"]: task["state_type"] for task in tasks if "report_unit" in task["task_key"]}


def test_sigterm_ends_every_process_and_a_run_that_was_going_on_says_so(desk, up, wait_for) -> None:
    deployment = desk.call("deployments/name/collect-month/collect")
    words = {"parameters": {"period": "2023-06"}}
    asked = desk.call(f"deployments/{deployment['id']}/create_flow_run", words)
    wait_for(lambda: state_of(desk, asked["id"]) == "RUNNING", seconds=120)
    assert up.stop() == 0, up.said
    assert "已全部停止" in up.said
    assert desk.processes() == []
    assert not (desk.home / "prefect" / "address.json").exists()
    with sqlite3.connect(desk.home / "prefect" / "prefect.db") as database:
        states = dict(database.execute("SELECT name, state_type FROM flow_run").fetchall())
    assert states["收集 2023-06"] in ("CRASHED", "FAILED", "COMPLETED")


def state_of(desk, run: str) -> str:
    return desk.call(f"flow_runs/{run}")["state_type"]
