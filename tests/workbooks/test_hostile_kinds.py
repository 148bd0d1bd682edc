"""More files that mean harm, or look as if: bombs in bombs, masses of everything, passengers."""

import io
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from mutating_records import records
from mutating_zip import members, zipped

from yuebao.workbooks.read import GuardedReader
from yuebao.workbooks.refusal import Refused

FIXTURES = Path(__file__).parents[1] / "fixtures"
SHEET, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
LINK = b'<externalLink xmlns:r="r"><externalBook r:id="rId1"/></externalLink>'
Build = Callable[[], bytes]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B2"] = "村", 12
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_parts(**parts: bytes) -> bytes:
    """The workbook with parts added or put in the place of its own; ``__`` stands for a slash."""
    new = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    return zipped([*({**dict(members(workbook())), **new}).items()])


def edited(part: str, old: bytes, new: bytes) -> bytes:
    content = dict(members(workbook()))
    assert old in content[part]
    return zipped([*(content | {part: content[part].replace(old, new, 1)}).items()])


def nested_bomb() -> bytes:
    """A gigabyte of zeros, zipped, in a zip, in the workbook: nobody unpacks what is in there."""
    inner = zipped([("1.zip", zipped([("zeros", bytes(64 << 20))]))])
    return with_parts(xl__embeddings__a_dot_xlsx=inner)


def one_huge_text() -> bytes:
    text = b"<si><t>" + b"a" * (65 << 20) + b"</t></si>"
    sst = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
    return with_parts(xl__sharedStrings_dot_xml=sst % text)


def many_great_parts() -> bytes:
    """No part is too great by itself."""
    parts = {f"xl__media__part{n}_dot_xml": b" " * (7 << 20) for n in range(19)}
    return with_parts(**parts)


def one_text_in_many_cells() -> bytes:
    """A megabyte that becomes more than there is memory by being pointed at."""
    said = b"<sst><si><t>" + b"ab" * (1 << 19) + b"</t></si></sst>"
    content = dict(members(with_parts(xl__sharedStrings_dot_xml=said)))
    cells = b"".join(b'<row r="%d"><c t="s"><v>0</v></c></row>' % n for n in range(1, 700))
    sheet = re.sub(
        rb"<sheetData>.*</sheetData>", b"<sheetData>%s</sheetData>" % cells, content[SHEET]
    )
    return zipped([*(content | {SHEET: sheet}).items()])


def locked_part() -> bytes:
    """A zip whose parts ask for a password, as an archiver makes it."""
    content = bytearray(workbook())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for found in re.finditer(re.escape(mark), bytes(content)):
            content[found.start() + at] |= 1
    return bytes(content)


def locked_open_document() -> bytes:
    """A file of LibreOffice with a password says so in its list of parts."""
    content = dict(members((FIXTURES / "returned.ods").read_bytes()))
    said = (
        b'<manifest:manifest><manifest:encryption-data manifest:checksum="x"/></manifest:manifest>'
    )
    scrambled = {"content.xml": content["content.xml"], "META-INF/manifest.xml": said}
    return zipped([*(content | scrambled).items()])


def many_sheets() -> bytes:
    listed = re.search(rb"<sheet [^<>]*/>", dict(members(workbook()))[BOOK])
    assert listed is not None
    return edited(BOOK, b"</sheets>", listed[0] * 10_000 + b"</sheets>")


def many_styles() -> bytes:
    return edited(STYLES, b"</cellXfs>", b'<xf numFmtId="9"/>' * 70_000 + b"</cellXfs>")


def many_merges() -> bytes:
    merges = b'<mergeCell ref="A1:B2"/>' * 50_000
    merged = b"</sheetData><mergeCells>" + merges + b"</mergeCells>"
    return edited(SHEET, b"</sheetData>", merged)


def external_entity() -> bytes:
    trick = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet'
    return edited(SHEET, b"<worksheet", trick)


def lying_sizes() -> bytes:
    """The directory says a part is small; it is not."""
    content = bytearray(with_parts(xl__theme__theme1_dot_xml=b"<a>" + b" " * (1 << 20) + b"</a>"))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/theme/theme1.xml"))
    struct.pack_into("<I", content, at + 24, 100)
    return bytes(content)


def xls_changed(kind: int, at: int, value: int, number: int = 0) -> bytes:
    """The .xls with two bytes of its first (or a later) record of a kind changed."""
    content = bytearray((FIXTURES / "returned.xls").read_bytes())
    begin = [begin for found, begin, _ in records(bytes(content)) if found == kind][number]
    struct.pack_into("<H", content, begin + at, value)
    return bytes(content)


def xls_head_changed(at: int, value: int) -> bytes:
    content = bytearray((FIXTURES / "returned.xls").read_bytes())
    struct.pack_into("<I", content, at, value)
    return bytes(content)


def xls_sheet_in_a_circle() -> bytes:
    """The first sheet is said to begin where the workbook begins."""
    content = bytearray((FIXTURES / "returned.xls").read_bytes())
    begin = next(begin for found, begin, _ in records(bytes(content)) if found == 0x85)
    struct.pack_into("<I", content, begin, 0)
    return bytes(content)


REFUSED: dict[str, tuple[Build, str]] = {
    "one huge text": (one_huge_text, "file-bomb"),
    "parts that are great together": (many_great_parts, "file-bomb"),
    "one text in many cells": (one_text_in_many_cells, "file-unreadable"),
    "a password on a zip": (locked_part, "file-encrypted"),
    "a password on an .ods": (locked_open_document, "file-encrypted"),
    "ten thousand sheets": (many_sheets, "file-bomb"),
    "seventy thousand styles": (many_styles, "file-bomb"),
    "fifty thousand merges": (many_merges, "file-bomb"),
    "an entity from outside": (external_entity, "file-unsafe"),
    "sizes that lie": (lying_sizes, "file-damaged"),
    "another encoding": (
        lambda: edited(SHEET, b"<worksheet", b'<?xml version="1.0" encoding="gb18030"?><worksheet'),
        "file-unsafe",
    ),
    "two cells in one place": (
        lambda: edited(SHEET, b"</row>", b'<c r="A1"><v>5</v></c></row>'),
        "file-damaged",
    ),
    "a cell in another row": (lambda: edited(SHEET, b'r="B2"', b'r="B7"'), "file-damaged"),
    "a number that is none": (lambda: edited(SHEET, b"<v>12<", b"<v>1z<"), "file-damaged"),
    "a row that says twice where it stands": (
        lambda: edited(SHEET, b'<row r="2"', b'<row r="2" r="2"'),
        "file-damaged",
    ),
    "texts counted twice": (
        lambda: with_parts(xl__sharedStrings_dot_xml=b'<sst count="0" count="0"></sst>'),
        "file-damaged",
    ),
    "a number without end": (lambda: edited(SHEET, b"<v>12<", b"<v>1e400<"), "file-damaged"),
    "a date that is none": (
        lambda: edited(SHEET, b'<c r="B2" t="n"><v>12<', b'<c r="B2" t="d"><v>2023-02-30<'),
        "file-damaged",
    ),
    "a style that is not there": (
        lambda: edited(SHEET, b'<c r="B2"', b'<c r="B2" s="99"'),
        "file-damaged",
    ),
    "a letter that XML has none of": (lambda: edited(SHEET, b"<t>", b"<t>\x01"), "file-damaged"),
    "the number of such a letter": (lambda: edited(SHEET, b"<t>", b"<t>&#31;"), "file-damaged"),
    "such a letter among the texts": (
        lambda: with_parts(xl__sharedStrings_dot_xml=b"<sst><si><t>5\x02</t></si></sst>"),
        "file-damaged",
    ),
    "a part named as Windows names files": (
        lambda: with_parts(**{"xl\\sharedStrings.xml": b"<sst/>"}),
        "file-damaged",
    ),
    "a workbook elsewhere in the package": (
        lambda: edited("_rels/.rels", b"xl/workbook.xml", b"xl2/workbook.xml"),
        "file-damaged",
    ),
    "a sheet that is said to be styles": (
        lambda: edited("xl/_rels/workbook.xml.rels", b"relationships/worksheet", b"x/styles"),
        "file-damaged",
    ),
    "a calendar in capitals": (
        lambda: edited(BOOK, b"<workbookPr", b'<workbookPr date1904="TRUE"'),
        "file-damaged",
    ),
    "an .xls text that is not there": (lambda: xls_changed(0xFD, 6, 0xFFFF), "file-damaged"),
    "an .xls style that is not there": (lambda: xls_changed(0xFD, 4, 0xFFFF), "file-damaged"),
    "an .xls column that is not there": (lambda: xls_changed(0xFD, 2, 300), "file-damaged"),
    "an .xls row far down": (lambda: xls_changed(0xFD, 0, 60_000), "file-extent"),
    "an .xls of no calendar": (lambda: xls_changed(0x22, 0, 0x85), "file-damaged"),
    "an .xls whose table stands twice": (lambda: xls_head_changed(80, 0), "file-damaged"),
    "an .xls of miscounted small sectors": (lambda: xls_head_changed(64, 9), "file-damaged"),
    "an .xls of other small streams": (lambda: xls_head_changed(56, 5000), "file-damaged"),
    "an .xls sheet that is the workbook": (xls_sheet_in_a_circle, "file-damaged"),
    "an .xls sheet that is a chart": (lambda: xls_changed(0x0809, 2, 0x20, 1), "file-damaged"),
    "an .xls name with reading aids": (lambda: xls_changed(0x85, 7, 0x6BFF), "file-damaged"),
    "an .xls of another code page": (lambda: xls_changed(0x42, 0, 1252), "file-unreadable"),
    "an .xls of fewer texts than said": (lambda: xls_changed(0xFC, 4, 9999), "file-damaged"),
    "an .xls formula of Excel 3": (lambda: xls_changed(0x06, -4, 0x0206), "file-damaged"),
    "an .xls cell that is an end": (lambda: xls_changed(0xFD, -4, 0x0A), "file-damaged"),
    "an .xls cell that begins a book": (lambda: xls_changed(0x0201, -4, 0x0209), "file-damaged"),
    "an .xls cell that is an array": (lambda: xls_changed(0x0201, -4, 0x0221), "file-damaged"),
    "an .xls merge upside down": (lambda: xls_changed(0xE5, 2, 300), "file-damaged"),
    "an .xls said to reach beyond": (lambda: xls_changed(0x0200, 6, 9), "file-damaged"),
}
READ: dict[str, Build] = {
    "a bomb within a bomb": nested_bomb,
    "an embedded object": lambda: with_parts(xl__embeddings__oleObject1_dot_bin=b"\xd0\xcf" * 900),
    "macros": lambda: with_parts(xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0" * 500),
    "a link to another workbook": lambda: with_parts(
        xl__externalLinks__externalLink1_dot_xml=LINK
    ),
    "a dimension of the whole sheet": lambda: edited(
        SHEET, b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD1048576"'
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[GuardedReader]:
    with GuardedReader(memory_mb=512, seconds=20, children=1) as guarded:
        yield guarded


@pytest.mark.parametrize("name", REFUSED)
def test_each_is_refused_with_its_reason(name: str, reader: GuardedReader, tmp_path: Path) -> None:
    build, code = REFUSED[name]
    path = tmp_path / "月报.xlsx"
    path.write_bytes(build())
    with pytest.raises(Refused) as caught:
        reader.read(path)
    assert caught.value.code == code


@pytest.mark.parametrize("name", READ)
def test_passengers_are_not_looked_at(name: str, reader: GuardedReader, tmp_path: Path) -> None:
    path = tmp_path / "月报.xlsx"
    path.write_bytes(READ[name]())
    sheet = reader.read(path).sheets[0]
    assert [sheet.value(0, 0), sheet.value(1, 1)] == ["村", 12]
