"""``yuebao up``: the office's server, prepared, and its worker; one command, until it is stopped.

Nothing here imports Prefect: this process only watches over the others.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flows.office import office, settings
from flows.printing import console
from flows.services.children import ChildDiedError, start_child
from flows.services.guarding import Guard
from flows.services.listening import Listening
from flows.services.prefect_database import check_database
from flows.services.prefect_environment import client_environment, server_environment
from flows.services.server import SERVING, ServerError, auth_of, forget_address, record_address
from flows.services.watching import StoppedError, Watch, watching
from flows.services.working import start_worker, try_warehouse, worker_name
from flows.settings import Settings

_READY_SECONDS = 150.0
_SERVER_STOP_SECONDS = 20.0


def run_up(listening: Listening, *, with_worker: bool, demo: bool) -> None:
    """Check, start all, say where it is, and stay until stopped; everything ends with it."""
    chosen = settings()
    with _only_one(chosen):
        check_before(chosen, listening)
        first_period = _sample(demo=demo)
        with watching() as watch:
            _serve(chosen, listening, watch, with_worker=with_worker, first_period=first_period)
        console.print("已全部停止。")


def check_before(chosen: Settings, listening: Listening) -> None:
    """Raise, in words, what would keep the server from running; nothing is started yet."""
    if not listening.is_loopback and not auth_of(chosen):
        raise ServerError(
            f"--host {listening.host} 会让别的机器也能连上，必须先设登录口令："
            "export YUEBAO_PREFECT_AUTH='用户:密码'（浏览器打开时要输入它）。"
        )
    listening.check_free()
    check_database(chosen)
    try_warehouse()


def _serve(
    chosen: Settings,
    listening: Listening,
    watch: Watch,
    *,
    with_worker: bool,
    first_period: str,
) -> None:
    begun = datetime.now(UTC)
    try:
        _start_server(chosen, listening, watch, first_period)
        record_address(chosen, listening.api_url)
        if with_worker:
            start_worker(chosen, listening.api_url, watch, worker_name())
        _say_ready(listening, chosen, (datetime.now(UTC) - begun).total_seconds())
        _guard(Guard(chosen, listening.api_url), watch)
    except StoppedError:
        console.print("正在停止…")
    finally:
        forget_address(chosen)


def _guard(guard: Guard, watch: Watch) -> None:
    try:
        watch.forever(guard.look)
    except ChildDiedError as error:
        guard.last_word(error)
        raise


def _start_server(chosen: Settings, listening: Listening, watch: Watch, first_period: str) -> None:
    console.print("正在启动 Prefect 服务…（第一次要十几秒）")
    server = start_child(
        "Prefect 服务",
        (*SERVING, "--host", listening.host, "--port", str(listening.port)),
        server_environment(chosen, listening, os.environ),
        _log(chosen, "server"),
        stop_seconds=_SERVER_STOP_SECONDS,
    )
    watch.children.append(server)
    preparing = start_child(
        "部署",
        (
            sys.executable,
            "-m",
            "flows.services.preparing",
            *([first_period] if first_period else []),
        ),
        client_environment(chosen, listening.api_url, os.environ),
        _log(chosen, "deploy"),
        stop_seconds=1.0,
    )
    try:
        watch.until(lambda: not preparing.is_running, waiting_for="部署", seconds=_READY_SECONDS)
    finally:
        preparing.stop()
    if preparing.process.returncode:
        raise ServerError(f"部署没有完成，已停下。请查看日志 {preparing.log}")


def _say_ready(listening: Listening, chosen: Settings, seconds: float) -> None:
    console.print(
        f"已就绪（{seconds:.0f} 秒）。请在浏览器打开：{listening.url}", style="bold", markup=False
    )
    if not listening.is_loopback:
        console.print(f"别的机器用这台机器的地址，端口 {listening.port}。")
    console.print(f"收件箱：{chosen.inbox_place}", markup=False, highlight=False)
    console.print("按 Ctrl-C 停止。")


def _sample(*, demo: bool) -> str:
    if not demo:
        return ""
    from flows.services.up_demo import write_sample_month

    return write_sample_month(office())


def _log(chosen: Settings, name: str) -> Path:
    return chosen.prefect_home / f"{name}.log"


@contextmanager
def _only_one(chosen: Settings) -> Iterator[None]:
    """Two servers on one database would spoil each other's runs."""
    try:
        chosen.prefect_home.mkdir(parents=True, exist_ok=True)
        lock = (chosen.prefect_home / "up.lock").open("a")
    except OSError as error:
        raise ServerError(f"不能在 {chosen.root} 里写文件：{error}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ServerError(f"{chosen.root} 已经有 yuebao up 在运行。") from error
        yield
