"""What the warehouse keeps of runs: the trace of a re-run, and one at a time."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

from sql.records import RerunRecord
from sql.store import Warehouse

HOLD = """
import sys, time
from sql.store import Warehouse
with Warehouse(sys.argv[1]).exclusively("2023-09", seconds=0) as held:
    print(held, flush=True)
    time.sleep(60)
"""


def record(unit: str) -> RerunRecord:
    moment = datetime(2023, 9, 26, 8, tzinfo=UTC)
    return RerunRecord(
        "2023-09", unit, "", "失败的", "李四", "改了规则", "重报", "退回", "已入库", True, moment
    )


def test_the_trace_of_re_runs_is_read_back_newest_first(empty_url: str) -> None:
    with Warehouse(empty_url) as warehouse:
        warehouse.migrate()
        warehouse.record_reruns("p", [record("1")])
        warehouse.record_reruns("p", [record("2")])
        assert warehouse.reruns("p", "2023-09") == (record("2"), record("1"))
        assert warehouse.reruns("p", "2023-10") == ()


def test_a_name_is_held_by_one_and_free_again_when_its_holder_is_killed(empty_url: str) -> None:
    with Warehouse(empty_url) as warehouse:
        warehouse.migrate()
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, empty_url], stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "True\n"
            with warehouse.exclusively("2023-09", seconds=0) as held:
                assert not held
            with warehouse.exclusively("2023-10", seconds=0) as held:
                assert held
            other.kill()
        with warehouse.exclusively("2023-09", seconds=10) as held:
            assert held
        with warehouse.exclusively("2023-09", seconds=0) as held:
            assert held
