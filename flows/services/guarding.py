"""``yuebao up`` watches its workers and tells the data team itself when they are gone.

A notice sent by a run would need the very worker that is missing.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flows.services.alarm import start_alarm
from flows.services.children import ChildDiedError
from flows.services.prefect_environment import client_environment
from flows.services.roll_call import RollCall, Trouble
from flows.services.server import auth_of, call_api
from flows.services.working import POOL
from flows.settings import Settings

_ROUND_SECONDS = 15.0
_AGAIN_SECONDS = 600.0  # what quiet hours or a dead channel held back is tried again
_LAST_SECONDS = 60.0


@dataclass
class Guard:
    """Calls the roll every quarter of a minute, for as long as ``yuebao up`` runs."""

    chosen: Settings
    api_url: str
    roll: RollCall = field(default_factory=lambda: RollCall(datetime.now(UTC)))
    alarm: subprocess.Popen[bytes] | None = None
    told: tuple[Trouble, ...] = ()
    next_round: float = 0.0
    next_alarm: float = 0.0

    def look(self) -> None:
        """Call the roll if it is time to, and tell what is new or still lasts; never waits long."""
        if time.monotonic() < self.next_round:
            return
        self.next_round = time.monotonic() + _ROUND_SECONDS
        try:
            heard = workers_heard(self.api_url, auth_of(self.chosen))
        except (OSError, ValueError):
            return  # a server that is busy: the next round will tell
        self._tell(self.roll.troubles(heard, datetime.now(UTC)))

    def last_word(self, error: ChildDiedError) -> None:
        """Tell that a process ended by itself and all is stopped, once a day at most."""
        now = datetime.now().astimezone()
        detail = f"{error}。请到 {os.uname().nodename} 上再启动；由 systemd 管的会自己再启动。"
        self._tell((Trouble("月报服务停了", "", f"{now:%Y-%m-%d}", detail),))
        if self.alarm is not None:
            try:
                self.alarm.wait(_LAST_SECONDS)
            except subprocess.TimeoutExpired:
                self.alarm.kill()

    def _tell(self, troubles: Sequence[Trouble]) -> None:
        news = tuple(troubles) != self.told
        self.told = tuple(troubles)
        if not troubles or (not news and time.monotonic() < self.next_alarm):
            return
        if self.alarm is not None and self.alarm.poll() is None:
            self.told = ()  # one at a time: again in the next round
            return
        environment = client_environment(self.chosen, self.api_url, os.environ)
        self.alarm = start_alarm(troubles, environment, self.chosen.prefect_home / "alarm.log")
        self.next_alarm = time.monotonic() + _AGAIN_SECONDS


def workers_heard(api_url: str, auth: str) -> dict[str, datetime]:
    """When the server last heard of each worker of the office, by name."""
    workers = call_api(api_url, f"work_pools/{POOL}/workers/filter", auth=auth, body={})
    return {
        worker["name"]: datetime.fromisoformat(worker["last_heartbeat_time"])
        for worker in workers
        if worker["last_heartbeat_time"]
    }
