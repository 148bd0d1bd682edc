"""Watching over processes until asked to stop, or until one of them ends by itself."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from flows.services.children import Child, ChildDiedError, adopt_orphans, end_orphans
from flows.services.server import ServerError

_LOOK_SECONDS = 0.25


class StoppedError(Exception):
    """The user, or the system, asked this command to stop."""


@dataclass
class Watch:
    """The processes running, in the order they were started, and the wish to stop."""

    stop: threading.Event = field(default_factory=threading.Event)
    children: list[Child] = field(default_factory=list)

    def until(self, ready: Callable[[], bool], *, waiting_for: str, seconds: float) -> None:
        """Wait until ready.

        Raises StoppedError when asked to stop, ChildDiedError when a process ended, ServerError
        when it takes longer than that.
        """
        for _ in range(int(seconds / _LOOK_SECONDS)):
            self._look()
            if ready():
                return
            self.stop.wait(_LOOK_SECONDS)
        raise ServerError(f"等了 {seconds:.0f} 秒，{waiting_for}还没有好。")

    def forever(self, meanwhile: Callable[[], None] | None = None) -> None:
        """Watch until asked to stop, or until a process ends by itself; ``meanwhile`` is quick."""
        while True:
            self._look()
            if meanwhile is not None:
                meanwhile()
            self.stop.wait(_LOOK_SECONDS)

    def _look(self) -> None:
        if self.stop.is_set():
            raise StoppedError
        for child in self.children:
            if not child.is_running:
                raise ChildDiedError(
                    f"{child.name}自己停了（退出码 {child.process.returncode}），"
                    f"其余的已一并停下。请查看日志 {child.log}"
                )


@contextmanager
def watching() -> Iterator[Watch]:
    """A watch that SIGINT, SIGTERM and SIGHUP stop; its processes all end with it."""
    watch = Watch()

    def stop(_number: int, _frame: FrameType | None) -> None:
        watch.stop.set()

    words = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before: Mapping[signal.Signals, object] = {word: signal.signal(word, stop) for word in words}
    adopt_orphans()
    try:
        yield watch
    finally:
        for child in reversed(watch.children):  # the worker first, then the server
            child.stop()
        end_orphans()
        for word, handler in before.items():
            signal.signal(word, handler)  # type: ignore[arg-type]
