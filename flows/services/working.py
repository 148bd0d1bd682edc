"""A worker of the office: how it is started, and whether the server sees it."""

from __future__ import annotations

import os
import socket

from flows.office import office, settings
from flows.printing import console
from flows.services.children import start_child
from flows.services.lost_runs import crash_lost_runs
from flows.services.prefect_environment import client_environment, prefect
from flows.services.server import (
    ServerError,
    auth_of,
    call_api,
    check_login,
    healthy,
    recorded_address,
)
from flows.services.watching import StoppedError, Watch, watching
from flows.settings import Settings

POOL = "yuebao"
_STOP_SECONDS = 30.0
_READY_SECONDS = 120.0


def worker_name() -> str:
    """This machine's name: several machines' workers are told apart by it."""
    return socket.gethostname()


def start_worker(chosen: Settings, api_url: str, watch: Watch, name: str, limit: int = 0) -> None:
    """Start a worker and wait until the server has heard from it."""
    auth = auth_of(chosen)
    before = _last_heard(api_url, auth, name)
    try:
        lost = crash_lost_runs(api_url, auth, name)
    except OSError as error:
        raise ServerError(
            f"Prefect 服务 {api_url} 没有正常应答：{error}。请看服务的日志。"
        ) from error
    if lost:
        console.print(f"上次没有做完就中断的运行 {lost} 个，已标为运行中断，可以重试。")
    words = ("worker", "start", "--pool", POOL, "--type", "process", "--name", name)
    worker = start_child(
        f"worker {name}",
        prefect(*words, "--limit", str(limit or chosen.worker_limit)),
        client_environment(chosen, api_url, os.environ),
        chosen.prefect_home / f"worker-{name}.log",
        stop_seconds=_STOP_SECONDS,
        runs_work=True,
    )
    watch.children.append(worker)
    watch.until(
        lambda: _last_heard(api_url, auth, name) != before,
        waiting_for=worker.name,
        seconds=_READY_SECONDS,
    )


def run_worker(name: str, limit: int) -> None:
    """A worker of the server named by the settings, until stopped; all it needs is tried first."""
    chosen = settings()
    api_url = chosen.api_url or os.environ.get("PREFECT_API_URL", "") or recorded_address(chosen)
    if not api_url:
        raise ServerError("不知道 Prefect 服务在哪里。请设 YUEBAO_API_URL=http://服务器:4200/api。")
    if not healthy(api_url):
        raise ServerError(f"Prefect 服务没有应答：{api_url}。请先在服务器上运行 yuebao up。")
    check_login(api_url, auth_of(chosen))
    try_warehouse()
    chosen.prefect_home.mkdir(parents=True, exist_ok=True)
    with watching() as watch:
        try:
            start_worker(chosen, api_url, watch, name or worker_name(), limit)
            console.print(f"worker 已连到 {api_url}。按 Ctrl-C 停止。", markup=False)
            watch.forever()
        except StoppedError:
            console.print("正在停止…")
    console.print("已停止。")


def try_warehouse() -> None:
    """Reach the warehouse and bring it to the present tables; WarehouseUnavailableError if not."""
    _ = office().warehouse
    office().close()
    office.cache_clear()


def _last_heard(api_url: str, auth: str, name: str) -> str:
    """When, by the server's clock, it last heard of that worker; empty if never."""
    try:
        workers = call_api(api_url, f"work_pools/{POOL}/workers/filter", auth=auth, body={})
    except OSError:
        return ""
    return next((worker["last_heartbeat_time"] for worker in workers if worker["name"] == name), "")
