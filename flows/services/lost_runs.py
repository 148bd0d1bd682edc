"""Runs whose process is gone: after a power cut or a kill nobody else would ever end them.

Such a run would stay as running, and hold its deployment's only place, so that every later one
were turned away.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.services.server import call_api

INTERRUPTED = "运行中断"  # the state of a run whose process is gone
_ACTIVE = ["PENDING", "RUNNING", "CANCELLING"]
_PAGE = 200
_FRESH = timedelta(minutes=1)
_LOOK_AGAIN_SECONDS = 8.0  # what a laden machine takes from a worker's word to its process
_MESSAGE = (
    "执行它的进程已经不在了（断电、重启或被强行结束）。已入库的不受影响，请点 Retry 再做一次。"
)


def crash_lost_runs(api_url: str, auth: str, worker: str) -> int:
    """Mark as crashed what this worker, not started yet, still seems to run; how many it was.

    A run whose process is alive on this machine is left to end by itself. One that changed a moment
    ago may be on its way to a new process, as a retry is that another worker takes: it is looked at
    again, and is lost only if it stayed as it was.
    """
    lost = _lost(api_url, auth, worker)
    if any(_is_fresh(run) for run in lost.values()):
        time.sleep(_LOOK_AGAIN_SECONDS)
        still = _lost(api_url, auth, worker)
        lost = {state: run for state, run in lost.items() if state in still}
    crashed = {"type": "CRASHED", "name": INTERRUPTED, "message": _MESSAGE}
    for run in lost.values():
        words = {"state": crashed, "force": True}
        call_api(api_url, f"flow_runs/{run['id']}/set_state", auth=auth, body=words)
    return len(lost)


def _lost(api_url: str, auth: str, worker: str) -> dict[str, dict[str, Any]]:
    """The runs whose process seems gone, by the state each is in: a new state has a new name."""
    active = _active(api_url, auth)
    return {str(run["state_id"]): run for run in active if _is_lost(run, worker)}


def _is_fresh(run: dict[str, Any]) -> bool:
    since = datetime.fromisoformat(run["state"]["timestamp"])
    return datetime.now(UTC) - since < _FRESH


def _active(api_url: str, auth: str) -> list[dict[str, Any]]:
    chosen = {"state": {"type": {"any_": _ACTIVE}}}
    body = {"flow_runs": chosen, "limit": _PAGE}
    runs: list[dict[str, Any]] = call_api(api_url, "flow_runs/filter", auth=auth, body=body)
    return runs


def _is_lost(run: dict[str, Any], worker: str) -> bool:
    labels = run.get("labels") or {}
    if labels.get("prefect.worker.name") != worker:
        return False
    command = Path(f"/proc/{run.get('infrastructure_pid') or 0}/cmdline")
    try:
        return b"prefect" not in command.read_bytes()
    except OSError:
        return True
