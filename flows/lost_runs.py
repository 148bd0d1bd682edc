"""Runs whose process is gone: after a power cut or a kill nobody else would ever end them.

Such a run would stay as running, and hold its deployment's only place, so that every later one
were turned away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.server import call_api

INTERRUPTED = "运行中断"  # the state of a run whose process is gone
_ACTIVE = ["PENDING", "RUNNING", "CANCELLING"]
_PAGE = 200
_MESSAGE = (
    "执行它的进程已经不在了（断电、重启或被强行结束）。已入库的不受影响，请点 Retry 再做一次。"
)


def crash_lost_runs(api_url: str, auth: str, worker: str) -> int:
    """Mark as crashed what this worker, not started yet, still seems to run; how many it was.

    A run whose process is alive on this machine is left to end by itself.
    """
    lost = [run for run in _active(api_url, auth) if _is_lost(run, worker)]
    state = {"type": "CRASHED", "name": INTERRUPTED, "message": _MESSAGE}
    for run in lost:
        words = {"state": state, "force": True}
        call_api(api_url, f"flow_runs/{run['id']}/set_state", auth=auth, body=words)
    return len(lost)


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
