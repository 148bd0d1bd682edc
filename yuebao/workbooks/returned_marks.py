"""Marks laid over a sheet without touching its cells: colours as conditional formats, the tab.

A cell keeps the format it came with, so taking a mark off is taking our rule away, whatever
program saved the workbook in between and wherever the cell was copied to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from yuebao.programme.models import Severity
from yuebao.rules.finding_order import GRAVEST_FIRST
from yuebao.workbooks.returned_comments import add_comments, strip_comments
from yuebao.workbooks.returned_package import Element, Package, place_child, tag
from yuebao.workbooks.returned_places import SHEET_ORDER, merged_anchors, place_of
from yuebao.workbooks.returned_styles import StyleSheet
from yuebao.workbooks.returned_words import (
    CELL_FILL,
    INVOLVED_FILL,
    MARK_FORMULA,
    MARK_WORD,
    ROW_FILL,
    TAB_FILL,
)


@dataclass(slots=True)
class SheetMarks:
    """What is to be marked on one sheet, by address; ``rows`` holds first cells of rows."""

    cells: dict[str, Severity] = field(default_factory=dict)
    involved: dict[str, Severity] = field(default_factory=dict)
    rows: dict[str, Severity] = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=dict)
    gravest: Severity = Severity.NOTICE


def mark_sheet(package: Package, styles: StyleSheet, sheet: str, marks: SheetMarks) -> None:
    """Colour the cells, comment on them, colour the tab."""
    root = package.tree(sheet)
    anchors = merged_anchors(root)
    layers = _layers(marks, anchors)
    _raise_priorities(root, len(layers))
    for priority, (fill, ink, addresses) in enumerate(layers, start=1):
        _lay(root, styles.mark(fill, ink), priority, addresses)
    texts: dict[str, str] = {}
    for address, said in marks.comments.items():
        anchor = anchors.get(address, address)
        texts[anchor] = "\n\n".join([texts[anchor], *said] if anchor in texts else said)
    add_comments(package, sheet, texts)
    if marks.gravest in TAB_FILL:
        set_tab_colour(root, {"rgb": TAB_FILL[marks.gravest]})


def strip_marks(package: Package, sheet: str, tab: Mapping[str, str] | None) -> None:
    """Take every mark off a sheet; ``tab`` is the colour its tab had, None where not known."""
    root = package.tree(sheet)
    _strip_colours(root)
    strip_comments(package, sheet)
    if tab_colour(root).get("rgb") in TAB_FILL.values():
        set_tab_colour(root, tab or {})


def tab_colour(root: Element) -> dict[str, str]:
    """The colour of a sheet's tab as its attributes; {} for none."""
    found = root.find(f"{tag('sheetPr')}/{tag('tabColor')}")
    return {} if found is None else dict(found.attrib)


def set_tab_colour(root: Element, colour: Mapping[str, str]) -> None:
    """Give the tab a colour, or none."""
    properties = root.find(tag("sheetPr"))
    known = None if properties is None else properties.find(tag("tabColor"))
    if known is not None:
        properties.remove(known)
    if not colour:
        return
    if properties is None:
        properties = etree.Element(tag("sheetPr"))
        place_child(root, properties, SHEET_ORDER)
    properties.insert(0, etree.Element(tag("tabColor"), dict(colour)))


_Layer = tuple[str, str, list[str]]


def _layers(marks: SheetMarks, anchors: Mapping[str, str]) -> list[_Layer]:
    """Fill, ink and cells of each kind of mark, what covers the others first."""
    kinds = ((marks.cells, CELL_FILL, ""), (marks.rows, ROW_FILL, "FFFFFF"))
    layers: list[_Layer] = []
    for cells, fills, ink in (*kinds, (marks.involved, INVOLVED_FILL, "")):
        for severity in GRAVEST_FIRST:
            found = {anchors.get(a, a) for a, s in cells.items() if s is severity}
            addresses = sorted((a for a in found if place_of(a)), key=lambda a: place_of(a) or (0,))
            if addresses:
                layers.append((fills[severity], ink, addresses))
    return layers


def _lay(root: Element, style: int, priority: int, addresses: Iterable[str]) -> None:
    formats = etree.Element(tag("conditionalFormatting"), sqref=" ".join(addresses))
    rule = etree.SubElement(
        formats, tag("cfRule"), type="expression", dxfId=str(style), priority=str(priority)
    )
    etree.SubElement(rule, tag("formula")).text = MARK_FORMULA
    place_child(root, formats, SHEET_ORDER)


def _strip_colours(root: Element) -> None:
    rules = list(root.iter(tag("cfRule")))
    ours = [rule for rule in rules if any(MARK_WORD in (f.text or "") for f in rule)]
    above = sorted(_priority(rule) for rule in ours)
    for rule in ours:
        formats = rule.getparent()
        formats.remove(rule)
        if formats.find(tag("cfRule")) is None:
            formats.getparent().remove(formats)
    for rule in (rule for rule in rules if rule not in ours):
        own = _priority(rule)
        rule.set("priority", str(own - sum(priority < own for priority in above)))


def _raise_priorities(root: Element, by: int) -> None:
    for rule in root.iter(tag("cfRule")):
        rule.set("priority", str(_priority(rule) + by))


def _priority(rule: Element) -> int:
    return int(rule.get("priority", "1"))
