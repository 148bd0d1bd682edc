"""A reading child as its parent has it: asked, given time, and heard out when it dies."""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import yuebao
from yuebao.programme.models import Programme
from yuebao.readings import SubmissionReading
from yuebao.workbooks.child import LENGTH, READY, Answer, Broken, Lesson, Question, message
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.refusal import Refused

_ROOT = Path(yuebao.__file__).resolve().parents[1]
_CHILD = "from yuebao.workbooks.child import serve"
_CHUNK = 1 << 20
_LAST_BREATH = 30.0  # seconds in which a child that closed its pipe is gone
_KILLED = "读“{}”的进程被系统强行结束（多半是内存不足）"
_NOT_STARTED = "读“{}”的进程起不来"
_WAITED = "等“{}”等了 {:.0f} 秒还没有读出来（机器太忙，或磁盘没有应答）"
_KILLING = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take; ``patience`` is how long it may take on a busy machine."""

    memory_mb: int
    seconds: float  # of processor time: as many on a busy machine as on an idle one
    patience: float


class FileNotJudged(Exception):  # noqa: N818  # an outcome people read
    """Reading came to nothing for no fault of the file: it is to be read again."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}，文件没有判定，下次收表时再读")


class ChildDied(Exception):  # noqa: N818  # an outcome, not a fault
    """The reading child ended before it answered; ``excuse`` if the file is not to blame."""

    def __init__(self, excuse: str = "", *, final: bool = False) -> None:
        super().__init__(excuse)
        self.excuse = excuse
        self.final = final  # another child would fare no better


class _PipeClosed(Exception):  # noqa: N818  # an outcome, not a fault
    """The child has nothing more to say."""


class ReadingChild:
    """One reading child, started now."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._ready = False
        self._taught: Programme | None = None
        limits = f"{bounds.memory_mb:d}, {bounds.seconds:f}, {bounds.patience:f}"
        self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
            [sys.executable, "-c", f"{_CHILD}; serve({limits})"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @property
    def process_id(self) -> int:
        return self._process.pid

    def answer(self, question: Question, programme: Programme | None) -> Answer:
        """The child's answer, once it knows the programme.

        ChildDied if there is none; FileNotJudged if waiting for one has no end.
        """
        give_up_at = time.monotonic() + self._bounds.patience
        try:
            self._prepare(programme, give_up_at)
            self._send(question)
            (length,) = LENGTH.unpack(self._received(LENGTH.size, give_up_at))
            answer = pickle.loads(self._received(length, give_up_at))  # noqa: S301  # our child's
        except TimeoutError as error:
            raise self._tired(question.path.name) from error
        except _PipeClosed as error:
            raise self._death(question.path.name) from error
        if not isinstance(answer, RawWorkbook | SubmissionReading | Refused | Broken):
            raise ChildDied
        return answer

    def _prepare(self, programme: Programme | None, give_up_at: float) -> None:
        """Wait until the child is there and knows the programme; no file is in its hands yet."""
        if not self._ready:
            self._received(len(READY), give_up_at)
            self._ready = True
        if programme is not None and self._taught is not programme:
            self._ready = False
            self._send(Lesson(programme))
            self._received(len(READY), give_up_at)
            self._taught, self._ready = programme, True

    def _send(self, content: Lesson | Question) -> None:
        assert self._process.stdin is not None  # noqa: S101  # opened as pipes above
        try:
            self._process.stdin.write(message(content))
            self._process.stdin.flush()
        except OSError as error:
            raise _PipeClosed from error

    def _received(self, length: int, give_up_at: float) -> bytes:
        assert self._process.stdout is not None  # noqa: S101  # opened as pipes above
        descriptor = self._process.stdout.fileno()
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        received = bytearray()
        while len(received) < length:
            left = give_up_at - time.monotonic()
            if left <= 0 or not waiting.poll(left * 1000):
                raise TimeoutError
            chunk = os.read(descriptor, min(_CHUNK, length - len(received)))
            if not chunk:
                raise _PipeClosed
            received += chunk
        return bytes(received)

    def _death(self, file_name: str) -> ChildDied | FileNotJudged:
        """Why it died: no file can kill a child, or keep it from starting; only the system can."""
        try:
            number = -self._process.wait(timeout=_LAST_BREATH)
        except subprocess.TimeoutExpired:
            return self._tired(file_name)
        if number == signal.SIGALRM:
            return self._tired(file_name)
        if number in _KILLING:
            return ChildDied(_KILLED.format(file_name))
        if not self._ready:
            return ChildDied(_NOT_STARTED.format(file_name))
        return ChildDied(final=number == signal.SIGPROF)

    def _tired(self, file_name: str) -> FileNotJudged:
        return FileNotJudged(_WAITED.format(file_name, self._bounds.patience))

    def end(self) -> None:
        """End the child, whatever it is doing, and wait for it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _close(stream)


def _close(stream: object) -> None:
    try:
        stream.close()  # type: ignore[attr-defined]
    except OSError:
        return
