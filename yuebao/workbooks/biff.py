"""The records of an .xls: what the reader does not say of cells, and whether all of it is there."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from yuebao.workbooks.ooxml import SheetPart, is_percent_format
from yuebao.workbooks.refusal import Limits, Refused
from yuebao.workbooks.sheet_xml import Facts, Gathering

_BOF, _EOF = 0x0809, 0x000A
_OLD_BOFS = frozenset({0x0009, 0x0209, 0x0409})
_BIFF8 = 0x0600
_FILE_PASS, _SHEET, _FORMAT, _STYLE, _CODE_PAGE = 0x2F, 0x85, 0x041E, 0xE0, 0x42
_ROW, _COLUMNS, _FORMULA, _BOOL_OR_ERROR, _RUN = 0x0208, 0x7D, 0x06, 0x0205, 0xBD
_SINGLE_CELLS = frozenset({0x0203, 0x027E, 0xFD, 0x0204, 0xD6, _FORMULA, _BOOL_OR_ERROR})
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
        percent = book.percent_styles
        return tuple(
            SheetPart(name, visible, _facts(stream, start, percent, limits))
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
        if at + length > len(stream) or (kind == 0 and length == 0):
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
    elif kind == _CODE_PAGE and not book.wide:
        (page,) = struct.unpack_from("<H", body)
        book.code_page = "gb18030" if page == 936 else f"cp{page}"


def _text(body: bytes, book: _Globals, *, length_bytes: int) -> str:
    length = int.from_bytes(body[:length_bytes], "little")
    if not book.wide:
        raw = body[length_bytes : length_bytes + length]
        return raw.decode(book.code_page, errors="replace")
    is_utf16 = body[length_bytes] & 1
    text = body[length_bytes + 1 :]
    return text[: 2 * length].decode("utf-16-le") if is_utf16 else text[:length].decode("latin-1")


def _facts(stream: bytes, start: int, percent: frozenset[int], limits: Limits) -> Facts:
    found = Gathering()
    for kind, body in _records(stream, start):
        if kind in _SINGLE_CELLS:
            _take_cell(kind, body, percent, found)
        elif kind == _RUN:
            _take_run(body, percent, found)
        elif kind == _ROW:
            if struct.unpack_from("<H", body, 12)[0] & 0x20:
                found.hidden_rows.add(struct.unpack_from("<H", body)[0])
        elif kind == _COLUMNS:
            first, last, _, _, options = struct.unpack_from("<5H", body)
            found.hidden_columns |= set(range(first, last + 1)) if options & 1 else set()
    return found.facts(limits)


def _take_cell(kind: int, body: bytes, percent: frozenset[int], found: Gathering) -> None:
    row, column, style = struct.unpack_from("<3H", body)
    found.filled.add((row, column))
    if style in percent:
        found.percent.add((row, column))
    code = _error_code(kind, body)
    if code is not None:
        found.errors.append(((row, column), _ERRORS.get(code, "#N/A")))


def _error_code(kind: int, body: bytes) -> int | None:
    if kind == _BOOL_OR_ERROR and body[7]:
        return body[6]
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None


def _take_run(body: bytes, percent: frozenset[int], found: Gathering) -> None:
    """Numbers side by side in one record."""
    row, first = struct.unpack_from("<2H", body)
    for number, at in enumerate(range(4, len(body) - 2, 6)):
        found.filled.add((row, first + number))
        if struct.unpack_from("<H", body, at)[0] in percent:
            found.percent.add((row, first + number))
