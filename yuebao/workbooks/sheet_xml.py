"""A bounded look at one worksheet part: the usual spelling by pattern, any other by parser."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yuebao.workbooks.facts import Facts, Place, column_number, farthest, hidden_span, place_of
from yuebao.workbooks.refusal import Limits, Refused
from yuebao.workbooks.sheet_grammar import Cells, UsualSheet, usual_sheet
from yuebao.workbooks.sheet_parser import SheetParser

_FILLED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?:[^>]*[^/>])?>\s*<(?:v>|is\b|f\b)')
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*? t="e"[^>]*>'
    rb"\s*(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?\s*<v>([^<]*)</v>"
)
_NO_VALUE = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"((?:[^>]*[^/>])?)>'
    rb"\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_ANY_LOST = re.compile(rb"(?:</f>|<f[^<>]*/>)(?:<v></v>|<v/>)?</c>")
_HIDDEN_ROW = re.compile(rb'<row [^>]*?\br="(\d{1,7})"[^>]*?\bhidden="(?:1|true)"')
_COLUMN = re.compile(rb"<col ([^>]*)/?>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_TEXT_RESULT = b't="str"'


@dataclass(frozen=True, slots=True)
class Styles:
    """The cell styles of a workbook: which show a number as per cent, and how many there are."""

    percent: frozenset[int]
    count: int


def sheet_facts(part: bytes, styles: Styles, limits: Limits) -> Facts:
    """The facts of a worksheet part; Refused for broken XML, no clear meaning, masses of merges."""
    if part.count(b"mergeCell ") > limits.merges:
        raise Refused("file-bomb")
    usual = usual_sheet(part)
    if usual is not None:
        return _usual_facts(part, usual, styles, limits)
    return SheetParser(styles.percent, styles.count).parsed(part).facts(limits)


def _usual_facts(part: bytes, usual: UsualSheet, styles: Styles, limits: Limits) -> Facts:
    used = {style for _, _, style in usual.cells if style}
    if max(map(int, used), default=0) >= styles.count:
        raise Refused("file-damaged")  # a style that is not there leaves open what a cell shows
    percent = used & {str(style).encode() for style in styles.percent}
    span = usual.start, usual.end
    errors = _ERROR.findall(part, *span) if b't="e"' in part else []
    lost = _NO_VALUE.findall(part, *span) if _ANY_LOST.search(part, *span) else []
    return Facts(
        errors=tuple((place_of(c, r), text.decode()) for c, r, text in errors if text),
        no_value=frozenset(place_of(c, r) for c, r, rest in lost if _TEXT_RESULT not in rest),
        percent=_percent_cells(usual.cells, percent),
        hidden_rows=_hidden_rows(part),
        hidden_columns=_hidden_columns(part),
        too_far=_too_far(part, usual.cells, limits),
    )


def _percent_cells(cells: Cells, percent: set[bytes]) -> frozenset[Place]:
    if not percent:
        return frozenset()
    return frozenset(place_of(c, r) for c, r, style in cells if style in percent)


def _hidden_rows(part: bytes) -> frozenset[int]:
    if b'hidden="' not in part:
        return frozenset()
    return frozenset(int(row) - 1 for row in _HIDDEN_ROW.findall(part))


def _too_far(part: bytes, cells: Cells, limits: Limits) -> Place | None:
    """Formats alone may reach anywhere (whole columns painted): only filled cells count."""
    letters = {column for column, _, _ in cells}
    rows = max(map(int, {row for _, row, _ in cells}), default=0)
    columns = max(map(column_number, letters), default=-1) + 1
    if rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.cells:
        return None
    return farthest({place_of(c, r) for c, r in _FILLED.findall(part)}, limits)


def _hidden_columns(part: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for attributes in _COLUMN.findall(part):
        found = {key.decode(): value.decode() for key, value in _ATTRIBUTE.findall(attributes)}
        hidden |= hidden_span(found)
    return frozenset(hidden)
