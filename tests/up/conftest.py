"""``yuebao up`` as its user has it: a process of its own, on a home of its own."""

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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_LOUD = ("YUEBAO_", "PREFECT_", "PYTEST_")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what: Callable[[], Any], *, seconds: float) -> Any:
    """The first true answer; the last one when the time is over."""
    until = time.monotonic() + seconds
    while not (answer := what()) and time.monotonic() < until:
        time.sleep(0.5)  # an answer costs the server its time
    return answer


@dataclass
class Desk:
    """A home, the commands given in it, and what they say."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_LOUD)}
        return kept | {"YUEBAO_HOME": str(self.home), "YUEBAO_SETTLE_SECONDS": "0"} | self.settings

    def yuebao(self, *words: str) -> "Running":
        script = "from flows.commands.cli import main; main()"
        return Running(
            subprocess.Popen(
                [sys.executable, "-c", script, *words],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )

    def up(self, *words: str) -> "Running":
        return self.yuebao("up", "--port", str(self.port), *words)

    def call(self, path: str, body: Any = None, *, login: str = "") -> Any:
        """What the server's API answers."""
        headers = {"Content-Type": "application/json"}
        if login:
            headers["Authorization"] = f"Basic {b64encode(login.encode()).decode()}"
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return json.loads(answer.read())

    def refuses(self, path: str) -> bool:
        """Whether the API wants a login first."""
        try:
            self.call(path)
        except urllib.error.HTTPError as error:
            return error.code == 401
        return False

    def runs(self, login: str = "") -> list[dict[str, Any]]:
        found = self.call("flow_runs/filter", {"limit": 200}, login=login)
        return [run for run in found if run["state_type"] != "SCHEDULED"]

    def log(self) -> str:
        """All that server and worker wrote."""
        return "\n".join(
            path.read_text(encoding="utf-8") for path in (self.home / "prefect").glob("*.log")
        )

    def processes(self) -> list[int]:
        """Every process that belongs to this home, whoever started it."""
        mark = f"YUEBAO_HOME={self.home}".encode()
        found = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in environ.read_bytes().split(b"\0"):
                    found.append(int(environ.parent.name))
            except OSError:
                continue
        return found


@dataclass
class Running:
    """A command that is running."""

    process: "subprocess.Popen[str]"
    said: str = ""

    def wait_until_it_says(self, words: str) -> str:
        """All it said, up to the line with these words, or to its end."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if words in line:
                break
        return self.said

    def stop(self, word: int = signal.SIGTERM) -> int:
        """Its exit code, after this signal."""
        self.process.send_signal(word)
        return self.end()

    def end(self, seconds: float = 90) -> int:
        """Its exit code, once it has ended by itself."""
        rest, _ = self.process.communicate(timeout=seconds)
        self.said += rest
        return self.process.returncode


@pytest.fixture(scope="session", name="wait_for")
def waiting() -> Callable[..., Any]:
    return wait_for


@pytest.fixture(scope="module")
def make_desk(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Desk]:
    """A desk on a fresh home."""

    def make(**given: Any) -> Desk:
        return Desk(tmp_path_factory.mktemp("office"), **given)

    return make


@pytest.fixture(scope="module")
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()
