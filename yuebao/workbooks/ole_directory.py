"""The directory of an .xls container: its entries, and which streams the root itself holds."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from yuebao.workbooks.refusal import Refused

_ENTRY = 128
_NOBODY = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A storage or stream, with the entries it points to and where its bytes begin."""

    name: str
    kind: int
    left: int
    right: int
    below: int
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Directory:
    """All entries in order; the first is the root."""

    entries: tuple[Entry, ...]

    @property
    def root(self) -> Entry:
        return self.entries[0]

    def streams(self) -> tuple[Entry, ...]:
        """The root's own streams, without those behind a namesake.

        Some readers go by the name alone and would take the namesake, which may stand in an
        embedded object.
        """
        first = {entry.name.lower(): at for at, entry in reversed([*enumerate(self.entries)])}
        found = [(at, self.entries[at]) for at in self._family(self.root.below)]
        return tuple(e for at, e in found if e.kind == _STREAM and first[e.name.lower()] == at)

    def refuse_misbuilt(self) -> None:
        """Refused where an entry points to none there is, or two point to the same."""
        taken = {0}
        waiting = [self.root.below]
        while waiting:
            family = self._family(waiting.pop())
            if not taken.isdisjoint(family):
                raise Refused("file-damaged")
            taken.update(family)
            waiting += [e.below for at in family if (e := self.entries[at]).kind == _STORAGE]

    def _family(self, first: int) -> tuple[int, ...]:
        """An entry and all its siblings."""
        found: list[int] = []
        waiting = [first]
        while waiting:
            at = waiting.pop()
            if at == _NOBODY:
                continue
            if at >= len(self.entries) or len(found) >= len(self.entries):
                raise Refused("file-damaged")
            found.append(at)
            waiting += [self.entries[at].left, self.entries[at].right]
        if len(set(found)) != len(found):
            raise Refused("file-damaged")
        return tuple(found)


def directory_of(content: bytes) -> Directory:
    """The directory in those bytes; Refused where it is no tree under a root."""
    entries = tuple(_entry(content, at) for at in range(0, len(content), _ENTRY))
    if not entries or entries[0].kind != _ROOT:
        raise Refused("file-damaged")
    directory = Directory(entries)
    directory.refuse_misbuilt()
    return directory


def _entry(content: bytes, at: int) -> Entry:
    length, kind, _, left, right, below = struct.unpack_from("<HBBIII", content, at + 64)
    start, size = struct.unpack_from("<II", content, at + 116)
    name = content[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le")
    return Entry(name, kind, left, right, below, start, size)
