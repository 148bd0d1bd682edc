"""A Prefect API to run against: the one that is up, or a private one for as long as it is needed.

Nothing here imports Prefect: the address must stand in the environment before Prefect is imported.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.settings import Settings

_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}
_START = (sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port")
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


class ServerError(RuntimeError):
    """No Prefect API can be had; the message says why, in Chinese."""


@contextmanager
def prefect_api(settings: Settings) -> Iterator[str]:
    """The address of a healthy Prefect API, set in the environment while inside.

    One named by the settings or the environment must answer; otherwise the office's running
    server is used if it answers, else a private one is started and stopped again.
    """
    os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
    named = settings.api_url or os.environ.get("PREFECT_API_URL", "")
    if named:
        if not healthy(named):
            raise ServerError(f"Prefect 服务没有应答：{named}。请先启动服务，或去掉这个地址设置。")
        yield _use(named)
        return
    running = recorded_address(settings)
    if running and healthy(running):
        yield _use(running)
        return
    with _private_server(settings) as address:
        yield _use(address)


def address_file(settings: Settings) -> Path:
    """Where the office's running server leaves its address."""
    return settings.prefect_home / "address.json"


def recorded_address(settings: Settings) -> str:
    """The address a running server left; empty if there is none."""
    try:
        content = json.loads(address_file(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(content.get("api_url", ""))


def healthy(api_url: str) -> bool:
    """Whether the API answers its health check."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{api_url.rstrip('/')}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _use(api_url: str) -> str:
    os.environ["PREFECT_API_URL"] = api_url
    return api_url


@contextmanager
def _private_server(settings: Settings) -> Iterator[str]:
    settings.prefect_home.mkdir(parents=True, exist_ok=True)
    os.environ["PREFECT_HOME"] = str(settings.prefect_home)
    port = _free_port()
    address = f"http://127.0.0.1:{port}/api"
    log_path = settings.prefect_home / "server.log"
    with log_path.open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed words
            [*_START, str(port)],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_healthy(server, address, log_path)
            yield address
        finally:
            _stop(server)


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str, log_path: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while not healthy(address):
        if server.poll() is not None or time.monotonic() > until:
            raise ServerError(f"Prefect 服务没有启动成功，请查看日志 {log_path}。")
        time.sleep(0.2)


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
