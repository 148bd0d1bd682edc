"""One connection to a share, for as long as one thing is done with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from fsspec import AbstractFileSystem

from yuebao.shares.faults import Absent, in_words
from yuebao.workbooks.inbox import InboxFile, InboxUnreachable

PATIENCE = 60.0  # seconds a server may keep silent
_CHUNK = 1 << 20

Connect: TypeAlias = Callable[[], AbstractFileSystem]


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands under a path: its kind (file, directory, link, other), and how it looked."""

    kind: str
    seen: InboxFile
    arrived_at: float


class Share:
    """A share's files, by path from its root; raises only what ``faults`` names."""

    def __init__(self, place: str, filesystem: AbstractFileSystem, renew: Callable[[], None]):
        self.place = place
        self._filesystem = filesystem
        self._renew = renew

    def entry(self, path: str) -> Entry | None:
        """What stands under the path, a link as a link; None for nothing."""
        try:
            with self._asking(path):
                info = self._filesystem.info(path)
        except Absent:
            return None
        return _entry(info)

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none for a folder that is not there."""
        try:
            with self._asking(folder):
                paths: list[str] = self._filesystem.ls(folder, detail=False)
        except Absent:
            return []
        return sorted(path.rstrip("/").rpartition("/")[2] for path in paths)

    def chunks(self, path: str) -> Iterator[bytes]:
        """A file's content."""
        with self._asking(path):
            source = self._filesystem.open(path, "rb")
        try:
            while chunk := self._read(source, path):
                yield chunk
        finally:
            self._close(source)

    def write_new(self, path: str, content: bytes) -> None:
        """Write a file where there is none yet; it never goes through a link."""
        with self._asking(path), self._filesystem.open(path, "xb") as target:
            target.write(content)

    def rename(self, source: str, target: str) -> None:
        """Rename a file, over one that may have the name already."""
        with self._asking(target):
            self._filesystem.mv(source, target)

    def remove(self, path: str) -> None:
        with self._asking(path):
            self._filesystem.rm_file(path)

    def make_folder(self, path: str) -> None:
        with self._asking(path):
            self._filesystem.mkdir(path, create_parents=False)

    @contextmanager
    def _asking(self, path: str) -> Iterator[None]:
        with in_words(self.place, path):
            yield
        self._renew()

    def _read(self, source: Any, path: str) -> bytes:
        with self._asking(path):
            chunk: bytes = source.read(_CHUNK)
        return chunk

    def _close(self, source: Any) -> None:
        try:
            with in_words(self.place):
                source.close()
        except (Absent, InboxUnreachable):
            return  # what was read has been read; a dead connection closes by itself


@contextmanager
def connected(place: str, connect: Connect, patience: float = PATIENCE) -> Iterator[Share]:
    """The share, dropped when its server has been silent for too long. InboxUnreachable."""
    with in_words(place):
        filesystem = connect()
    watch = _Watch(filesystem, patience)
    try:
        yield Share(place, filesystem, watch.renew)
    except InboxUnreachable as fault:
        if watch.gave_up:
            raise InboxUnreachable(place, f"服务器 {patience:.0f} 秒没有回应") from fault
        raise
    finally:
        watch.stop()
        _call(filesystem, "release")


class _Watch:
    """Drops the connection of a server that keeps silent."""

    def __init__(self, filesystem: AbstractFileSystem, patience: float) -> None:
        self.gave_up = False
        self._filesystem = filesystem
        self._patience = patience
        self._timer = self._started()

    def renew(self) -> None:
        self._timer.cancel()
        self._timer = self._started()

    def stop(self) -> None:
        self._timer.cancel()

    def _started(self) -> threading.Timer:
        timer = threading.Timer(self._patience, self._give_up)
        timer.daemon = True
        timer.start()
        return timer

    def _give_up(self) -> None:
        self.gave_up = True
        _call(self._filesystem, "drop")


def _call(filesystem: AbstractFileSystem, name: str) -> None:
    """Let go of the connection, in the way that this kind of file system has, if any."""
    way = getattr(filesystem, name, None)
    if way is not None:
        way()


def _entry(info: dict[str, Any]) -> Entry:
    modified_at = _seconds(info.get("mtime", info.get("created", 0)))
    name = str(info["name"]).rstrip("/").rpartition("/")[2]
    seen = InboxFile(
        name=name,
        size=int(info["size"] or 0),
        modified_at=modified_at,
        changed_at=_seconds(info.get("changed", modified_at)),
        identity=str(info.get("identity", "")),
    )
    kind = "link" if info.get("islink") else str(info["type"])
    return Entry(kind, seen, max(modified_at, _seconds(info.get("created", 0))))


def _seconds(moment: Any) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
