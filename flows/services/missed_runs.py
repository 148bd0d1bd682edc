"""Scheduled runs missed while nothing ran: they are not made up for, but for the newest ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from flows.services.server import call_api

Run: TypeAlias = dict[str, Any]

LATE = "运行迟到"  # the notice that a run did not start in time
MISSED = "错过"
_MISSED_AFTER = timedelta(minutes=5)
_STILL_WORTH = timedelta(hours=12)
_PAGE = 200
_AT_ONCE = 50  # the most Prefect changes in one call
_CALL_SECONDS = 60.0
_WHY = "当时没有开机，不再补做。"
_NO_NEWS = "那时没有开机，不必通知。"


def cancel_missed(api_url: str, auth: str, now: datetime) -> int:
    """Cancel what was missed but for each deployment's newest run; returns how many it were.

    That one still runs if it is not older than half a day. Nobody is told that runs are late
    that could not start because the server was down.
    """
    waiting = _waiting(api_url, auth, now)
    missed = [run for run in waiting if _is_missed(run)]
    over = _not_worth_it(missed, now)
    late = {run["id"] for run in missed}
    told = [run["id"] for run in waiting if _late_run_of(run) in late]
    _cancel(api_url, auth, over, _WHY)
    _cancel(api_url, auth, told, _NO_NEWS)
    return len(over)


def _is_missed(run: Run) -> bool:
    """A schedule's, and not one that a person sent on its way again."""
    return bool(run["auto_scheduled"] and run["deployment_id"] and not run["run_count"])


def _not_worth_it(missed: Iterable[Run], now: datetime) -> list[str]:
    kept: set[str] = set()
    over: list[str] = []
    for run in sorted(missed, key=_due, reverse=True):
        if run["deployment_id"] in kept or now - _due(run) > _STILL_WORTH:
            over.append(run["id"])
        else:
            kept.add(run["deployment_id"])
    return over


def _due(run: Run) -> datetime:
    return datetime.fromisoformat(run["expected_start_time"])


def _late_run_of(run: Run) -> str:
    """The run a waiting notice calls late; '' for any other run."""
    parameters = run["parameters"]
    return str(parameters["run"]).rpartition(".")[2] if parameters.get("kind") == LATE else ""


def _waiting(api_url: str, auth: str, now: datetime) -> list[Run]:
    """All that waits to be started: what is due for long, and notices, which are due at once."""
    chosen = {
        "state": {"type": {"any_": ["SCHEDULED"]}},
        "expected_start_time": {"before_": now.isoformat()},
    }
    runs: list[Run] = []
    while True:
        body = {"flow_runs": chosen, "limit": _PAGE, "offset": len(runs), "sort": "ID_DESC"}
        page = call_api(api_url, "flow_runs/filter", auth=auth, body=body)
        runs += page
        if len(page) < _PAGE:
            break
    return [run for run in runs if _late_run_of(run) or now - _due(run) > _MISSED_AFTER]


def _cancel(api_url: str, auth: str, runs: Sequence[str], message: str) -> None:
    state = {"type": "CANCELLED", "name": MISSED, "message": message}
    for start in range(0, len(runs), _AT_ONCE):
        chosen = {"id": {"any_": runs[start : start + _AT_ONCE]}}
        body = {"flow_runs": chosen, "state": state, "force": True, "limit": _AT_ONCE}
        call_api(api_url, "flow_runs/bulk_set_state", auth=auth, body=body, seconds=_CALL_SECONDS)
