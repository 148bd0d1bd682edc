"""The records of an .xls: what the reader does not say of cells, and whether all of it is there."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from yuebao.workbooks.biff_shapes import COLUMNS, is_well_built
from yuebao.workbooks.biff_texts import code_page_name, plain_text, shared_texts
from yuebao.workbooks.facts import Facts, Gathering, Place
from yuebao.workbooks.ooxml import SheetPart
from yuebao.workbooks.ooxml_styles import is_percent_format
from yuebao.workbooks.refusal import Limits, Refused

_BOF, _EOF = 0x0809, 0x000A
_BOF_LENGTHS = range(4, 21)
_OLD_BOFS = frozenset({0x0009, 0x0209, 0x0409})
_BIFF5, _BIFF8 = 0x0500, 0x0600
_HIDDEN = 3  # the bits that say so, of eight
_WORKBOOK, _WORKSHEET = 0x05, 0
_SAID_TO_BE = {_WORKSHEET: 0x10, 1: 0x40, 2: 0x20, 6: 0x06}  # sheets, macros, charts, modules
_FILE_PASS, _SHEET, _FORMAT, _STYLE, _CODE_PAGE = 0x2F, 0x85, 0x041E, 0xE0, 0x42
_STYLE_LENGTHS = {True: 20, False: 16}  # of Excel 97 on, and before
_DAY_ZERO, _DAY_ZEROS = 0x22, (b"\x00\x00", b"\x01\x00")  # 1900 or 1904
_ROW, _COLUMNS, _FORMULA, _BOOL_OR_ERROR, _RUN = 0x0208, 0x7D, 0x06, 0x0205, 0xBD
_SINGLE_CELLS = frozenset({0x0203, 0x027E, 0xFD, 0x0204, 0xD6, _FORMULA, _BOOL_OR_ERROR})
_BLANK, _BLANKS, _TEXTS, _SHARED_TEXT, _RICH = 0x0201, 0xBE, 0xFC, 0xFD, 0xD6
_TEXT_CELLS = frozenset({0x0204, _RICH})
_RESULT, _CONTINUED = 0x0207, 0x3C
_BEFORE_RESULT = frozenset({_CONTINUED, 0x04BC, 0x0221, 0x0236})  # formulas of several cells
_OLD_CELLS = frozenset({1, 2, 3, 4, 5, 7, 8, 0x0206, 0x0406})  # before Excel 95
_NOT_IN_SHEETS = _OLD_CELLS | _OLD_BOFS | {_SHEET, _TEXTS, _STYLE, _FORMAT, _FILE_PASS}
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
    code_page: str = ""
    sheets: list[tuple[str, bool, int, int]] = field(default_factory=list)
    percent_formats: set[int] = field(default_factory=lambda: set(_PERCENT_FORMATS))
    style_formats: list[int] = field(default_factory=list)
    text_pieces: list[bytes] = field(default_factory=list)
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
            SheetPart(name, visible, _facts(book, stream, kind, start, limits))
            for name, visible, kind, start in book.sheets
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
            _refuse_filled(length)
            depth -= 1
        if depth == 0:
            return
        if depth == 1:
            yield kind, stream[at : at + length]
        at += length


def _refuse_filled(length: int) -> None:
    """An end holds nothing: one that does was a cell, and ends what it stood in."""
    if length:
        raise Refused("file-damaged")


def _facts(book: _Globals, stream: bytes, kind: int, start: int, limits: Limits) -> Facts:
    """What a sheet's records say; Refused where they are not of the kind the workbook names."""
    _, said = _beginning(stream, start)
    if said != _SAID_TO_BE.get(kind):
        raise Refused("file-damaged")
    if kind != _WORKSHEET:
        return Facts()  # a chart holds no cells, but figures it was drawn from
    return _SheetRecords(book).read(stream, start).facts(limits)


def _beginning(stream: bytes, start: int) -> tuple[int, int]:
    """The version, and what kind of part begins there."""
    kind, length, version, said = struct.unpack_from("<4H", stream, start)
    if kind != _BOF or length not in _BOF_LENGTHS:
        raise Refused("file-damaged")
    return version, said


def _globals(stream: bytes, limits: Limits) -> _Globals:
    if struct.unpack_from("<H", stream)[0] in _OLD_BOFS:
        raise Refused("file-not-workbook", value="很旧的 Excel 格式")
    version, said = _beginning(stream, 0)
    if said != _WORKBOOK or version not in {_BIFF5, _BIFF8}:
        raise Refused("file-damaged")
    wide = version == _BIFF8
    book = _Globals(wide, "" if wide else "gb18030")
    before = 0
    for kind, body in _records(stream, 0):
        if kind == _FILE_PASS:
            raise Refused("file-encrypted")
        before = kind if kind != _CONTINUED else before
        if kind != _CONTINUED or before == _TEXTS:
            _take_global(before, body, book)
    book.texts = shared_texts(book.text_pieces) if book.text_pieces else 0
    if not book.sheets:
        raise Refused("file-damaged")
    if len(book.sheets) > limits.sheets or len(book.style_formats) > limits.styles:
        raise Refused("file-bomb")
    return book


def _take_global(kind: int, body: bytes, book: _Globals) -> None:
    if kind == _SHEET:
        start, state, said = struct.unpack_from("<IBB", body)
        name = plain_text(body[6:], book.code_page, length_bytes=1)
        book.sheets.append((name, state & _HIDDEN == 0, said, start))
    elif kind == _STYLE:
        _take_style(body, book)
    elif kind == _FORMAT:
        _take_format(body, book)
    elif kind == _TEXTS:
        book.text_pieces.append(body)
    elif kind == _CODE_PAGE:
        book.code_page = code_page_name(struct.unpack_from("<H", body)[0], wide=book.wide)
    elif kind == _DAY_ZERO and body not in _DAY_ZEROS:
        raise Refused("file-damaged")


def _take_style(body: bytes, book: _Globals) -> None:
    """Styles are counted: a record that turned into one would restyle all cells."""
    if len(body) != _STYLE_LENGTHS[book.wide]:
        raise Refused("file-damaged")
    book.style_formats.append(struct.unpack_from("<H", body, 2)[0])


def _take_format(body: bytes, book: _Globals) -> None:
    """A format may say anew what a number of a usual one means."""
    (number,) = struct.unpack_from("<H", body)
    code = plain_text(body[2:], book.code_page, length_bytes=2 if book.wide else 1)
    if is_percent_format(code):
        book.percent_formats.add(number)
    else:
        book.percent_formats.discard(number)


class _SheetRecords:
    """The records of one sheet being read; Refused where they leave open what stands where."""

    def __init__(self, book: _Globals) -> None:
        self._percent = book.percent_styles
        self._styles = len(book.style_formats)
        self._texts = book.texts
        self._code_page = book.code_page
        self._unfit = _NOT_IN_SHEETS | ({_RICH} if book.wide else set())
        self._awaits_result = False
        self._found = Gathering()

    def read(self, stream: bytes, start: int) -> Gathering:
        """What the records from ``start`` say."""
        for kind, body in _records(stream, start):
            if kind in self._unfit or not is_well_built(kind, body):
                raise Refused("file-damaged")
            if kind == _RESULT or (self._awaits_result and kind not in _BEFORE_RESULT):
                self._take_result(kind, body)
            else:
                self._take(kind, body)
        if self._awaits_result:
            raise Refused("file-damaged")
        return self._found

    def _take_result(self, kind: int, body: bytes) -> None:
        """The text a formula comes to stands right behind it, and nowhere else."""
        if kind != _RESULT or not self._awaits_result:
            raise Refused("file-damaged")
        plain_text(body, self._code_page, length_bytes=2)
        self._awaits_result = False

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
        if kind in _TEXT_CELLS:
            plain_text(body[6:], self._code_page, length_bytes=2)
        self._awaits_result = kind == _FORMULA and body[12:14] == b"\xff\xff" and not body[6]
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
        if place[1] >= COLUMNS or style >= self._styles:
            raise Refused("file-damaged")
        if style in self._percent:
            self._found.percent.add(place)


def _error_code(kind: int, body: bytes) -> int | None:
    if kind == _BOOL_OR_ERROR and body[7]:
        return body[6]
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None
