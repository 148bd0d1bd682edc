"""Reading files that may be anything: in children with limits, which may die without harm."""

from __future__ import annotations

import os
import pickle
import queue
import select
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType

import yuebao
from yuebao.programme.models import Programme
from yuebao.readings import SubmissionReading
from yuebao.workbooks.child import LENGTH, Answer, Broken, Lesson, Question, message
from yuebao.workbooks.packed import unpacked
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.refusal import Refused

_ROOT = Path(yuebao.__file__).resolve().parents[1]
_CHILD = "from yuebao.workbooks.child import serve"
_CHUNK = 1 << 20
_LAST_BREATH = 2.0  # seconds in which a child that closed its pipe is gone


class ChildDied(Exception):  # noqa: N818  # an outcome, not a fault
    """The reading child ended before it answered."""


class ReaderKilled(Exception):  # noqa: N818  # an outcome people read
    """The children were killed from outside: the file is to be read again."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"读“{name}”的进程被系统强行结束（多半是内存不足），文件没有判定，下次收表时再读"
        )


class InterpreterBroke(Exception):  # noqa: N818  # the child's own words follow
    """A fault of ours in a child that interpreted a workbook; says nothing of the file."""


class ChildTooSlow(Exception):  # noqa: N818  # an outcome, not a fault
    """The reading child did not answer in time."""


class _Child:
    """One reading child, started now."""

    def __init__(self, memory_mb: int, seconds: float) -> None:
        self._seconds = seconds
        self._taught: Programme | None = None
        self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
            [sys.executable, "-c", f"{_CHILD}; serve({memory_mb:d}, {int(seconds) + 1})"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @property
    def process_id(self) -> int:
        return self._process.pid

    def teach(self, programme: Programme) -> None:
        """Have the child know the programme; ChildDied if it is gone."""
        if self._taught is not programme:
            self._send(Lesson(programme))
            self._taught = programme

    def ask(self, question: Question) -> Answer:
        """The child's answer; ChildDied or ChildTooSlow if there is none."""
        self._send(question)
        give_up_at = time.monotonic() + self._seconds
        (length,) = LENGTH.unpack(self._received(LENGTH.size, give_up_at))
        answer = pickle.loads(self._received(length, give_up_at))  # noqa: S301  # from our child
        if not isinstance(answer, RawWorkbook | SubmissionReading | Refused | Broken):
            raise ChildDied
        return answer

    def _send(self, content: Lesson | Question) -> None:
        assert self._process.stdin is not None  # noqa: S101  # opened as pipes above
        try:
            self._process.stdin.write(message(content))
            self._process.stdin.flush()
        except OSError as error:
            raise ChildDied from error

    def _received(self, length: int, give_up_at: float) -> bytes:
        assert self._process.stdout is not None  # noqa: S101  # opened as pipes above
        descriptor = self._process.stdout.fileno()
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        received = bytearray()
        while len(received) < length:
            left = give_up_at - time.monotonic()
            if left <= 0 or not waiting.poll(left * 1000):
                raise ChildTooSlow
            chunk = os.read(descriptor, min(_CHUNK, length - len(received)))
            if not chunk:
                raise ChildDied
            received += chunk
        return bytes(received)

    def was_killed(self) -> bool:
        """Whether a child that died was killed; no file can do that to it, only the system."""
        try:
            return self._process.wait(timeout=_LAST_BREATH) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            return False

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


class GuardedReader:
    """Reads workbooks in a few child processes with limits on memory and time.

    It may be called from several threads; each call has a child to itself. Children are
    started when first needed and end with the reader, or with this process.
    """

    def __init__(self, *, memory_mb: int = 768, seconds: float = 20.0, children: int = 2) -> None:
        self._memory_mb = memory_mb
        self._seconds = seconds
        self._places: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._running: dict[int, _Child] = {}
        for _ in range(children):
            self._places.put(None)
        self._children = children

    def __enter__(self) -> GuardedReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The children there are now."""
        return tuple(self._running)

    def close(self) -> None:
        """End the children; waits for reads under way."""
        for _ in range(self._children):
            child = self._places.get()
            if child is not None:
                self._end(child)
        for _ in range(self._children):
            self._places.put(None)

    def read(self, path: Path) -> RawWorkbook:
        """The workbook at ``path``; Refused with the reason where it cannot be read.

        A child that died may have been killed from outside: the file gets a second, fresh child.
        ReaderKilled if that was killed too.
        """
        answer = self._answer(Question(path.absolute()), None)
        assert isinstance(answer, RawWorkbook)  # noqa: S101  # what was asked for
        return answer

    def interpreted(
        self,
        path: Path,
        programme: Programme,
        *,
        unit: str,
        period: str,
        sha256: str,
        file_name: str,
        arrived_at: datetime,
    ) -> SubmissionReading:
        """What the workbook at ``path`` submits: ``interpret`` of it, within a child's limits.

        Raises as ``read`` does, and InterpreterBroke where the fault is not the file's.
        """
        about = {
            "unit": unit,
            "period": period,
            "sha256": sha256,
            "file_name": file_name,
            "arrived_at": arrived_at,
        }
        answer = self._answer(Question(path.absolute(), about), programme)
        assert isinstance(answer, SubmissionReading)  # noqa: S101  # what was asked for
        return unpacked(answer)

    def _answer(
        self, question: Question, programme: Programme | None
    ) -> RawWorkbook | SubmissionReading:
        child = self._places.get()
        killed = False
        try:
            for _ in range(2):
                child = child or self._start()
                try:
                    if programme is not None:
                        child.teach(programme)
                    return _content(child.ask(question))
                except (Refused, InterpreterBroke):
                    raise
                except BaseException as error:
                    killed = isinstance(error, ChildDied) and child.was_killed()
                    self._end(child)
                    child = None
                    if isinstance(error, ChildTooSlow):
                        raise Refused("file-unreadable") from error
                    if not isinstance(error, ChildDied):
                        raise
            raise ReaderKilled(question.path.name) if killed else Refused("file-unreadable")
        finally:
            self._places.put(child)

    def _start(self) -> _Child:
        child = _Child(self._memory_mb, self._seconds)
        self._running[child.process_id] = child
        return child

    def _end(self, child: _Child) -> None:
        child.end()
        self._running.pop(child.process_id, None)


def _content(answer: Answer) -> RawWorkbook | SubmissionReading:
    if isinstance(answer, Refused):
        raise answer
    if isinstance(answer, Broken):
        raise InterpreterBroke(answer.trace)
    return answer
