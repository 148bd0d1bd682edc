"""Addresses, and where in a worksheet part an element belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yuebao.workbooks.raw import cell_address
from yuebao.workbooks.returned_package import Element, tag

SHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def place_of(address: str) -> tuple[int, int] | None:
    """Row and column from 0; None for what is no address."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def merged_anchors(sheet: Element) -> Mapping[str, str]:
    """Which cell speaks for each cell of a merged area: the one at its top left."""
    anchors: dict[str, str] = {}
    for merge in sheet.iter(tag("mergeCell")):
        first, _, last = (merge.get("ref") or "").partition(":")
        start, end = place_of(first), place_of(last)
        if start is None or end is None or (end[0] - start[0]) * (end[1] - start[1]) > 100_000:
            continue
        for row in range(start[0], end[0] + 1):
            for column in range(start[1], end[1] + 1):
                anchors[cell_address(row, column)] = first
    return anchors
