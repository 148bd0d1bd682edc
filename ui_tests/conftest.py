"""A real office for the browser: server, deployments and worker by ``yuebao up``, and Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from flows.services.server import call_api
from sql.store import Warehouse
from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme
from yuebao.rules.period import Period
from yuebao.samples.profile import SampleProfile, load_profile
from yuebao.samples.write import write_corrected, write_samples

ROOT = Path(__file__).parents[1]
TARGETS = ROOT / "targets" / "mouding-2023"
MONTH = Period.parse("2023-05")
SPOILT = ("戌街乡", "安乐乡")  # the sample's planted faults of these alone
SEED = 1
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
WINDOW = {"width": 1360, "height": 900}
PATIENCE_MS = 60_000
START_SECONDS = 180
STOP_SECONDS = 120

Loaded: TypeAlias = dict[str, tuple[tuple[int, str, datetime], ...]]


@dataclass(frozen=True)
class BrowserOffice:
    """An office that is up: its folder, its address, and the programme it reports on."""

    home: Path
    url: str
    programme: Programme
    profile: SampleProfile

    def loaded(self) -> Loaded:
        """Of each unit's name: version, file and load time of all the warehouse has of it."""
        with Warehouse(f"sqlite:///{self.home / 'warehouse.db'}") as warehouse:
            records = warehouse.submissions(self.programme.id, MONTH)
        names = {self.programme.unit(record.unit).name for record in records}
        return {
            name: tuple(
                (record.version, record.sha256, record.loaded_at)
                for record in records
                if self.programme.unit(record.unit).name == name
            )
            for name in names
        }

    def correct(self, unit: str) -> None:
        """The clean file of a unit arrives in the inbox beside the spoilt one."""
        code = self.programme.unit_named(unit).code
        write_corrected(self.programme, self.profile, self.home / "inbox", code, MONTH, SEED)

    def ask_for(self, deployment: str, **parameters: object) -> str:
        """The id of a new run of a deployment (flow/name)."""
        api = f"{self.url}/api"
        found = call_api(api, f"deployments/name/{deployment}")
        path = f"deployments/{found['id']}/create_flow_run"
        return str(call_api(api, path, body={"parameters": parameters})["id"])


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserOffice]:
    home = tmp_path_factory.mktemp("home")
    programme = load_programme(TARGETS)
    profile = load_profile(TARGETS / "samples", programme)
    log = home / "up.log"
    port = _free_port()
    up = _start(home, port, log)
    try:
        _write_month(programme, profile, home)  # while the server starts
        _wait_until_ready(up, log)
        yield BrowserOffice(home, f"http://127.0.0.1:{port}", programme, profile)
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(STOP_SECONDS)


@pytest.fixture(scope="session")
def browser_page() -> Iterator[Page]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program is not None, "Chromium is missing: apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=WINDOW,  # type: ignore[arg-type]
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        yield page
        browser.close()


@pytest.fixture
def shoot(browser_page: Page) -> Callable[..., None]:
    """Takes a picture for the README, when pictures are asked for."""

    def take(name: str, *, width: int = WINDOW["width"], height: int = WINDOW["height"]) -> None:
        if os.environ.get("YUEBAO_SCREENSHOTS") != "1":
            return
        browser_page.set_viewport_size({"width": width, "height": height})
        browser_page.wait_for_timeout(4_000)  # graphs slide in
        browser_page.screenshot(path=ROOT / "docs" / "images" / name)
        browser_page.set_viewport_size(WINDOW)  # type: ignore[arg-type]

    return take


def _start(home: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    unset = re.compile("PREFECT_|YUEBAO_")
    environment = {name: value for name, value in os.environ.items() if not unset.match(name)}
    environment |= {"YUEBAO_HOME": str(home), "YUEBAO_SETTLE_SECONDS": "0"}
    yuebao = Path(sys.executable).with_name("yuebao")
    with log.open("wb") as output:
        return subprocess.Popen(
            [yuebao, "up", "--port", str(port)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _write_month(programme: Programme, profile: SampleProfile, home: Path) -> None:
    planted = [f for f in profile.faults if f.unit in SPOILT and f.period == str(MONTH)]
    spoilt = profile.model_copy(update={"faults": tuple(planted)})
    inbox = home / "inbox"
    write_samples(programme, spoilt, inbox, first=MONTH, last=MONTH, seed=SEED, faults=True)


def _wait_until_ready(up: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START_SECONDS * 4):
        said = log.read_text(encoding="utf-8")
        if "已就绪" in said:
            return
        assert up.poll() is None, f"yuebao up ended by itself:\n{said}"
        time.sleep(0.25)
    raise AssertionError(f"yuebao up is not ready:\n{log.read_text(encoding='utf-8')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
