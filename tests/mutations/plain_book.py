"""An .xls opened by xlrd, with an eye for nothing but the cells.

What lies over the cells (drawings, text boxes, notes, links), how they are printed or shown on a
screen, how wide and high they are, how far they are said to reach, and the names given to them and
to their styles say nothing of what stands in a cell: xlrd passes over their records, so that a flaw
in one of them is no flaw of a cell. How long each record is still counts.
"""

import io

import xlrd
from xlrd.book import Book

OVER_CELLS = {0x5D, 0xEC, 0xEB, 0xED, 0x1B6, 0x1C, 0x1B8, 0x800}  # objects, notes, links
SHOWN_AS = {0x1B0, 0x1B1, 0x1A, 0x1B, 0x23E, 0xA0, 0x41, 0x92, 0xAB}  # pages, windows, colours
NAMES = {0x18, 0x17, 0x23, 0x1AE, 0x15F, 0x872, 0x5C, 0x8C}  # of areas, books, people, countries
STYLE_NAMES, REACH = {0x293}, {0x200}
SIZES = {0x7D, 0x208, 0x55, 0x99, 0x225}  # of columns and rows
PASSED_OVER = OVER_CELLS | SHOWN_AS | NAMES | STYLE_NAMES | REACH | SIZES
NOTHING = 0
GLOBALS = 5  # xlrd's number for the part before the sheets


class PlainBook(Book):
    """A workbook whose other records are passed over."""

    def get_record_parts(self) -> tuple[int, int, bytes]:
        kind, length, body = super().get_record_parts()
        return (NOTHING, 0, b"") if kind in PASSED_OVER else (kind, length, body)


def opened(content: bytes) -> Book:
    """The workbook with all its sheets, as ``xlrd.open_workbook`` opens it."""
    book = PlainBook()
    book.biff2_8_load(
        file_contents=content,
        logfile=io.StringIO(),
        formatting_info=True,
        ragged_rows=True,  # or a merge over the whole sheet fills it, with gigabytes of blanks
    )
    book.biff_version = book.getbof(GLOBALS)
    if book.biff_version < 50:
        raise xlrd.XLRDError("older than Excel 95")
    book.parse_globals()
    book._sheet_list = [None for _ in book._sheet_names]
    book.get_sheets()
    return book
