"""What the health of the whole is judged by: the home, the warehouse, the server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError

from flows.services.server import ServerError, address_file, auth_of, call_api, recorded_address
from flows.services.working import POOL
from flows.settings import Settings
from sql.store import WarehouseUnavailableError
from tasks.backlog import waiting_files
from tasks.deeds import Done, last_done
from tasks.office import Office
from tasks.standings import statuses_of
from yuebao.rules.calendar import (
    current_period,
    is_open,
    local_date,
    quarters,
    reportable_periods,
)
from yuebao.rules.health import (
    Check,
    Health,
    ServerFacts,
    archive_check,
    collecting_check,
    disk_check,
    obligations_check,
    server_checks,
    unreachable_check,
    waiting_check,
)
from yuebao.workbooks.inbox import InboxUnreachable

_A_DAY = timedelta(days=1)
_PATIENCE = timedelta(minutes=15)  # a run that waits for its turn is not late yet
_FAULTS = ("Failed", "Crashed", "TimedOut")


def health_of(office: Office, settings: Settings, now: datetime) -> Health:
    """How everything stands now; what cannot be looked at is itself a finding."""
    checks = (*_office_checks(office, now), *server_checks(server_facts(settings, now), now))
    return Health(now, checks)


def _office_checks(office: Office, now: datetime) -> Iterator[Check]:
    today = local_date(office.programme, now)
    known = (*reportable_periods(office.programme), *quarters(office.programme))
    opened = any(is_open(office.programme, period, today) for period in known)
    yield collecting_check(last_done(office, Done.COLLECTED), now, is_open=opened)
    yield _waiting(office, tuple(str(period) for period in known), now)
    yield _to_come(office, today)
    office.root.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(office.root)
    yield disk_check(usage.free, usage.total)
    yield archive_check(last_done(office, Done.VERIFIED), now)


def _to_come(office: Office, today: date) -> Check:
    period = str(current_period(office.programme, today))
    try:
        return obligations_check(period, statuses_of(office, period, today))
    except WarehouseUnavailableError as error:
        return unreachable_check(str(error))


def _waiting(office: Office, periods: tuple[str, ...], now: datetime) -> Check:
    try:
        return waiting_check(waiting_files(office, periods, now), now)
    except InboxUnreachable as error:
        return waiting_check((), now, error.reason)


def server_facts(settings: Settings, now: datetime) -> ServerFacts:
    """What the server that is named, or that left its address, says of itself."""
    named = settings.api_url or os.environ.get("PREFECT_API_URL", "")
    address = named or recorded_address(settings)
    expected = bool(address) or address_file(settings).exists()
    if not address:
        return ServerFacts(expected)
    try:
        return _asked(address, auth_of(settings), now)
    except (OSError, ValueError, ServerError):
        return ServerFacts(expected)


def _asked(address: str, auth: str, now: datetime) -> ServerFacts:
    late = {"name": {"any_": ["Late"]}}, {"before_": (now - _PATIENCE).isoformat()}
    deployed = _deployed(address, auth)
    return ServerFacts(
        expected=True,
        answers=True,
        workers=tuple((worker["name"], _moment(worker)) for worker in _workers(address, auth)),
        late=len(_runs(address, auth, state=late[0], expected_start_time=late[1])),
        scheduled=len(deployed),
        unscheduled=tuple(d["name"] for d in deployed if not _has_next(address, auth, d, now)),
        failed=tuple(_failed(address, auth, now)),
    )


def _workers(address: str, auth: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = call_api(
            address, f"work_pools/{POOL}/workers/filter", auth=auth, body={}
        )
    except HTTPError as error:
        if error.code != HTTPStatus.NOT_FOUND:
            raise
        return []  # nobody has made the pool yet
    return found


def _deployed(address: str, auth: str) -> list[dict[str, Any]]:
    """The deployments that run by a schedule; one a person paused does not."""
    found: list[dict[str, Any]] = call_api(address, "deployments/filter", auth=auth, body={})
    return [
        one
        for one in found
        if not one["paused"] and any(schedule["active"] for schedule in one["schedules"])
    ]


def _has_next(address: str, auth: str, deployment: dict[str, Any], now: datetime) -> bool:
    """Whether its next run is laid down; the scheduler lays down several ahead, always."""
    chosen = {
        "deployment_id": {"any_": [deployment["id"]]},
        "state": {"type": {"any_": ["SCHEDULED"]}},
        "expected_start_time": {"after_": now.isoformat()},
    }
    return bool(_runs(address, auth, **chosen))


def _failed(address: str, auth: str, now: datetime) -> Iterator[str]:
    """The names of runs that failed within a day by a fault; a returned report is none."""
    ended = {"after_": (now - _A_DAY).isoformat()}
    state = {"type": {"any_": ["FAILED", "CRASHED"]}}
    for run in _runs(address, auth, state=state, end_time=ended):
        name = str(run["state_name"])
        if run["state_type"] == "CRASHED" or name in _FAULTS or "系统故障" in name:
            yield str(run["name"])


def _runs(address: str, auth: str, **chosen: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call_api(
        address, "flow_runs/filter", auth=auth, body={"flow_runs": chosen, "limit": 100}
    )
    return found


def _moment(worker: dict[str, Any]) -> datetime | None:
    heard = worker.get("last_heartbeat_time")
    return datetime.fromisoformat(heard) if heard else None
