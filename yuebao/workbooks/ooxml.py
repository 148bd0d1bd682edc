"""What an .xlsx says of its cells that the reader does not: errors, lost results, per cent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import join, normpath
from xml.etree import ElementTree

from yuebao.workbooks.facts import Facts
from yuebao.workbooks.raw import cell_address
from yuebao.workbooks.refusal import Limits, Refused
from yuebao.workbooks.shared_texts import refuse_misbuilt_texts
from yuebao.workbooks.sheet_xml import Styles, sheet_facts

_USUAL_SIZE = 1 << 16
_SMALL = 1 << 14
_PERCENT_FORMATS = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.')


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it, with the facts of its part."""

    name: str
    visible: bool
    facts: Facts = field(default_factory=Facts)


def sheet_parts(markup: Mapping[str, bytes], limits: Limits) -> tuple[SheetPart, ...]:
    """Every sheet in the workbook's order; Refused where one breaks a limit."""
    try:
        listed = _listed_sheets(markup)
        styles = _styles(markup.get("xl/styles.xml"), limits)
        refuse_misbuilt_texts(markup.get("xl/sharedstrings.xml"))
    except (ElementTree.ParseError, ValueError) as error:
        raise Refused("file-damaged") from error
    if not listed or len(listed) > limits.sheets:
        raise Refused("file-bomb" if listed else "file-damaged")
    return tuple(
        SheetPart(name, visible, _facts(markup, target, styles, limits, name))
        for name, visible, target in listed
    )


def _facts(
    markup: Mapping[str, bytes], target: str, styles: Styles, limits: Limits, name: str
) -> Facts:
    if "worksheets/" not in target:
        return Facts()  # a chart or dialogue sheet holds no cells
    if target not in markup:
        raise Refused("file-damaged")
    part = markup[target]
    facts = (sheet_facts if len(part) > _SMALL else _facts_once)(part, styles, limits)
    if facts.too_far is not None:
        raise Refused("file-extent", sheet=name, value=cell_address(*facts.too_far))
    return facts


# Guides and identity sheets are the same in all workbooks of a template.
_facts_once = lru_cache(maxsize=32)(sheet_facts)


def _listed_sheets(markup: Mapping[str, bytes]) -> list[tuple[str, bool, str]]:
    """Name, visibility and part name (lower case) of each sheet."""
    book = _element(markup["xl/workbook.xml"])
    relations = list(_element(markup.get("xl/_rels/workbook.xml.rels", b"")))
    targets = {rel.get("Id", ""): _part_name(rel.get("Target", "")) for rel in relations}
    if len(targets) != len(relations):
        raise Refused("file-damaged")
    return [
        (sheet.get("name", ""), _is_visible(sheet), targets.get(_relation_id(sheet), ""))
        for sheet in book.iter()
        if _local(sheet.tag) == "sheet"
    ]


def _element(part: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(part)  # noqa: S314  # entities were refused before


def _is_visible(sheet: ElementTree.Element) -> bool:
    return sheet.get("state", "visible") == "visible"


def _relation_id(sheet: ElementTree.Element) -> str:
    return next((value for key, value in sheet.items() if _local(key) == "id"), "")


def _part_name(target: str) -> str:
    path = target.lstrip("/") if target.startswith("/") else join("xl", target)
    return normpath(path).lower()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _styles(part: bytes | None, limits: Limits) -> Styles:
    """Which cell styles show a number as per cent, and how many there are."""
    if part is None:
        return Styles(frozenset(), 1)
    return _usual_styles(part, limits) if len(part) <= _USUAL_SIZE else _read_styles(part, limits)


@lru_cache(maxsize=8)  # the workbooks of one template have one and the same part
def _usual_styles(part: bytes, limits: Limits) -> Styles:
    return _read_styles(part, limits)


def _read_styles(part: bytes, limits: Limits) -> Styles:
    formats = set(_PERCENT_FORMATS)
    styles: list[int] = []
    for element in _element(part).iter():
        tag = _local(element.tag)
        if tag == "numFmt" and is_percent_format(element.get("formatCode", "")):
            formats.add(int(element.get("numFmtId", "0")))
        elif tag == "cellXfs":
            styles = [_format_of(xf) for xf in element]
    if len(styles) > limits.styles:
        raise Refused("file-bomb")
    percent = frozenset(index for index, number in enumerate(styles) if number in formats)
    return Styles(percent, max(len(styles), 1))


def _format_of(style: ElementTree.Element) -> int:
    if _local(style.tag) != "xf":
        raise Refused("file-damaged")
    return int(style.get("numFmtId", "0"))


def is_percent_format(code: str) -> bool:
    """Whether a number format multiplies by a hundred: an unquoted ``%``."""
    return "%" in _QUOTED.sub("", code)
