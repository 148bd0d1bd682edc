"""The cell styles of an .xlsx: which of them show a number as per cent."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

from yuebao.workbooks.refusal import Limits, Refused
from yuebao.workbooks.sheet_xml import Styles

_USUAL_SIZE = 1 << 16
_PERCENT_FORMATS = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.')
_ID = re.compile("0|[1-9][0-9]{0,8}")
_ESCAPED_ID = re.compile(rb"numFmtId\s*=\s*[\"'][^\"']*&")


def workbook_styles(part: bytes | None, limits: Limits) -> Styles:
    """Which cell styles show a number as per cent, and how many there are."""
    if part is None:
        return Styles(frozenset(), 1)
    return _usual_styles(part, limits) if len(part) <= _USUAL_SIZE else _read_styles(part, limits)


def is_percent_format(code: str) -> bool:
    """Whether a number format multiplies by a hundred: an unquoted ``%``."""
    return "%" in _QUOTED.sub("", code)


@lru_cache(maxsize=8)  # the workbooks of one template have one and the same part
def _usual_styles(part: bytes, limits: Limits) -> Styles:
    return _read_styles(part, limits)


def _read_styles(part: bytes, limits: Limits) -> Styles:
    """The library compares the numbers of formats as they are written, letter for letter."""
    if _ESCAPED_ID.search(part):
        raise Refused("file-damaged")
    root = ElementTree.fromstring(part)  # noqa: S314  # entities were refused before
    formats = _percent_formats(_all_in(root, "numFmts", "numFmt"))
    styles = [_number_of(style, "0") for style in _all_in(root, "cellXfs", "xf")]
    if len(styles) > limits.styles:
        raise Refused("file-bomb")
    percent = frozenset(index for index, number in enumerate(styles) if number in formats)
    return Styles(percent, max(len(styles), 1))


def _percent_formats(known: list[ElementTree.Element]) -> frozenset[int]:
    """The numbers of formats that show per cent; Refused where one number has two formats."""
    codes: dict[int, str] = {}
    for one in known:
        code = one.get("formatCode", "")
        if codes.setdefault(_number_of(one, ""), code) != code:
            raise Refused("file-damaged")
    return _PERCENT_FORMATS | {number for number in codes if is_percent_format(codes[number])}


def _all_in(root: ElementTree.Element, group: str, name: str) -> list[ElementTree.Element]:
    """What a group holds; Refused where it is there twice, elsewhere, or holds something else."""
    groups = [element for element in root.iter() if _local(element.tag) == group]
    if len(groups) > 1 or not all(group in list(root) for group in groups):
        raise Refused("file-damaged")
    found = [element for group in groups for element in group]
    if any(_local(element.tag) != name for element in found):
        raise Refused("file-damaged")
    return found


def _number_of(element: ElementTree.Element, default: str) -> int:
    text = element.get("numFmtId", default)
    if _ID.fullmatch(text) is None:
        raise Refused("file-damaged")
    return int(text)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
