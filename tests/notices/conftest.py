"""An office with a warehouse of its own, and a real HTTP server that takes its messages."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows import office as composition
from tasks.office import Office
from yuebao.findings import make_issue
from yuebao.readings import FormReading
from yuebao.results import FormState, JudgedForm, JudgedSubmission, SubmissionState

SHANGHAI = ZoneInfo("Asia/Shanghai")
SECRET = "s3cret-key-of-the-group"  # noqa: S105 - made up
CHANNELS = """\
channels:
  县级群: json://127.0.0.1:${{PORT}}/${{GROUP_KEY}}/group
  共和镇邮箱: json://127.0.0.1:${{PORT}}/${{GROUP_KEY}}/gonghe
data_team: [县级群]
everyone: [县级群]
units:
  共和镇: [共和镇邮箱]
{more}"""


@dataclass
class Inbox:
    """What the receiving server got: (path's last word, title, body); and whether it takes any."""

    port: int = 0
    got: list[tuple[str, str, str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    def bodies(self, channel: str) -> list[str]:
        return [body for name, _, body in self.got if name == channel]


@pytest.fixture
def receiver() -> Iterator[Inbox]:
    """A real HTTP server on loopback, as a group's robot would be."""
    inbox = Inbox()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            channel = self.path.rstrip("/").rpartition("/")[2]
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken = channel not in inbox.refuses
            if taken:
                inbox.got.append((channel, content["title"], content["message"]))
            self.send_response(200 if taken else 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        inbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield inbox
        server.shutdown()
        thread.join()


OpenOffice = Callable[..., Office]


@pytest.fixture
def open_office(
    tmp_path: Path, receiver: Inbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenOffice]:
    """Opens the office on its folder: as a process does, any number of times."""
    monkeypatch.setenv("YUEBAO_HOME", str(tmp_path))
    monkeypatch.setenv("PORT", str(receiver.port))
    monkeypatch.setenv("GROUP_KEY", SECRET)
    opened: list[Office] = []

    def make(*, channels: bool = True, quiet: str = "20:00-08:00", more: str = "") -> Office:
        file = tmp_path / "channels.yml"
        if channels:
            file.write_text(CHANNELS.format(more=more), encoding="utf-8")
        monkeypatch.setenv("YUEBAO_QUIET_HOURS", quiet)
        composition.settings.cache_clear()
        office: Office = composition.office.__wrapped__()
        opened.append(office)
        return office

    yield make
    for office in opened:
        office.close()
    composition.settings.cache_clear()


def at(text: str) -> datetime:
    """A moment of Shanghai's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def hand_in(
    office: Office, unit: str, period: str, when: datetime, returned: tuple[str, ...], sha256: str
) -> None:
    """Load a submission of the unit whose named forms came back, each with one error."""
    code = office.programme.unit_named(unit).code
    forms = tuple(
        JudgedForm(
            FormReading(form, code, period, sha256, form, ()),
            FormState.RETURNED,
            (make_issue("parts-total", unit=code, period=period, form=form, cell="D12"),),
        )
        for form in returned
    )
    state = SubmissionState.RETURNED if returned else SubmissionState.REFUSED
    judged = JudgedSubmission(code, period, sha256, f"{sha256}.xlsx", when, state, forms, ())
    office.warehouse.load(office.programme, judged, loaded_at=when)


@pytest.fixture
def moment() -> Callable[[str], datetime]:
    return at


@pytest.fixture
def submit() -> Callable[..., None]:
    return hand_in


@pytest.fixture
def secret() -> str:
    return SECRET
