"""Texts in an .xls, measured as the format lays them out: readers differ on those that are not."""

from __future__ import annotations

import codecs
import struct

from yuebao.workbooks.refusal import Refused

_WIDE, _EXTENDED, _RICH = 1, 4, 8
_UNICODE = 1200
_CHINESE = 936


def code_page_name(page: int, *, wide: bool) -> str:
    """The encoding a code page stands for; Refused where the library would not read texts by it.

    From Excel 97 on texts are Unicode whatever the page, but the library goes by the page.
    """
    if wide:
        if page != _UNICODE:
            raise Refused("file-unreadable")
        return ""
    name = "gb18030" if page == _CHINESE else f"cp{page}"
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise Refused("file-damaged") from error


def plain_text(body: bytes, code_page: str, *, length_bytes: int) -> str:
    """A text without runs; Refused where more is announced than is there, or than a text has.

    Without a ``code_page`` it is Unicode, with a byte that says how wide its letters are.
    """
    length = int.from_bytes(body[:length_bytes], "little")
    start, width = length_bytes, 1
    if not code_page and length:
        flags = body[length_bytes]
        if flags & ~_WIDE:
            raise Refused("file-damaged")
        start, width = length_bytes + 1, 1 + flags
    raw = body[start : start + length * width]
    if len(raw) < length * width:
        raise Refused("file-damaged")
    if code_page:
        return raw.decode(code_page, errors="replace")
    return raw.decode("utf-16-le" if width > 1 else "latin-1")


def shared_texts(pieces: list[bytes]) -> int:
    """How many texts the list that cells refer to holds: as many as it says, to its last byte.

    ``pieces`` are its record and those that continue it.
    """
    (count,) = struct.unpack_from("<I", pieces[0], 4)
    walk = _Walk(pieces)
    for _ in range(count):
        walk.pass_text()
    if not walk.is_over:
        raise Refused("file-damaged")
    return int(count)


class _Walk:
    """A way through the pieces of the list of texts."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._left = pieces[::-1]
        self._piece, self._at = self._left.pop(), 8

    @property
    def is_over(self) -> bool:
        return self._at == len(self._piece) and not self._left

    def pass_text(self) -> None:
        """Pass one text with the runs and reading aids behind it."""
        if self._at == len(self._piece):
            self._next()
        letters, flags = struct.unpack("<HB", self._take(3))
        if flags & ~(_WIDE | _EXTENDED | _RICH):
            raise Refused("file-damaged")
        runs = struct.unpack("<H", self._take(2))[0] if flags & _RICH else 0
        behind = struct.unpack("<I", self._take(4))[0] if flags & _EXTENDED else 0
        self._pass_letters(letters, 1 + (flags & _WIDE))
        self._pass(4 * runs + behind)

    def _pass_letters(self, letters: int, width: int) -> None:
        while letters:
            here = min((len(self._piece) - self._at) // width, letters)
            self._at += here * width
            letters -= here
            if letters:
                self._next()
                width = 1 + (self._take(1)[0] & _WIDE)

    def _pass(self, length: int) -> None:
        while length > len(self._piece) - self._at:
            length -= len(self._piece) - self._at
            self._next()
        self._at += length

    def _take(self, length: int) -> bytes:
        self._at += length
        return self._piece[self._at - length : self._at]

    def _next(self) -> None:
        if not self._left:
            raise Refused("file-damaged")
        self._piece, self._at = self._left.pop(), 0
