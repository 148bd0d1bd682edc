"""The reading child: one process that turns files into workbooks or readings, within bounds.

It speaks over its standard streams, in pickles that follow their length. It says READY once it is
there, and after each ``Lesson``; a ``Question`` is answered by what the file holds, by why it is
refused, or by how the child failed. It ends when its parent's end of the pipe closes, by SIGPROF
when a file takes too much processor time, and by alarm when nothing comes of it for too long.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from yuebao.process import settle_process
from yuebao.workbooks.parse import parse_workbook
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.refusal import Limits, Refused

if TYPE_CHECKING:  # imported by those children only that are taught a programme
    from yuebao.programme.models import Programme
    from yuebao.readings import SubmissionReading

LENGTH = struct.Struct(">Q")
READY = LENGTH.pack(0)  # no message is empty


@dataclass(frozen=True, slots=True)
class Lesson:
    """The programme whose forms are to be found in the files that follow."""

    programme: Programme


@dataclass(frozen=True, slots=True)
class Question:
    """A file: its workbook is wanted, or with ``about`` (arguments of interpret) its reading."""

    path: Path
    about: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A fault of ours while a workbook was interpreted; no verdict on the file."""

    trace: str


Answer: TypeAlias = "RawWorkbook | SubmissionReading | Refused | Broken"


def message(content: object) -> bytes:
    """The content as it goes over the pipe."""
    body = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def outcome(path: Path, limits: Limits) -> RawWorkbook | Refused:
    """The workbook, or why it is not read. Whatever goes wrong inside a reader is a refusal."""
    try:
        return parse_workbook(path, limits)
    except Refused as refused:
        return refused
    except FileNotFoundError:
        return Refused("file-unreadable")
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of the reader's Rust code is no Exception
        return Refused("file-unreadable")


class _Pupil:
    """Answers questions by what it was taught."""

    def __init__(self) -> None:
        self._programme: Programme | None = None

    def learn(self, lesson: Lesson) -> None:
        self._programme = lesson.programme
        import yuebao.workbooks.interpret  # noqa: F401  # half a second, before the first file

        settle_process()

    def answer(self, question: Question) -> Answer:
        raw = outcome(question.path, Limits())
        if question.about is None or isinstance(raw, Refused):
            return raw
        from yuebao.workbooks.interpret import interpret
        from yuebao.workbooks.packed import packed

        assert self._programme is not None  # noqa: S101  # the parent teaches before it asks
        try:
            return packed(interpret(raw, self._programme, **question.about))
        except MemoryError:
            return Refused("file-unreadable")
        except Exception:  # told to the parent, who raises it
            return Broken(traceback.format_exc())


def serve(memory_mb: int, seconds: float, patience: float) -> None:
    """Answer questions until the parent's end of the pipe closes.

    ``seconds`` are of processor time, ``patience`` is by the clock.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    settle_process()
    pupil = _Pupil()
    replies = os.fdopen(os.dup(1), "wb")
    _say(replies, READY)
    while (asked := _received(sys.stdin.buffer)) is not None:
        if isinstance(asked, Lesson):
            pupil.learn(asked)
            _say(replies, READY)
            continue
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.alarm(int(patience) + 1)
        _say(replies, message(pupil.answer(asked)))
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def _say(pipe: BinaryIO, content: bytes) -> None:
    pipe.write(content)
    pipe.flush()


def _received(pipe: BinaryIO) -> Lesson | Question | None:
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    asked: Lesson | Question = pickle.loads(pipe.read(*LENGTH.unpack(head)))  # noqa: S301  # parent's
    return asked
