"""What an .xlsx says of its cells that the reader does not: errors, lost results, per cent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import join, normpath
from xml.etree import ElementTree

from yuebao.workbooks.facts import Facts
from yuebao.workbooks.ooxml_styles import workbook_styles
from yuebao.workbooks.raw import cell_address
from yuebao.workbooks.refusal import Limits, Refused
from yuebao.workbooks.shared_texts import refuse_misbuilt_texts
from yuebao.workbooks.sheet_xml import Styles, sheet_facts

_SMALL = 1 << 14
_BOOK = "xl/workbook.xml"
_WORKSHEET = "worksheet"
_WITHOUT_CELLS = frozenset({"chartsheet", "dialogsheet"})
_DAY_ZERO = re.compile(rb"\sdate1904=[\"'](?:0|1|false|true)[\"']")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A sheet as the workbook lists it: its part's name, in lower case, and what it is."""

    name: str
    visible: bool
    part: str
    kind: str


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it, with the facts of its part."""

    name: str
    visible: bool
    facts: Facts = field(default_factory=Facts)


def sheet_parts(markup: Mapping[str, bytes], limits: Limits) -> tuple[SheetPart, ...]:
    """Every sheet in the workbook's order; Refused where one breaks a limit."""
    try:
        _refuse_other_book(markup.get("_rels/.rels", b""))
        listed = _listed_sheets(markup)
        styles = workbook_styles(markup.get("xl/styles.xml"), limits)
        refuse_misbuilt_texts(markup.get("xl/sharedstrings.xml"))
    except (ElementTree.ParseError, ValueError) as error:
        raise Refused("file-damaged") from error
    if not listed or len(listed) > limits.sheets:
        raise Refused("file-bomb" if listed else "file-damaged")
    return tuple(
        SheetPart(sheet.name, sheet.visible, _facts(markup, sheet, styles, limits))
        for sheet in listed
    )


def _facts(markup: Mapping[str, bytes], sheet: _Listed, styles: Styles, limits: Limits) -> Facts:
    if sheet.kind in _WITHOUT_CELLS:
        return Facts()
    if sheet.kind != _WORKSHEET or sheet.part not in markup:
        raise Refused("file-damaged")
    part = markup[sheet.part]
    facts = (sheet_facts if len(part) > _SMALL else _facts_once)(part, styles, limits)
    if facts.too_far is not None:
        raise Refused("file-extent", sheet=sheet.name, value=cell_address(*facts.too_far))
    return facts


# Guides and identity sheets are the same in all workbooks of a template.
_facts_once = lru_cache(maxsize=32)(sheet_facts)


@lru_cache(maxsize=8)  # nearly all workbooks have one and the same
def _refuse_other_book(part: bytes) -> None:
    """The library looks for the workbook where the package says, not where it usually stands."""
    books = [
        normpath(relation.get("Target", "").lstrip("/")).lower()
        for relation in _element(part)
        if _kind_of(relation) == "officeDocument"
    ]
    if set(books) != {_BOOK}:
        raise Refused("file-damaged")


def _listed_sheets(markup: Mapping[str, bytes]) -> list[_Listed]:
    """The sheets in the workbook's order."""
    content = markup[_BOOK]
    if content.count(b"date1904") != len(_DAY_ZERO.findall(content)):
        raise Refused("file-damaged")  # or a day is another by four years
    found = list(_element(markup.get("xl/_rels/workbook.xml.rels", b"")))
    relations = {relation.get("Id", ""): relation for relation in found}
    if len(relations) != len(found):
        raise Refused("file-damaged")
    return [
        _listed(sheet, relations)
        for sheet in _element(content).iter()
        if _local(sheet.tag) == "sheet"
    ]


def _listed(sheet: ElementTree.Element, relations: Mapping[str, ElementTree.Element]) -> _Listed:
    relation = relations.get(_relation_id(sheet))
    if relation is None:
        raise Refused("file-damaged")
    part = _part_name(relation.get("Target", ""))
    return _Listed(sheet.get("name", ""), _is_visible(sheet), part, _kind_of(relation))


def _kind_of(relation: ElementTree.Element) -> str:
    """What the relation leads to, by the end of its type."""
    return relation.get("Type", "").rpartition("/")[2]


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
