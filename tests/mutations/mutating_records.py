"""Changes to an .xls: the records of its stream, and the table its sectors are chained by."""

import random
import struct
from itertools import pairwise

BOOK = b"\x09\x08\x10\x00\x00\x06\x05\x00"
CELLS = frozenset({0x0203, 0x027E, 0xFD, 0x0204, 0xD6, 0x06, 0x0205, 0xBD, 0x0208, 0xE5})
BOUND = frozenset({0x85, 0xFC, 0x3C, 0xE0, 0x041E, 0x0809, 0x0A, 0x2F, 0x22, 0x42})

Spot = tuple[int, int, int]  # kind, where its body begins, how long it is


def records(content: bytes) -> list[Spot]:
    """The records of the workbook stream, as far as they follow one another."""
    at = content.find(BOOK)
    found: list[Spot] = []
    while 0 <= at <= len(content) - 4 and len(found) < 5_000:
        kind, length = struct.unpack_from("<HH", content, at)
        if (kind, length) == (0, 0):
            break
        found.append((kind, at + 4, length))
        at += 4 + length
    return found


def telling(draw: random.Random, content: bytes) -> Spot | None:
    """A record that says something of cells, or now and then of the workbook."""
    wanted = CELLS if draw.random() < 0.7 else BOUND
    found = [spot for spot in records(content) if spot[0] in wanted]
    return draw.choice(found) if found else None


def body_changed(draw: random.Random, content: bytes) -> bytes:
    spot = telling(draw, content)
    if spot is None or not spot[2]:
        return content
    changed = bytearray(content)
    at = spot[1] + draw.randrange(min(spot[2], 24))
    if at < len(changed):
        changed[at] = draw.choice((0, 1, 2, 0x7F, 0xFF, changed[at] ^ 1 << draw.randrange(8)))
    return bytes(changed)


def kind_changed(draw: random.Random, content: bytes) -> bytes:
    spot = telling(draw, content)
    if spot is None:
        return content
    changed = bytearray(content)
    kind = draw.choice((*sorted(CELLS | BOUND), 0, 0xFFFF))
    struct.pack_into("<H", changed, spot[1] - 4, kind)
    return bytes(changed)


def length_changed(draw: random.Random, content: bytes) -> bytes:
    spot = telling(draw, content)
    if spot is None:
        return content
    changed = bytearray(content)
    length = draw.choice((0, spot[2] + 1, max(spot[2] - 1, 0), 0x2020, 0xFFFF))
    struct.pack_into("<H", changed, spot[1] - 2, length)
    return bytes(changed)


def record_doubled(draw: random.Random, content: bytes) -> bytes:
    """A record over the one behind it, where both are as long."""
    found = [spot for spot in records(content) if spot[0] in CELLS]
    pairs = [(a, b) for a, b in pairwise(found) if a[2] == b[2]]
    if not pairs:
        return content
    one, other = draw.choice(pairs)
    record = content[one[1] - 4 : one[1] + one[2]]
    return content[: other[1] - 4] + record + content[other[1] + other[2] :]


def place_changed(draw: random.Random, content: bytes) -> bytes:
    """A cell that says it stands elsewhere, or is styled otherwise."""
    found = [spot for spot in records(content) if spot[0] in CELLS and spot[2] >= 6]
    if not found:
        return content
    spot = draw.choice(found)
    changed = bytearray(content)
    value = draw.choice((0, 1, 5, 300, 0xFFFF, draw.randrange(40)))
    struct.pack_into("<H", changed, spot[1] + draw.choice((0, 2, 4)), value)
    return bytes(changed)


def chain_changed(draw: random.Random, content: bytes) -> bytes:
    """A sector that says it is followed by another, itself, the end or nothing."""
    if len(content) < 512:
        return content
    (first,) = struct.unpack_from("<I", content, 76)
    at = 512 + first * 512 + 4 * draw.randrange(128)
    if at + 4 > len(content):
        return content
    changed = bytearray(content)
    sector = (at - 512 - first * 512) // 4
    value = draw.choice((sector, 0, 1, 2, 0xFFFFFFFE, 0xFFFFFFFF, draw.randrange(200)))
    struct.pack_into("<I", changed, at, value)
    return bytes(changed)


def header_changed(draw: random.Random, content: bytes) -> bytes:
    if len(content) < 512:
        return content
    changed = bytearray(content)
    at = draw.choice((24, 26, 30, 32, 44, 48, 56, 60, 64, 68, 72, 76, 80))
    value = draw.choice((0, 1, 6, 9, 12, 0xFFFFFFFE, 0xFFFFFFFF, draw.randrange(100)))
    struct.pack_into("<I", changed, at, value)
    return bytes(changed)


def directory_changed(draw: random.Random, content: bytes) -> bytes:
    name = "Workbook".encode("utf-16-le")
    entry = content.find(name)
    if entry < 0:
        return content
    changed = bytearray(content)
    at = entry + draw.choice((0, 64, 66, 67, 68, 72, 76, 116, 120))
    value = draw.choice((0, 1, 5, 0xFF, draw.randrange(256)))
    if at < len(changed):
        changed[at] = value
    return bytes(changed)


RECORDS = (
    body_changed, body_changed, kind_changed, length_changed, record_doubled, place_changed,
    place_changed, chain_changed, header_changed, directory_changed,
)  # fmt: skip
