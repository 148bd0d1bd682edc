"""Files spoilt as a whole: cut off, other formats under false names, bombs, locked ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape

from yuebao.samples.cell_writes import with_cell, with_part
from yuebao.samples.faults import FileEditKind, Write, WriteKind
from yuebao.samples.grid import Grid, read_grids, written
from yuebao.samples.locked import locked_workbook
from yuebao.workbooks.identity import IDENTITY_SHEET

_FIRST_SHEET = "xl/worksheets/sheet1.xml"
_BOMB_SPACES = 80 << 20
_DOCTYPE = '<!DOCTYPE worksheet [<!ENTITY bian "表">]>'


def spoilt(content: bytes, kind: FileEditKind) -> bytes:
    """The file after what happened to it."""
    change = _CHANGES.get(kind)
    return content if change is None else change(content)


def suffix_after(kind: FileEditKind) -> str:
    """The file name's ending that goes with it."""
    return ".xls" if kind is FileEditKind.HTML_AS_XLS else ".xlsx"


def _truncated(content: bytes) -> bytes:
    return content[: len(content) * 3 // 5]


def _html(content: bytes) -> bytes:
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in _texts(content)
    )
    head = '<html><head><meta charset="utf-8"></head>'
    return f"{head}<body><table>{rows}</table></body></html>".encode()


def _csv(content: bytes) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(_texts(content))
    return buffer.getvalue().encode("gb18030")


def _texts(content: bytes) -> list[list[str]]:
    """The first form's sheet as rows of texts."""
    grid: Grid = read_grids(content)[1]
    bottom = max(row for row, _ in grid.cells)
    right = max(column for _, column in grid.cells)
    return [[_text(grid, row, column) for column in range(right + 1)] for row in range(bottom + 1)]


def _text(grid: Grid, row: int, column: int) -> str:
    value = grid.cells.get((row, column))
    return "" if value is None else str(value)


def _bomb(content: bytes) -> bytes:
    return with_part(content, _FIRST_SHEET, lambda markup: markup + " " * _BOMB_SPACES)


def _doctype(content: bytes) -> bytes:
    return with_part(content, _FIRST_SHEET, lambda markup: markup.replace("?>", "?>" + _DOCTYPE, 1))


def _no_form(content: bytes) -> bytes:
    """The explanations alone, the forms thrown away."""
    return written(tuple(replace(grid, name="填报要求") for grid in read_grids(content)[:1]))


def _other_programme(content: bytes) -> bytes:
    return with_cell(content, IDENTITY_SHEET, "B1", Write(kind=WriteKind.TEXT, text="other-2022"))


def _older_template(content: bytes) -> bytes:
    return with_cell(content, IDENTITY_SHEET, "B2", Write(kind=WriteKind.TEXT, text="older"))


_CHANGES: Mapping[FileEditKind, Callable[[bytes], bytes]] = {
    FileEditKind.TRUNCATED: _truncated,
    FileEditKind.HTML_AS_XLS: _html,
    FileEditKind.CSV_AS_XLSX: _csv,
    FileEditKind.EMPTY: lambda content: content[:0],
    FileEditKind.BOMB: _bomb,
    FileEditKind.DOCTYPE: _doctype,
    FileEditKind.ENCRYPTED: locked_workbook,
    FileEditKind.NO_FORM: _no_form,
    FileEditKind.OTHER_PROGRAMME: _other_programme,
    FileEditKind.OLDER_TEMPLATE: _older_template,
}
