"""A worker of the office: how it is started, and whether the server sees it."""

from __future__ import annotations

import os
import socket
from datetime import datetime

from flows.office import office, settings
from flows.prefect_environment import client_environment, prefect
from flows.server import ServerError, auth_of, call_api, check_login, healthy, recorded_address

POOL = "yuebao"
WORKER_STOP_SECONDS = 30.0


def worker_name() -> str:
    """This machine's name: several machines' workers are told apart by it."""
    return socket.gethostname()


def worker_command(name: str, limit: int) -> tuple[str, ...]:
    return prefect(
        *("worker", "start", "--pool", POOL, "--type", "process"),
        *("--name", name, "--limit", str(limit)),
    )


def worker_is_online(api_url: str, auth: str, name: str, *, since: datetime) -> bool:
    """Whether the server has heard from that worker since then."""
    try:
        workers = call_api(api_url, f"work_pools/{POOL}/workers/filter", auth=auth, body={})
    except OSError:
        return False
    return any(
        worker["name"] == name and datetime.fromisoformat(worker["last_heartbeat_time"]) >= since
        for worker in workers
    )


def run_worker(name: str, limit: int) -> None:
    """Become a worker of the server named by the settings, once all it needs can be reached."""
    chosen = settings()
    api_url = chosen.api_url or os.environ.get("PREFECT_API_URL", "") or recorded_address(chosen)
    if not api_url:
        raise ServerError("不知道 Prefect 服务在哪里。请设 YUEBAO_API_URL=http://服务器:4200/api。")
    if not healthy(api_url):
        raise ServerError(f"Prefect 服务没有应答：{api_url}。请先在服务器上运行 yuebao up。")
    check_login(api_url, auth_of(chosen))
    _ = office().warehouse
    office().close()
    command = worker_command(name or worker_name(), limit or chosen.worker_limit)
    os.execve(command[0], command, client_environment(chosen, api_url, os.environ))  # noqa: S606
