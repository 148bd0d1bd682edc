"""The container of .xls files: its streams by name, every chain of sectors followed within bounds.

Broken and half-copied containers make spreadsheet readers loop or eat memory, so each chain is
walked here first.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from yuebao.workbooks.refusal import Refused
from yuebao.workbooks.sniff import OLE_MAGIC

_HEADER = 512
_ENTRY = 128
_LAST_SECTOR = 0xFFFFFFFA  # above it: end of chain, free, and the tables' own marks
_END = 0xFFFFFFFE
_IN_HEADER = 109
_LITTLE_ENDIAN = 0xFFFE
_SECTOR_SHIFTS = (9, 12)
_STREAM, _ROOT = 2, 5


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


def streams(content: bytes) -> Mapping[str, bytes]:
    """Every stream of the container; Refused (file-damaged) where a chain leads nowhere."""
    try:
        return _Container(content).streams()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Refused("file-damaged") from error


class _Container:
    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER or not content.startswith(OLE_MAGIC):
            raise Refused("file-damaged")
        self._content = content
        order, shift = struct.unpack_from("<2H", content, 28)
        if order != _LITTLE_ENDIAN or shift not in _SECTOR_SHIFTS:
            raise Refused("file-damaged")
        self._sector = 1 << shift
        self._sectors = max(len(content) - _HEADER, 0) // self._sector + 1
        self._taken: set[int] = set()
        self._table = self._allocation_table()

    def streams(self) -> dict[str, bytes]:
        directory_start, cutoff, mini_start = (
            struct.unpack_from("<I", self._content, offset)[0] for offset in (48, 56, 60)
        )
        directory = self._chain(directory_start, self._table)
        entries = [_entry(directory, at) for at in range(0, len(directory), _ENTRY)]
        root = next((entry for entry in entries if entry.kind == _ROOT), None)
        if root is None:
            raise Refused("file-damaged")
        small = self._chain(root.start, self._table) if root.size else b""
        table = _numbers(self._chain(mini_start, self._table)) if mini_start < _END else ()
        return {
            entry.name: self._stream(entry, cutoff, small, table)
            for entry in entries
            if entry.kind == _STREAM
        }

    def _stream(self, entry: _Entry, cutoff: int, small: bytes, table: tuple[int, ...]) -> bytes:
        if not entry.size:
            return b""
        if entry.size >= cutoff:
            stream = self._chain(entry.start, self._table)
        else:
            cells = (small[at * 64 : at * 64 + 64] for at in _walk(entry.start, table))
            stream = b"".join(cells)
        if len(stream) < entry.size:
            raise Refused("file-damaged")
        return stream[: entry.size]

    def _allocation_table(self) -> tuple[int, ...]:
        """The sector each sector is followed by."""
        head = _numbers(self._content[76 : 76 + 4 * _IN_HEADER])
        (next_list,) = struct.unpack_from("<I", self._content, 68)
        places, seen = list(head), 0
        while next_list < _LAST_SECTOR:
            seen += 1
            if seen > self._sectors:
                raise Refused("file-damaged")
            more = _numbers(self._sector_at(next_list))
            places += more[:-1]
            next_list = more[-1]
        used = [place for place in places if place < _LAST_SECTOR]
        if len(used) > self._sectors:
            raise Refused("file-damaged")
        return _numbers(b"".join(self._sector_at(place) for place in used))

    def _chain(self, start: int, table: tuple[int, ...]) -> bytes:
        """The bytes of a chain; Refused where another chain has one of its sectors."""
        places = _walk(start, table)
        if not self._taken.isdisjoint(places):
            raise Refused("file-damaged")
        self._taken.update(places)
        return b"".join(self._sector_at(place) for place in places)

    def _sector_at(self, place: int) -> bytes:
        begin = (
            _HEADER + place * self._sector
            if self._sector == _HEADER
            else ((place + 1) * self._sector)
        )
        if begin >= len(self._content):
            raise Refused("file-damaged")
        return self._content[begin : begin + self._sector].ljust(self._sector, b"\x00")


def _walk(start: int, table: tuple[int, ...]) -> list[int]:
    """The places of a chain, in order; Refused where it runs in a circle or out of the table."""
    places: list[int] = []
    place = start
    while place < _LAST_SECTOR:
        if place >= len(table) or len(places) > len(table):
            raise Refused("file-damaged")
        places.append(place)
        place = table[place]
    if place != _END:
        raise Refused("file-damaged")
    return places


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _entry(directory: bytes, at: int) -> _Entry:
    length, kind = struct.unpack_from("<HB", directory, at + 64)
    start, size = struct.unpack_from("<II", directory, at + 116)
    name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le")
    return _Entry(name, kind, start, size)
