"""How long the records of an .xls sheet are, and what areas they can speak of."""

from __future__ import annotations

import struct

COLUMNS = 256
_ROWS = 65_536
_MERGES, _REACH = 0xE5, 0x0200
_LENGTHS = {0x0203: 14, 0x027E: 10, 0xFD: 10, 0x0205: 8, 0x0201: 6, 0x0208: 16}
_LEAST = {0x0204: 8, 0xD6: 8, 0x06: 22, 0x0221: 14, 0x04BC: 10, 0x0236: 16, 0x7D: 11}


def is_well_built(kind: int, body: bytes) -> bool:
    """Whether a record is as long as its kind is, and what it says of areas can be."""
    if kind == _REACH:
        return _is_within_sheet(body)
    if kind == _MERGES:
        return len(body) == 2 + 8 * int.from_bytes(body[:2], "little") and _are_areas(body[2:])
    return len(body) == _LENGTHS.get(kind, len(body)) and len(body) >= _LEAST.get(kind, 0)


def _is_within_sheet(body: bytes) -> bool:
    """How far the cells are said to reach; the library asks for memory by it."""
    top, below, _, right = struct.unpack_from("<IIHH" if len(body) == 14 else "<4H", body)
    return bool(top <= below <= _ROWS and right <= COLUMNS)


def _are_areas(body: bytes) -> bool:
    areas = struct.iter_unpack("<4H", body)
    return all(t <= b and le <= r < COLUMNS for t, b, le, r in areas)
