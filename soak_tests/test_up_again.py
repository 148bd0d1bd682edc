"""`yuebao up` a year and a half later, on the same data: old runs go, lost ones are ended."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

LOGIN = "office:a-long-secret"


@pytest.fixture(scope="module")
def desk(make_desk):
    return make_desk(settings={"YUEBAO_QUIET_HOURS": ""})


@pytest.fixture(scope="module")
def up(desk, wait_for) -> None:
    """A first life: the sample month collected, then stopped while another run was going on."""
    running = desk.up("--demo")
    running.wait_until_it_says("已就绪")
    wait_for(
        lambda: [r for r in desk.runs() if r["name"] == "收集 2023-05" and r["end_time"]],
        seconds=240,
    )
    deployment = desk.call("deployments/name/collect-month/collect")
    words = {"parameters": {"period": "2023-06"}}
    asked = desk.call(f"deployments/{deployment['id']}/create_flow_run", words)
    wait_for(lambda: state_of(desk, asked["id"]) == "RUNNING", seconds=240)
    assert running.stop() == 0


def state_of(desk, run: str) -> str:
    return desk.call(f"flow_runs/{run}")["state_type"]


@pytest.fixture(scope="module")
def again(desk, up) -> Iterator:
    """The same home a year and a half later, now behind a login."""
    _let_time_pass(desk.home / "prefect" / "prefect.db")
    desk.settings["YUEBAO_PREFECT_AUTH"] = LOGIN
    running = desk.up()
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)


def _let_time_pass(file: Path) -> None:
    """Finished runs are 500 days old; the next scheduled ones were missed two days ago."""
    with sqlite3.connect(file) as database:
        database.execute("UPDATE flow_run SET end_time = datetime(end_time, '-500 days')")
        database.execute(
            "UPDATE flow_run SET expected_start_time = datetime('now', '-2 days'),"
            " next_scheduled_start_time = datetime('now', '-2 days'), name = 'missed'"
            " WHERE id IN (SELECT id FROM flow_run WHERE state_type = 'SCHEDULED' LIMIT 5)"
        )
        database.execute(
            "UPDATE flow_run_state SET type = 'RUNNING', name = 'Running' WHERE id ="
            " (SELECT state_id FROM flow_run WHERE name = '收集 2023-06')"
        )
        database.execute(
            "UPDATE flow_run SET state_type = 'RUNNING', state_name = 'Running', name = 'cut off',"
            " end_time = NULL, infrastructure_pid = '4194305' WHERE name = '收集 2023-06'"
        )
        ended = "UPDATE flow_run SET name = 'long ago' WHERE end_time IS NOT NULL"
        assert database.execute(ended).rowcount > 0


def test_it_starts_again_on_the_same_data_behind_a_login(desk, again) -> None:
    assert "已就绪" in again.wait_until_it_says("已就绪"), desk.log()
    assert desk.refuses("deployments/count")
    (worker,) = desk.call("work_pools/yuebao/workers/filter", {}, login=LOGIN)
    assert worker["status"] == "ONLINE"
    assert LOGIN not in desk.log()
    assert LOGIN.partition(":")[2] not in desk.log()


def test_what_a_power_cut_left_running_is_ended_and_missed_runs_are_not_caught_up(
    desk, again
) -> None:
    states = {run["name"]: run["state_name"] for run in desk.runs(LOGIN)}
    assert states["cut off"] == "运行中断"
    assert states["missed"] == "错过"


def test_old_runs_are_cleared_away(desk, again, wait_for) -> None:
    def old() -> list[dict]:
        return [run for run in desk.runs(LOGIN) if run["name"] == "long ago"]

    assert wait_for(lambda: not old(), seconds=240)


def test_it_says_which_process_died_stops_the_rest_and_tells_the_data_team(desk, again) -> None:
    for pid in desk.processes():
        if b"worker\0start" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    assert again.end() == 1
    assert "worker" in again.said
    assert "自己停了" in again.said
    assert desk.processes() == []
    (notice,) = (desk.home / "outputs/通知").glob("*月报服务停了*.txt")
    assert "自己停了" in notice.read_text("utf-8")
