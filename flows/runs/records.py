"""The task runs this process started, so that it can wait until the server has them all."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterId
from prefect.events.worker import EventsWorker
from prefect.futures import PrefectFuture
from prefect.logging.handlers import APILogWorker

_started: list[UUID] = []
_PAGE = 200
_FLUSH_SECONDS = 10.0


def track(futures: Iterable[PrefectFuture[Any]]) -> None:
    """Remember these task runs."""
    _started.extend(future.task_run_id for future in futures)


def wait_until_recorded(*, seconds: float) -> int:
    """Wait until the server has every tracked task run in its final state.

    Returns how many it still lacks when the time is over: 0 when all are there.
    """
    until = time.monotonic() + seconds
    missing = list(_started)
    while missing:
        missing = _not_final(missing)
        if missing and time.monotonic() > until:
            break
        if missing:
            time.sleep(0.2)
    _started.clear()
    return len(missing)


def flush_logs() -> None:
    """Send what is still queued of log lines and events; to be called before the server stops."""
    APILogWorker.drain_all(timeout=_FLUSH_SECONDS)
    EventsWorker.drain_all(timeout=_FLUSH_SECONDS)


def _not_final(ids: list[UUID]) -> list[UUID]:
    done: set[UUID] = set()
    with get_client(sync_client=True) as client:
        for start in range(0, len(ids), _PAGE):
            chosen = TaskRunFilter(id=TaskRunFilterId(any_=ids[start : start + _PAGE]))
            for run in client.read_task_runs(task_run_filter=chosen, limit=_PAGE):
                if run.state is not None and run.state.is_final():
                    done.add(run.id)
    return [task_run for task_run in ids if task_run not in done]
