"""The processes a command keeps running, and how they are stopped: none is left behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_MOST_LOG_BYTES = 10_000_000
_SET_PARENT_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
_LAST_WORD_SECONDS = 3.0


class ChildDiedError(RuntimeError):
    """A process that should have stayed ended by itself; the message says which."""


@dataclass(frozen=True)
class Child:
    """A process of ours: its Chinese name, where it writes, how long it may take to stop."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_seconds: float
    runs_work: bool = False

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Ask it to stop; after its time, end it and whatever it started in its session.

        What it runs is asked before it: a run told to end says so to the server, one whose worker
        goes first would stay as running for ever.
        """
        if self.runs_work:
            self._ask_runs()
        if self.is_running:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _ask_runs(self) -> None:
        until = time.monotonic() + self.stop_seconds
        asked: set[int] = set()
        while self.is_running and (runs := _children(self.process.pid)):
            for pid in set(runs) - asked:
                _signal(pid, signal.SIGTERM)
                asked.add(pid)
            if time.monotonic() > until:
                break
            time.sleep(0.1)


def start_child(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    *,
    stop_seconds: float,
    runs_work: bool = False,
) -> Child:
    """Start it in a session of its own, so that a Ctrl-C reaches only who started it."""
    if log.exists() and log.stat().st_size > _MOST_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - no threads here
        )
    finally:
        os.close(descriptor)
    return Child(name, process, log, stop_seconds, runs_work)


def _end_with_parent() -> None:
    """Even if the parent is killed, nothing keeps running without it (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def adopt_orphans() -> None:
    """Whatever our children leave behind becomes ours, to be ended by ``end_orphans`` (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans() -> None:
    """End every process left below this one: asked first, then forced."""
    for word in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + _LAST_WORD_SECONDS
        left = _own_children()
        for pid in left:
            _signal(pid, word)
        while left and time.monotonic() < until:
            time.sleep(0.05)
            left = _own_children()


def _own_children() -> list[int]:
    """The living children of this process; the ended ones are taken note of."""
    return [pid for pid in _children(os.getpid()) if not _has_ended(pid)]


def _children(parent: int) -> list[int]:
    """The children of a process, whichever of its threads started them (Linux; else none)."""
    found: list[int] = []
    for listed in Path(f"/proc/{parent}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(pid) for pid in listed.read_text().split()]
    return found


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _signal(pid: int, word: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, word)
