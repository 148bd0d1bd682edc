"""How spreadsheet programs usually write a worksheet part, as patterns: fast, and exact.

A part that keeps to them is well-formed where its cells stand, and every cell says in one way only
where it stands and what it is. Any other spelling goes to the parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from xml.parsers import expat

from yuebao.workbooks.facts import FARTHEST, column_number, place_of
from yuebao.workbooks.refusal import Refused

_NONE = rb"<>&\x00-\x08\x0b\x0c\x0e-\x1f"  # no letters of XML
_NUMBERED = (
    rb"#(?:9|1[03]|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,6})"
    rb"|#x(?:[9ADad]|[2-9A-Fa-f][0-9A-Fa-f]|[1-9A-Fa-f][0-9A-Fa-f]{2,5})"
)
TEXT = rb"(?:[^" + _NONE + rb"]|&(?:lt|gt|amp|quot|apos|" + _NUMBERED + rb");)*+"
_NUMBER = rb"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_FORMULA = rb"(?:<f(?: [^" + _NONE + rb"]*)?(?:/>|>" + TEXT + rb"</f>))?"
_INLINE = rb"<is><t(?: xml:space=\"preserve\")?>" + TEXT + rb"</t></is>"
_SAID = rb"=\"[^\"" + _NONE + rb"]*\""
_ATTRIBUTES = rb"(?: (?!r=)([A-Za-z][\w.:]*)" + _SAID + rb"(?![^<>]* \2=))*+"  # each of them once
_VALUES = (
    rb"(?: t=\"n\")?(?:/>|>" + _FORMULA + rb"(?:<v>" + _NUMBER + rb"</v>|<v></v>|<v/>)?</c>)",
    rb" t=\"s\"(?:/>|><v>[0-9]{1,7}</v></c>)",
    rb" t=\"(?:str|e)\"(?:/>|>" + _FORMULA + rb"(?:<v>" + TEXT + rb"</v>|<v/>)?</c>)",
    rb" t=\"b\"(?:/>|>" + _FORMULA + rb"(?:<v>[01]</v>)?</c>)",
    rb" t=\"inlineStr\">" + _INLINE + rb"</c>",
)
_CELLS = rb"(?:<c r=\"[A-Z]{1,3}\1\"(?: s=\"[0-9]{1,6}\")?(?:" + rb"|".join(_VALUES) + rb"))*+"
_ROW = rb"<row r=\"([0-9]{1,7})\"" + _ATTRIBUTES + rb"(?:/>|>" + _CELLS + rb"</row>)"
_DATA = re.compile(rb"<sheetData(?:/>|>(?:" + _ROW + rb")*+</sheetData>)")
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]+)")?')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?"/?>')

Cells = list[tuple[bytes, bytes, bytes]]  # column, row and style, as written
_KEPT_SIZE = 1 << 14
_HIDING = (b"<!--", b"<![", b":sheetData")


@dataclass(frozen=True, slots=True)
class UsualSheet:
    """A part in the usual spelling: where its cells stand in it, and the cells, in order."""

    start: int
    end: int
    cells: Cells


def usual_sheet(part: bytes) -> UsualSheet | None:
    """The part's cells, if it is written as usual; None where it must be parsed.

    Refused where what stands around the cells is no XML.
    """
    data = _DATA.search(part)
    if data is None or any(mark in part[: data.start()] for mark in _HIDING):
        return None
    cells = _CELL.findall(part, data.start(), data.end())
    if not _in_order(cells) or not _merges_are_areas(part):
        return None
    rest = part[: data.start()] + part[data.end() :]
    (_refuse_malformed if len(rest) > _KEPT_SIZE else _refuse_malformed_once)(rest)
    return UsualSheet(data.start(), data.end(), cells)


def _refuse_malformed(rest: bytes) -> None:
    """What is written around the cells must be XML as well, or nobody knows where it ends."""
    try:
        expat.ParserCreate().Parse(rest, True)
    except expat.ExpatError as error:
        raise Refused("file-damaged") from error


# The workbooks of one template differ in their cells, not in what is around them.
_refuse_malformed_once = lru_cache(maxsize=64)(_refuse_malformed)


def _merges_are_areas(part: bytes) -> bool:
    merges = _MERGE.findall(part)
    if len(merges) != part.count(b"<mergeCell") - part.count(b"<mergeCells"):
        return False
    return all(is_area(*merge) for merge in merges)


@lru_cache(maxsize=1 << 12)
def is_area(left: bytes, top: bytes, right: bytes, bottom: bytes) -> bool:
    """Whether a merge spans cells of a sheet, from its first corner to its last."""
    first, last = place_of(left, top), place_of(right or left, bottom or top)
    if first[0] < 0 or last[0] >= FARTHEST[0] or last[1] >= FARTHEST[1]:
        return False
    return first[0] <= last[0] and first[1] <= last[1]


def _in_order(cells: Cells) -> bool:
    """Whether the cells follow one another as they are read, each in a place of its own."""
    before = 0
    for row, own in groupby(cells, key=itemgetter(1)):
        number = int(row)
        if not before < number <= FARTHEST[0] or not _ascend(tuple(map(itemgetter(0), own))):
            return False
        before = number
    return True


@lru_cache(maxsize=64)  # the rows of a table fill the same columns
def _ascend(columns: tuple[bytes, ...]) -> bool:
    numbers = [column_number(column) for column in columns]
    return numbers[-1] < FARTHEST[1] and all(low < high for low, high in pairwise(numbers))
