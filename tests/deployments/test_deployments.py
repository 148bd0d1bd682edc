"""The deployments as Prefect takes them: each entrypoint loads, schedules make runs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.flows import load_flow_from_entrypoint

FILE = Path(__file__).parents[2] / "deployments" / "prefect.yaml"
DEPLOYMENTS = yaml.safe_load(FILE.read_text(encoding="utf-8"))["deployments"]

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_each_entrypoint_is_a_flow_and_each_description_is_chinese(deployment: dict) -> None:
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    assert callable(flow)
    assert any("一" <= letter <= "鿿" for letter in deployment["description"])
    for schedule in deployment.get("schedules", []):
        assert schedule["timezone"] == "Asia/Shanghai"


def prefect(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", *words],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"COLUMNS": "200"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_deployed_schedules_make_runs(prefect_server: str) -> None:
    prefect("work-pool", "create", "yuebao", "--type", "process", "--overwrite")
    prefect("deploy", "--all", "--prefect-file", str(FILE))
    scheduled = {d["name"] for d in DEPLOYMENTS if d.get("schedules")}
    until = time.monotonic() + 60
    found: set[str] = set()
    with get_client(sync_client=True) as client:
        names = {deployment.id: deployment.name for deployment in client.read_deployments()}
        while found != scheduled and time.monotonic() < until:
            runs = client.read_flow_runs(limit=200)
            found = {names[run.deployment_id] for run in runs if run.deployment_id in names}
            time.sleep(0.5)
    assert set(names.values()) == {d["name"] for d in DEPLOYMENTS}
    assert found == scheduled
