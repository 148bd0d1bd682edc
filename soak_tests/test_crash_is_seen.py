"""A run that dies with its worker is seen within two minutes; living and ended ones are let be."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.services.server import prefect_api
from flows.settings import Settings

FLOWS = """
import sys, time
from prefect import flow
from prefect.states import Completed

@flow(name="long-work", flow_run_name="{name}")
def work(name: str, seconds: float):
    time.sleep(seconds)
    return Completed(name="已入库 21，退回 0")

work(sys.argv[1], float(sys.argv[2]))
"""
SEEN_WITHIN = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the automations; clients beat as the workers' runs do."""
    os.environ["YUEBAO_HOME"] = str(tmp_path_factory.mktemp("home"))
    with prefect_api(Settings(home=tmp_path_factory.mktemp("prefect"))) as address:
        from prefect.client.orchestration import get_client
        from prefect.client.schemas.actions import WorkPoolCreate

        from flows.approve_month import approve_month
        from flows.decide_revision import decide_revision
        from flows.notices import notify
        from flows.services.automations import register

        with get_client(sync_client=True) as client:
            client.create_work_pool(WorkPoolCreate(name="yuebao", type="process"))
        for entry in (notify, approve_month, decide_revision):
            entry.to_deployment(entry.name, work_pool_name="yuebao").apply()
        register()
        yield address


def started(tmp_path: Path, name: str, seconds: float) -> subprocess.Popen[bytes]:
    script = tmp_path / "long_work.py"
    script.write_text(FLOWS, encoding="utf-8")
    environment = os.environ | {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
    return subprocess.Popen([sys.executable, str(script), name, str(seconds)], env=environment)


def state_of(name: str) -> tuple[str, str]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName

    with get_client(sync_client=True) as client:
        chosen = FlowRunFilter(name=FlowRunFilterName(any_=[name]))
        runs = client.read_flow_runs(flow_run_filter=chosen)
    return (runs[0].state.type.value, runs[0].state.name) if runs else ("", "")


def until(name: str, wanted: str, seconds: float) -> float:
    """How long it took until the run was in that type of state; fails when it never was."""
    began = time.monotonic()
    while state_of(name)[0] != wanted:
        assert time.monotonic() - began < seconds, state_of(name)
        time.sleep(0.5)
    return time.monotonic() - began


def test_the_dead_are_seen_the_living_and_the_ended_are_not_touched(
    server: str, tmp_path: Path
) -> None:
    ended = started(tmp_path, "很快做完", 1)
    living = started(tmp_path, "还活着", 600)
    dead = started(tmp_path, "被杀掉", 600)
    try:
        until("很快做完", "COMPLETED", 60)
        until("被杀掉", "RUNNING", 60)
        until("还活着", "RUNNING", 60)
        dead.kill()
        assert until("被杀掉", "CRASHED", SEEN_WITHIN) < SEEN_WITHIN
        time.sleep(75)  # a whole span without a beat for the one that ended
        assert state_of("很快做完") == ("COMPLETED", "已入库 21，退回 0")
        assert state_of("还活着") == ("RUNNING", "Running")
    finally:
        for process in (ended, living, dead):
            process.kill()
            process.wait()
