"""What a returned workbook remembers, out of sight, for the day it comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from yuebao.markup_text import escape
from yuebao.workbooks.cells import shown_raw
from yuebao.workbooks.raw import RawSheet, RawWorkbook, cell_address
from yuebao.workbooks.returned_package import MAIN, Element, Package, SheetEntry, inert, tag
from yuebao.workbooks.returned_words import (
    EXPLANATION_AT,
    ID_AT,
    RECORD_KIND,
    RECORD_SHEET,
    head_row,
    is_index,
    is_ours,
)

_TAB = "tab"


@dataclass(frozen=True, slots=True)
class ReturnRecord:
    """Of which version of whose submission the return was made, and how it looked before.

    ``active`` is the sheet that was in front; ``tabs`` holds the colours that were painted over.
    """

    unit: str
    period: str
    version: int
    active: int = 0
    tabs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def record_markup(record: ReturnRecord) -> str:
    """The hidden sheet that keeps the record."""
    rows: list[tuple[str, ...]] = [
        ("kind", RECORD_KIND),
        ("unit", record.unit),
        ("period", record.period),
        ("version", str(record.version)),
        ("active", str(record.active)),
        *((_TAB, name, json.dumps(dict(colour))) for name, colour in record.tabs.items()),
    ]
    cells = "".join(
        f'<row r="{at + 1}">'
        + "".join(text_cell(cell_address(at, column), text) for column, text in enumerate(row))
        + "</row>"
        for at, row in enumerate(rows)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def text_cell(address: str, text: str, style: int | None = None) -> str:
    """A cell that holds a text, whatever the text looks like."""
    look = "" if style is None else f' s="{style}"'
    if not text:
        return f'<c r="{address}"{look}/>'
    said = escape(inert(text))
    return f'<c r="{address}"{look} t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def return_record(raw: RawWorkbook) -> ReturnRecord | None:
    """The record of a returned workbook; None for any other, and where its index was deleted."""
    if not any(is_index(sheet) for sheet in raw.sheets):
        return None
    sheet = raw.sheet(RECORD_SHEET)
    return None if sheet is None else _record([[shown_raw(c) for c in r] for r in sheet.rows])


def explanations(raw: RawWorkbook) -> Mapping[str, str]:
    """What the clerk wrote beside the findings, by finding id; blanks are left out.

    A line that tells of several findings explains each of them.
    """
    found: dict[str, str] = {}
    for sheet in raw.sheets:
        if is_index(sheet):
            found |= _explanations_on(sheet)
    return found


def without_return(raw: RawWorkbook) -> RawWorkbook:
    """The workbook without the sheets a return added to it."""
    return RawWorkbook(raw.kind, tuple(sheet for sheet in raw.sheets if not is_ours(sheet)))


def _explanations_on(sheet: RawSheet) -> dict[str, str]:
    head = head_row(sheet) or 0
    said = {
        shown_raw(sheet.value(row, ID_AT)): shown_raw(sheet.value(row, EXPLANATION_AT))
        for row in range(head + 1, len(sheet.rows))
    }
    return {one: text for findings, text in said.items() if text for one in findings.split()}


def _record(rows: Sequence[Sequence[str]]) -> ReturnRecord | None:
    said = {row[0]: row[1] for row in rows if len(row) == 2}
    if said.get("kind") != RECORD_KIND or not said.get("version", "").isdigit():
        return None
    return ReturnRecord(
        unit=said.get("unit", ""),
        period=said.get("period", ""),
        version=int(said["version"]),
        active=int(said.get("active", "0")) if said.get("active", "0").isdigit() else 0,
        tabs={row[1]: _colour(row[2]) for row in rows if len(row) > 2 and row[0] == _TAB},
    )


def _colour(text: str) -> dict[str, str]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in said.items()} if isinstance(said, dict) else {}


# --- the same from the parts of an .xlsx -------------------------------------------------------


def package_record(package: Package) -> ReturnRecord | None:
    """The record kept in a workbook, also where its index was deleted."""
    for entry in package.sheets():
        if entry.name == RECORD_SHEET:
            return _record(package_rows(package, entry))
    return None


def package_rows(package: Package, entry: SheetEntry) -> list[list[str]]:
    """The texts of a small sheet, row by row, blanks left out."""
    shared = [
        _text(item)
        for part in package.related("xl/workbook.xml", "sharedStrings").values()
        for item in package.tree(part).iter(tag("si"))
    ]
    rows = []
    for row in package.tree(entry.part).iter(tag("row")):
        rows.append([_cell(cell, shared) for cell in row.iter(tag("c"))])
    return [[text for text in row if text] for row in rows]


def _cell(cell: Element, shared: Sequence[str]) -> str:
    value = cell.find(tag("v"))
    if value is None:
        return _text(cell)
    if cell.get("t") == "s":
        return shared[int(value.text)]
    return value.text or ""


def _text(element: Element) -> str:
    return "".join(piece.text or "" for piece in element.iter(tag("t")))
