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
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flows.settings import Settings

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}
_AUTH_NAMES = ("PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING")
SERVING = (sys.executable, "-m", "flows.services.serving")
_START_SECONDS = 120.0
_STOP_SECONDS = 20.0


class ServerError(RuntimeError):
    """No Prefect API can be had; the message says why, in Chinese."""


@contextmanager
def prefect_api(settings: Settings) -> Iterator[str]:
    """The address of a healthy Prefect API, set in the environment while inside.

    One named by the settings or the environment must answer; otherwise the office's running
    server is used if it answers, else a private one is started and stopped again.
    """
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    named = settings.api_url or os.environ.get("PREFECT_API_URL", "")
    if named:
        if not healthy(named):
            raise ServerError(f"Prefect 服务没有应答：{named}。请先启动服务，或去掉这个地址设置。")
        yield _use(named, settings)
        return
    running = recorded_address(settings)
    if running and healthy(running):
        yield _use(running, settings)
        return
    with _private_server(settings) as address:
        yield _use(address, settings)


def auth_of(settings: Settings) -> str:
    """The login ``user:password`` of the server, from our setting or Prefect's own; may be empty.

    ServerError where it is not of that form.
    """
    chosen = settings.prefect_auth.get_secret_value() or next(
        (os.environ[name] for name in _AUTH_NAMES if os.environ.get(name)), ""
    )
    user, _, password = chosen.partition(":")
    if chosen and not (user and password):
        raise ServerError("YUEBAO_PREFECT_AUTH 应写作 用户:密码。")
    return chosen


def call_api(
    api_url: str, path: str, *, auth: str = "", body: object = None, seconds: float = 10
) -> Any:
    """What the API answers; OSError (HTTPError among them) where it does not."""
    headers = {"Content-Type": "application/json"}
    if auth:
        headers["Authorization"] = f"Basic {b64encode(auth.encode()).decode()}"
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - an http address of our own settings
        f"{api_url.rstrip('/')}/{path}", data=content, headers=headers
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=seconds) as answer:
        return json.loads(answer.read())


def check_login(api_url: str, auth: str) -> None:
    """ServerError if the server wants another login than this."""
    try:
        call_api(api_url, "admin/version", auth=auth)
    except urllib.error.HTTPError as error:
        if error.code == HTTPStatus.UNAUTHORIZED:
            raise ServerError(
                f"Prefect 服务 {api_url} 要登录，口令不对或没有给。"
                "请把 YUEBAO_PREFECT_AUTH 设为与服务相同的 用户:密码。"
            ) from error
        raise


def address_file(settings: Settings) -> Path:
    """Where the office's running server leaves its address."""
    return settings.prefect_home / "address.json"


def recorded_address(settings: Settings) -> str:
    """The address a running server left; empty if there is none."""
    try:
        content = json.loads(address_file(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    left_behind = not Path(f"/proc/{content.get('pid', '')}").exists() and Path("/proc").exists()
    return "" if left_behind else str(content.get("api_url", ""))


def record_address(settings: Settings, api_url: str) -> None:
    """Leave the address of the office's server for the other commands."""
    content = json.dumps({"api_url": api_url, "pid": os.getpid()})
    address_file(settings).write_text(content, encoding="utf-8")


def forget_address(settings: Settings) -> None:
    """Nothing runs any more."""
    address_file(settings).unlink(missing_ok=True)


def healthy(api_url: str) -> bool:
    """Whether the API answers its health check."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{api_url.rstrip('/')}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _use(api_url: str, settings: Settings) -> str:
    auth = auth_of(settings)
    check_login(api_url, auth)
    if auth:
        os.environ["PREFECT_API_AUTH_STRING"] = auth
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
            [*SERVING, "--host", "127.0.0.1", "--port", str(port)],
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
