"""Reading files that may be anything: in children with limits, which may die without harm."""

from __future__ import annotations

import queue
from datetime import datetime
from pathlib import Path
from types import TracebackType

from yuebao.programme.models import Programme
from yuebao.readings import SubmissionReading
from yuebao.workbooks.child import Answer, Broken, Question
from yuebao.workbooks.packed import unpacked
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.reading_child import Bounds, ChildDied, FileNotJudged, ReadingChild
from yuebao.workbooks.refusal import Refused


class InterpreterBroke(Exception):  # noqa: N818  # the child's own words follow
    """A fault of ours in a child that interpreted a workbook; says nothing of the file."""


class GuardedReader:
    """Reads workbooks in a few child processes with limits on memory and processor time.

    It may be called from several threads; each call has a child to itself. Children are
    started when first needed and end with the reader, or with this process.
    """

    def __init__(
        self,
        *,
        memory_mb: int = 768,
        seconds: float = 20.0,
        children: int = 2,
        patience: float = 120.0,
    ) -> None:
        self._bounds = Bounds(memory_mb, seconds, patience)
        self._places: queue.LifoQueue[ReadingChild | None] = queue.LifoQueue()
        self._running: dict[int, ReadingChild] = {}
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
        FileNotJudged if that was killed too, could not start, or nothing came of it for too long.
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
        excuse = ""
        try:
            for _ in range(2):
                child = child or self._start()
                try:
                    return _content(child.answer(question, programme))
                except (Refused, InterpreterBroke):
                    raise
                except BaseException as error:
                    self._end(child)
                    child = None
                    if not isinstance(error, ChildDied):
                        raise
                    excuse = error.excuse
                    if error.final:
                        break
            raise FileNotJudged(excuse) if excuse else Refused("file-unreadable")
        finally:
            self._places.put(child)

    def _start(self) -> ReadingChild:
        child = ReadingChild(self._bounds)
        self._running[child.process_id] = child
        return child

    def _end(self, child: ReadingChild) -> None:
        child.end()
        self._running.pop(child.process_id, None)


def _content(answer: Answer) -> RawWorkbook | SubmissionReading:
    if isinstance(answer, Refused):
        raise answer
    if isinstance(answer, Broken):
        raise InterpreterBroke(answer.trace)
    return answer
