"""The records of an .xls are taken as the format lays them out, or the file is damaged."""

import struct

import pytest

from yuebao.workbooks.biff import biff_sheets
from yuebao.workbooks.biff_texts import plain_text, shared_texts
from yuebao.workbooks.facts import Facts
from yuebao.workbooks.refusal import LIMITS, Refused

BOUND, STYLE, FORMAT, NUMBER = 0x85, 0xE0, 0x041E, 0x0203
FORMULA, RESULT, ARRAY = 0x06, 0x0207, 0x0221
A_TEXT = struct.pack("<3H6xH", 0, 0, 0, 0xFFFF) + bytes(8)  # a formula that comes to a text
TEXT = (RESULT, struct.pack("<HB", 2, 0) + b"ab")
Record = tuple[int, bytes]


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def begun(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HH12x", 0x0600, kind))


def facts(*records: Record, kind: int = 0x10, listed: int = 0, formats: bytes = b"") -> Facts:
    """What is said of the one sheet of a workbook, its only style of format 9."""
    end = record(0x0A, b"")
    style = record(STYLE, struct.pack("<HH16x", 0, 9))
    name = struct.pack("<BBBB", 0, listed, 1, 0) + b"a"
    start = len(begun(5) + formats + style + end) + len(record(BOUND, bytes(4) + name))
    book = begun(5) + formats + style + record(BOUND, struct.pack("<I", start) + name) + end
    sheet = begun(kind) + b"".join(record(*one) for one in records) + end
    return biff_sheets(book + sheet, LIMITS)[0].facts


def test_a_number_is_shown_as_its_format_says() -> None:
    number = (NUMBER, struct.pack("<3Hd", 2, 1, 0, 0.5))
    assert facts(number).percent == {(2, 1)}
    anew = record(FORMAT, struct.pack("<HHB", 9, 4, 0) + b"0.00")
    assert facts(number, formats=anew).percent == frozenset()


def test_what_turned_into_a_style_restyles_no_cell() -> None:
    number = (NUMBER, struct.pack("<3Hd", 2, 1, 0, 0.5))
    turned = record(STYLE, struct.pack("<HHB", 0, 4, 0) + b"0.00")
    with pytest.raises(Refused, match="file-damaged"):
        facts(number, formats=turned)


def test_the_text_of_a_formula_stands_behind_it() -> None:
    assert facts((FORMULA, A_TEXT), TEXT) == facts((FORMULA, A_TEXT), (ARRAY, bytes(14)), TEXT)
    for broken in ([(FORMULA, A_TEXT)], [(FORMULA, A_TEXT), (0x0208, bytes(16)), TEXT], [TEXT]):
        with pytest.raises(Refused, match="file-damaged"):
            facts(*broken)


def test_the_figures_a_chart_was_drawn_from_are_no_cells() -> None:
    figure = (NUMBER, struct.pack("<3Hd", 0, 0, 0, 1))
    assert facts(figure, figure, kind=0x20, listed=2) == Facts()
    with pytest.raises(Refused, match="file-damaged"):
        facts(figure, kind=0x20)


def test_texts_are_as_long_as_they_say() -> None:
    assert plain_text(b"\x01\x00\x01\x51\x67", "", length_bytes=2) == "村"
    assert plain_text(b"\x02\xb4\xe5", "gb18030", length_bytes=1) == "村"
    for broken in (b"\x02\x00\x01\x51\x67", b"\x01\x00\x05\x51\x67", b"\x03\x00\x00ab"):
        with pytest.raises(Refused, match="file-damaged"):
            plain_text(broken, "", length_bytes=2)


def test_the_list_of_texts_is_followed_through_its_pieces() -> None:
    rich = struct.pack("<HBHI", 3, 0x0C, 1, 2) + b"ab"  # goes on, wide, with runs and an aid
    pieces = [
        struct.pack("<II", 9, 2) + rich,
        b"\x01\x51\x67" + bytes(3),
        bytes(3) + b"\x01\x00\x00a",
    ]
    assert shared_texts(pieces) == 2
    assert shared_texts([struct.pack("<II", 9, 0)]) == 0
    for broken in (pieces[:2], [*pieces, b"\x00"], [struct.pack("<II", 9, 1) + b"\x01\x00\x10a"]):
        with pytest.raises((Refused, struct.error)):
            shared_texts(broken)
