"""SQLite, one worker, the default: a year's collects in a row, each of all the units."""

import sqlite3
from contextlib import closing

import pytest

MONTHS = [f"2023-{month:02}" for month in range(5, 13)]
PATIENCE = 1200  # seconds; minutes on a machine that does other things as well
PLANTED = [  # of the first month
    "file-bomb",
    "file-damaged",
    "file-empty",
    "file-extent",
    "file-not-workbook",
    "file-not-workbook",
]


@pytest.fixture(scope="module")
def office(make_desk):
    desk = make_desk()
    samples = ["--out", str(desk.home / "inbox"), "--from", MONTHS[0], "--to", MONTHS[-1]]
    assert desk.yuebao("sample", *samples, "--faults").end(seconds=600) == 0
    up = desk.up()
    assert "已就绪" in up.wait_until_it_says("已就绪"), desk.log()
    yield desk
    assert up.stop() == 0
    assert desk.processes() == []


def test_a_year_of_collects_two_at_a_time(office, wait_for) -> None:
    """The month, and at the same time a township of the first: two runs write at once."""
    collect = office.call("deployments/name/collect-month/collect")["id"]
    load = office.call("deployments/name/load-unit/load-unit")["id"]
    for month in MONTHS:
        asked = [create(office, collect, period=month)]
        if month != MONTHS[0]:
            asked.append(create(office, load, unit="共和镇", period=MONTHS[0]))
        assert wait_for(lambda runs=asked: ended(office, runs), seconds=PATIENCE)
    collected = [run for run in office.runs() if run["name"].startswith("收集")]
    assert len(collected) == len(MONTHS)
    assert {run["state_type"] for run in collected} <= {"COMPLETED", "FAILED"}
    assert "CRASHED" not in {run["state_type"] for run in office.runs()}
    log = (office.home / "prefect" / "server.log").read_text(encoding="utf-8")
    for trouble in (" 503", "database is locked", "Traceback"):
        assert trouble not in log
    # the last notices are still being sent
    assert wait_for(lambda: tasks_under_way(office) == [], seconds=PATIENCE)


def test_files_are_refused_for_what_is_planted_in_them_not_because_all_was_busy(office) -> None:
    with closing(sqlite3.connect(office.home / "warehouse.db")) as warehouse:
        refused = warehouse.execute(
            "SELECT 期别, 问题类型 FROM v_issue WHERE 问题类型 GLOB 'file-*'"
        )
        found = refused.fetchall()
    assert sorted(code for month, code in found if month == MONTHS[0]) == PLANTED
    assert "file-unreadable" not in dict(map(reversed, found))


ACTIVE = {"state": {"type": {"any_": ["RUNNING", "PENDING"]}}}


def create(office, deployment: str, **parameters: str) -> str:
    return office.call(f"deployments/{deployment}/create_flow_run", {"parameters": parameters})[
        "id"
    ]


def tasks_under_way(office) -> list[str]:
    active = office.call("task_runs/filter", {"limit": 200, "task_runs": ACTIVE})
    return [task["name"] for task in active]


def ended(office, runs: list[str]) -> bool:
    return all(office.call(f"flow_runs/{run}")["end_time"] for run in runs)
