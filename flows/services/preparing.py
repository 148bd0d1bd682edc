"""``python -m flows.services.preparing``: work pool, deployments, automations on a server.

Started beside the server, so that the imports are done by the time it is healthy.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectAlreadyExists
from prefect.settings import get_current_settings
from prefect.workers.process import ProcessWorker

from flows.services import automations
from flows.services.missed_runs import cancel_missed
from flows.services.server import auth_of, healthy
from flows.services.working import POOL
from flows.settings import Settings

DEPLOYMENTS = Path(__file__).resolve().parents[2] / "deployments" / "prefect.yaml"
ENGINE = "python -m prefect.engine"
_HEALTHY_SECONDS = 120.0
_PAGE = 200


class NotPreparedError(RuntimeError):
    """The server is not as it should be; the message says what is missing."""


def main() -> None:
    """Prepare the server; with a period as the first word, ask for its collection too."""
    api_url = str(get_current_settings().api.url)
    _wait_until_healthy(api_url)
    with get_client(sync_client=True) as client:
        make_pool(client)
        deploy()
        check_deployed(client)
        automations.register()
        cancel_missed(api_url, auth_of(Settings()), datetime.now(UTC))
        for period in sys.argv[1:]:
            ask_for_collection(client, period)


def make_pool(client: SyncPrefectClient) -> None:
    """The work pool of the office's workers; one that is there is brought up to ours."""
    template = job_template()
    pool = WorkPoolCreate(
        name=POOL,
        type="process",
        description="月报的运行都在这里执行",
        base_job_template=template,
    )
    try:
        client.create_work_pool(pool)
    except ObjectAlreadyExists:
        client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=template))


def job_template() -> dict[str, Any]:
    """How a worker starts a run: at once, by the interpreter found first on its path.

    With the command left open Prefect first starts a process that only looks where the code is,
    seconds for each run; ours is installed where the worker is.
    """
    template: dict[str, Any] = ProcessWorker.get_default_base_job_template()
    template["variables"]["properties"]["command"]["default"] = ENGINE
    return template


def deploy() -> None:
    """``prefect deploy --all`` of our deployments, within this process.

    Prefect makes the present folder the one runs start in: the root is there on every worker's
    machine.
    """
    os.chdir("/")
    words = ["prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(DEPLOYMENTS)]
    before, sys.argv = sys.argv, words
    try:
        runpy.run_module("prefect", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code not in (None, 0):
            raise NotPreparedError("deployments could not be deployed") from end
    finally:
        sys.argv = before


def check_deployed(client: SyncPrefectClient) -> None:
    """NotPreparedError if a deployment was skipped: Prefect only prints a line then."""
    wanted = {entry["name"] for entry in yaml.safe_load(DEPLOYMENTS.read_bytes())["deployments"]}
    there = {deployment.name for deployment in client.read_deployments(limit=_PAGE)}
    if missing := wanted - there:
        raise NotPreparedError(f"not deployed: {', '.join(sorted(missing))}")


def ask_for_collection(client: SyncPrefectClient, period: str) -> None:
    """One run of the collecting deployment for that period, for the first worker to take."""
    deployment = client.read_deployment_by_name("collect-month/collect")
    client.create_flow_run_from_deployment(
        deployment.id, parameters={"period": period}, idempotency_key=f"first-{period}"
    )


def _wait_until_healthy(api_url: str) -> None:
    until = time.monotonic() + _HEALTHY_SECONDS
    while not healthy(api_url):
        if time.monotonic() > until:
            raise NotPreparedError(f"no server at {api_url}")
        time.sleep(0.2)


if __name__ == "__main__":
    main()
