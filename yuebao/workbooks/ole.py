"""The container of .xls files: its streams by name, every chain of sectors followed within bounds.

Broken and half-copied containers make spreadsheet readers loop or eat memory, so each chain is
walked here first.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from yuebao.workbooks.ole_directory import Entry, directory_of
from yuebao.workbooks.refusal import Refused
from yuebao.workbooks.sniff import OLE_MAGIC

_HEADER = 512
_SMALL = 64
_CUTOFF = 4096  # smaller streams are kept in small sectors
_LAST_SECTOR = 0xFFFFFFFA  # above it: end of chain, free, and the tables' own marks
_END = 0xFFFFFFFE
_IN_HEADER = 109
_LITTLE_ENDIAN = 0xFFFE
_SECTOR_SHIFTS, _SMALL_SHIFT = (9, 12), 6


def streams(content: bytes) -> Mapping[str, bytes]:
    """Every stream of the container's root; Refused (file-damaged) where a chain leads nowhere."""
    try:
        return _Container(content).streams()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Refused("file-damaged") from error


class _Container:
    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER or not content.startswith(OLE_MAGIC):
            raise Refused("file-damaged")
        self._content = content
        order, shift, small_shift = struct.unpack_from("<3H", content, 28)
        if (order, small_shift) != (_LITTLE_ENDIAN, _SMALL_SHIFT) or shift not in _SECTOR_SHIFTS:
            raise Refused("file-damaged")
        self._sector = 1 << shift
        self._taken: set[int] = set()
        self._table = self._allocation_table()

    def streams(self) -> dict[str, bytes]:
        start, cutoff = (struct.unpack_from("<I", self._content, at)[0] for at in (48, 56))
        if cutoff != _CUTOFF:
            raise Refused("file-damaged")
        directory = directory_of(self._chain(start))
        root = directory.root
        small = self._chain(root.start) if root.size else b""
        table = self._small_table() if root.size else ()
        return {entry.name: self._stream(entry, small, table) for entry in directory.streams()}

    def _small_table(self) -> tuple[int, ...]:
        """The small sector each small sector is followed by; as long as the header says."""
        start, count = struct.unpack_from("<II", self._content, 60)
        table = self._chain(start)
        if len(table) != count * self._sector:
            raise Refused("file-damaged")
        return _numbers(table)

    def _stream(self, entry: Entry, small: bytes, table: tuple[int, ...]) -> bytes:
        if not entry.size:
            return b""
        if entry.size >= _CUTOFF:
            stream = self._chain(entry.start)
        else:
            places = _walk(entry.start, table)
            stream = b"".join(small[at * _SMALL : (at + 1) * _SMALL] for at in places)
        if len(stream) < entry.size:
            raise Refused("file-damaged")
        return stream[: entry.size]

    def _allocation_table(self) -> tuple[int, ...]:
        """The sector each sector is followed by."""
        head = _numbers(self._content[76 : 76 + 4 * _IN_HEADER])
        (next_list,) = struct.unpack_from("<I", self._content, 68)
        places = list(head)
        while next_list < _LAST_SECTOR:
            self._take([next_list])
            more = _numbers(self._sector_at(next_list))
            places += more[:-1]
            next_list = more[-1]
        used = [place for place in places if place < _LAST_SECTOR]
        self._take(used)
        return _numbers(b"".join(self._sector_at(place) for place in used))

    def _chain(self, start: int) -> bytes:
        """The bytes of a chain of sectors."""
        places = _walk(start, self._table)
        self._take(places)
        return b"".join(self._sector_at(place) for place in places)

    def _take(self, places: list[int]) -> None:
        """Note whose the sectors are; Refused where one is somebody's already."""
        if len(set(places)) != len(places) or not self._taken.isdisjoint(places):
            raise Refused("file-damaged")
        self._taken.update(places)

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
