"""A workbook as it looks to others when its author set a password to open it.

The content is not really encrypted, only scrambled: nobody needs to open it again.
"""

from __future__ import annotations

import struct
from hashlib import blake2b

_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_LEAST = 4096  # shorter streams would need a mini stream
_PER_SECTOR = _SECTOR // 4


def locked_workbook(content: bytes) -> bytes:
    """A compound file with the two streams that make a password-protected workbook."""
    streams = (("EncryptionInfo", _information()), ("EncryptedPackage", _scrambled(content)))
    padded = [(name, data + b"\x00" * (-len(data) % _SECTOR)) for name, data in streams]
    counts = [len(data) // _SECTOR for _, data in padded]
    used = 1 + sum(counts)  # the directory first
    fat_count = 1
    while fat_count * _PER_SECTOR < used + fat_count:
        fat_count += 1
    starts = [1, 1 + counts[0]]
    fat = [_END, *_chain(starts[0], counts[0]), *_chain(starts[1], counts[1])]
    fat += [_FAT] * fat_count
    fat += [_FREE] * (fat_count * _PER_SECTOR - len(fat))
    directory = _entry("Root Entry", 5, _END, 0, child=1)
    directory += _entry(streams[0][0], 2, starts[0], len(streams[0][1]), right=2)
    directory += _entry(streams[1][0], 2, starts[1], len(streams[1][1]))
    directory += _entry("", 0, 0, 0)
    body = b"".join(data for _, data in padded)
    return _header(used, fat_count) + directory + body + struct.pack(f"<{len(fat)}I", *fat)


def _information() -> bytes:
    """What says that the package is encrypted (version 4.4), padded to a whole stream."""
    return (struct.pack("<HHI", 4, 4, 0x40) + b"<encryption/>").ljust(_LEAST, b"\x00")


def _scrambled(content: bytes) -> bytes:
    key = blake2b(b"locked").digest()
    data = bytes(byte ^ key[n % len(key)] for n, byte in enumerate(content))
    return (struct.pack("<Q", len(content)) + data).ljust(_LEAST, b"\x00")


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), _END]


def _entry(
    name: str, kind: int, start: int, size: int, *, child: int = -1, right: int = -1
) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00" if name else b""
    return struct.pack(
        "<64sHBBiii16sIQQIQ",
        text,
        len(text),
        kind,
        1,
        -1,
        right,
        child,
        b"\x00" * 16,
        0,
        0,
        0,
        start,
        size,
    )


def _header(used: int, fat_count: int) -> bytes:
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x00" * 16,
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"\x00" * 6,
        0,
        fat_count,
        0,
        0,
        _LEAST,
        _END,
        0,
        _END,
        0,
    )
    places = [used + n for n in range(fat_count)] + [_FREE] * (109 - fat_count)
    return head + struct.pack("<109I", *places)
