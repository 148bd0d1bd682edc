"""What Prefect's processes are told, through their environment: the server, and its clients.

Each is told only what it needs: the server no warehouse, the clients not the server's database.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from flows.services.listening import Listening
from flows.services.prefect_database import database_of
from flows.services.server import QUIET, auth_of
from flows.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_SECRETS = (
    "YUEBAO_PREFECT_AUTH",
    "YUEBAO_PREFECT_DATABASE_URL",
    "PREFECT_SERVER_API_AUTH_STRING",
    "PREFECT_API_AUTH_STRING",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_API_DATABASE_CONNECTION_URL",
)
_ELSEWHERE = ("PREFECT_API_KEY", "PREFECT_PROFILE", "PREFECT_API_URL", "PREFECT_UI_URL")
_HEARTBEAT_SECONDS = 30  # the least Prefect takes: a dead run is seen within about a minute
_BUSY_SECONDS = 60
_SCHEDULED_DAYS = 2
_LEASES = "prefect.server.concurrency.lease_storage.filesystem"


def server_environment(
    settings: Settings, listening: Listening, inherited: Mapping[str, str]
) -> dict[str, str]:
    """The server's: where its data is, who may call it, how long it keeps old records."""
    chosen = {
        name: value
        for name, value in _plain(settings, inherited).items()
        if not name.startswith("YUEBAO_")  # of the office's work it knows nothing
    } | {"YUEBAO_HOME": str(settings.root)}
    if auth_of(settings):
        chosen["PREFECT_SERVER_API_AUTH_STRING"] = auth_of(settings)
        chosen["PREFECT_API_AUTH_STRING"] = auth_of(settings)  # its own services call it too
    return chosen | {
        "PREFECT_API_URL": listening.api_url,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_of(settings),
        "PREFECT_SERVER_DATABASE_TIMEOUT": str(_BUSY_SECONDS),
        # who holds a deployment's only place is still known after a restart
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": _LEASES,
        # a short list of coming runs: what is missed while the machine is off is as short
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": f"P{_SCHEDULED_DAYS}D",
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": listening.url,
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": _seconds(settings.keep_runs_days),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{settings.keep_events_days}D",
    }


def client_environment(
    settings: Settings, api_url: str, inherited: Mapping[str, str]
) -> dict[str, str]:
    """The workers' and their runs': the server, and every folder by its absolute path."""
    chosen = _plain(settings, inherited)
    if auth_of(settings):
        chosen["PREFECT_API_AUTH_STRING"] = auth_of(settings)
    return chosen | {
        "PREFECT_API_URL": api_url,
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(_HEARTBEAT_SECONDS),
        "YUEBAO_HOME": str(settings.root),
        "YUEBAO_PROGRAMME": str(settings.programme_folder.resolve()),
        "YUEBAO_WAREHOUSE_URL": settings.warehouse,
        "YUEBAO_INBOX": settings.inbox_place,
        # "python" is this very interpreter
        "PATH": _joined(str(Path(sys.executable).parent), inherited.get("PATH", "")),
        # runs work in folders of their own: this one is found from anywhere
        "PYTHONPATH": _joined(str(_ROOT), inherited.get("PYTHONPATH", "")),
    }


def prefect(*words: str) -> tuple[str, ...]:
    """The command that runs Prefect with these words, by this very interpreter."""
    return (sys.executable, "-m", "prefect", *words)


def _plain(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    left_out = {*_SECRETS, *_ELSEWHERE, "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"}
    kept = {name: value for name, value in inherited.items() if name not in left_out}
    quiet = {name: value for name, value in QUIET.items() if name not in left_out}
    return quiet | kept | {"PREFECT_HOME": str(settings.prefect_home), "PYTHONUNBUFFERED": "1"}


def _seconds(days: int) -> str:
    return str(int(timedelta(days=days).total_seconds()))


def _joined(*parts: str) -> str:
    return ":".join(part for part in parts if part)
