"""The records of an .xls: what the reader does not say of cells, and whether all of it is there."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from yuebao.workbooks.facts import Gathering, Place
from yuebao.workbooks.ooxml import SheetPart, is_percent_format
from yuebao.workbooks.refusal import Limits, Refused

_BOF, _EOF = 0x0809, 0x000A
_OLD_BOFS = frozenset({0x0009, 0x0209, 0x0409})
_BIFF8 = 0x0600
_FILE_PASS, _SHEET, _FORMAT, _STYLE, _CODE_PAGE = 0x2F, 0x85, 0x041E, 0xE0, 0x42
_DAY_ZERO, _DAY_ZEROS = 0x22, (b"\x00\x00", b"\x01\x00")  # 1900 or 1904
_ROW, _COLUMNS, _FORMULA, _BOOL_OR_ERROR, _RUN = 0x0208, 0x7D, 0x06, 0x0205, 0xBD
_SINGLE_CELLS = frozenset({0x0203, 0x027E, 0xFD, 0x0204, 0xD6, _FORMULA, _BOOL_OR_ERROR})
_BLANK, _BLANKS, _TEXTS, _SHARED_TEXT, _RICH = 0x0201, 0xBE, 0xFC, 0xFD, 0xD6
_LENGTHS = {0x0203: 14, 0x027E: 10, _SHARED_TEXT: 10, _BOOL_OR_ERROR: 8, _BLANK: 6, _ROW: 16}
_LEAST = {0x0204: 8, _RICH: 8, _FORMULA: 22}
_TEXT_CELLS = frozenset({0x0204, _RICH})
_NOT_IN_SHEETS = frozenset({_SHEET, _TEXTS, _STYLE, _FORMAT, _FILE_PASS})
_MERGES = 0xE5
_COLUMNS_THERE_ARE = 256
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!",
    0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_PERCENT_FORMATS = frozenset({9, 10})

Record = tuple[int, bytes]


@dataclass(slots=True)
class _Globals:
    """What the workbook's own records say of its sheets and styles."""

    wide: bool = True
    code_page: str = "gb18030"
    sheets: list[tuple[str, bool, int]] = field(default_factory=list)
    percent_formats: set[int] = field(default_factory=lambda: set(_PERCENT_FORMATS))
    style_formats: list[int] = field(default_factory=list)
    texts: int = 0

    @property
    def percent_styles(self) -> frozenset[int]:
        formats = self.percent_formats
        return frozenset(at for at, number in enumerate(self.style_formats) if number in formats)


def biff_sheets(stream: bytes, limits: Limits) -> tuple[SheetPart, ...]:
    """The sheets of a workbook stream with the facts of their cells.

    Refused where it is locked, older than Excel 95, or ends before its end is said.
    """
    try:
        book = _globals(stream, limits)
        return tuple(
            SheetPart(name, visible, _SheetRecords(book).read(stream, start).facts(limits))
            for name, visible, start in book.sheets
        )
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Refused("file-damaged") from error


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """The records from ``start`` to the end of that part; parts within it are passed over."""
    at, depth = start, 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, at)
        at += 4
        if at + length > len(stream) or kind == 0:
            raise Refused("file-damaged")
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
        if depth == 0:
            return
        if depth == 1:
            yield kind, stream[at : at + length]
        at += length


def _globals(stream: bytes, limits: Limits) -> _Globals:
    first, _, version = struct.unpack_from("<HHH", stream, 0)
    if first in _OLD_BOFS:
        raise Refused("file-not-workbook", value="很旧的 Excel 格式")
    if first != _BOF:
        raise Refused("file-damaged")
    book = _Globals(wide=version == _BIFF8)
    for kind, body in _records(stream, 0):
        if kind == _FILE_PASS:
            raise Refused("file-encrypted")
        _take_global(kind, body, book)
    if not book.sheets:
        raise Refused("file-damaged")
    if len(book.sheets) > limits.sheets or len(book.style_formats) > limits.styles:
        raise Refused("file-bomb")
    return book


def _take_global(kind: int, body: bytes, book: _Globals) -> None:
    if kind == _SHEET:
        start, state = struct.unpack_from("<IB", body)
        book.sheets.append((_text(body[6:], book, length_bytes=1), state == 0, start))
    elif kind == _STYLE:
        book.style_formats.append(struct.unpack_from("<H", body, 2)[0])
    elif kind == _FORMAT:
        if is_percent_format(_text(body[2:], book, length_bytes=2 if book.wide else 1)):
            book.percent_formats.add(struct.unpack_from("<H", body)[0])
    elif kind == _TEXTS:
        (book.texts,) = struct.unpack_from("<I", body, 4)
    elif kind == _CODE_PAGE and not book.wide:
        (page,) = struct.unpack_from("<H", body)
        book.code_page = "gb18030" if page == 936 else f"cp{page}"
    elif kind == _DAY_ZERO and body not in _DAY_ZEROS:
        raise Refused("file-damaged")


def _text(body: bytes, book: _Globals, *, length_bytes: int) -> str:
    length = int.from_bytes(body[:length_bytes], "little")
    if not book.wide:
        raw = body[length_bytes : length_bytes + length]
        return raw.decode(book.code_page, errors="replace")
    is_utf16 = body[length_bytes] & 1
    text = body[length_bytes + 1 :]
    return text[: 2 * length].decode("utf-16-le") if is_utf16 else text[:length].decode("latin-1")


class _SheetRecords:
    """The records of one sheet being read; Refused where they leave open what stands where."""

    def __init__(self, book: _Globals) -> None:
        self._percent = book.percent_styles
        self._styles = len(book.style_formats)
        self._texts = book.texts
        self._unfit = _NOT_IN_SHEETS | ({_RICH} if book.wide else set())
        self._found = Gathering()

    def read(self, stream: bytes, start: int) -> Gathering:
        """What the records from ``start`` say."""
        if struct.unpack_from("<H", stream, start)[0] != _BOF:
            raise Refused("file-damaged")
        for kind, body in _records(stream, start):
            if kind in self._unfit or not _is_long_enough(kind, body):
                raise Refused("file-damaged")
            self._take(kind, body)
        return self._found

    def _take(self, kind: int, body: bytes) -> None:
        if kind in _SINGLE_CELLS or kind == _BLANK:
            self._take_cell(kind, body)
        elif kind == _RUN:
            self._take_run(body, 6, self._found.filled)
        elif kind == _BLANKS:
            self._take_run(body, 2, set())
        elif kind == _ROW:
            if struct.unpack_from("<H", body, 12)[0] & 0x20:
                self._found.hidden_rows.add(struct.unpack_from("<H", body)[0])
        elif kind == _COLUMNS:
            first, last, _, _, options = struct.unpack_from("<5H", body)
            self._found.hidden_columns |= set(range(first, last + 1)) if options & 1 else set()

    def _take_cell(self, kind: int, body: bytes) -> None:
        row, column, style = struct.unpack_from("<3H", body)
        self._place((row, column), style)
        if kind == _BLANK:
            return
        self._found.filled.add((row, column))
        if kind == _SHARED_TEXT and struct.unpack_from("<I", body, 6)[0] >= self._texts:
            raise Refused("file-damaged")
        code = _error_code(kind, body)
        if code is not None:
            self._found.errors.append(((row, column), _ERRORS.get(code, "#N/A")))

    def _take_run(self, body: bytes, width: int, filled: set[Place]) -> None:
        """Numbers, or blanks, side by side in one record."""
        row, first = struct.unpack_from("<2H", body)
        (last,) = struct.unpack_from("<H", body, len(body) - 2)
        if len(body) != 6 + width * (last - first + 1):
            raise Refused("file-damaged")
        for number, at in enumerate(range(4, len(body) - 2, width)):
            self._place((row, first + number), struct.unpack_from("<H", body, at)[0])
            filled.add((row, first + number))

    def _place(self, place: Place, style: int) -> None:
        self._found.take(place)
        if place[1] >= _COLUMNS_THERE_ARE or style >= self._styles:
            raise Refused("file-damaged")
        if style in self._percent:
            self._found.percent.add(place)


def _is_long_enough(kind: int, body: bytes) -> bool:
    """Whether a record is as long as its kind is, or has room for the text it announces."""
    if kind == _MERGES:
        return len(body) == 2 + 8 * int.from_bytes(body[:2], "little")
    if len(body) != _LENGTHS.get(kind, len(body)) or len(body) < _LEAST.get(kind, 0):
        return False
    return kind not in _TEXT_CELLS or 8 + struct.unpack_from("<H", body, 6)[0] <= len(body)


def _error_code(kind: int, body: bytes) -> int | None:
    if kind == _BOOL_OR_ERROR and body[7]:
        return body[6]
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None
