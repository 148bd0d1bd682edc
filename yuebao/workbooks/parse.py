"""Bytes → RawWorkbook. Runs in the reading child: imports nothing but what reading needs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine as calamine

from yuebao.workbooks.facts import Facts
from yuebao.workbooks.ods import ods_sheets
from yuebao.workbooks.ooxml import SheetPart, sheet_parts
from yuebao.workbooks.preflight import checked_parts
from yuebao.workbooks.raw import (
    ErrorValue,
    Merge,
    NoValue,
    RawSheet,
    RawValue,
    RawWorkbook,
    clean_text,
    exact_decimal,
    trimmed_rows,
)
from yuebao.workbooks.refusal import Limits, Refused
from yuebao.workbooks.sniff import Container, Kind, container_of
from yuebao.workbooks.xls import xls_parts

_LOST = "\ufffd"  # what a reader puts for bytes that are no character

Cell = int | float | str | bool | time | date | datetime | timedelta


def parse_workbook(path: Path, limits: Limits) -> RawWorkbook:
    """What a file holds, whatever its name says; Refused with the reason where it is not read."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        content = stream.read(limits.file_bytes + 1)
    return parse_content(content, limits, size=size)


def parse_content(content: bytes, limits: Limits, *, size: int = 0) -> RawWorkbook:
    """What the bytes of a file hold; ``size`` is the file's where only its beginning is given."""
    if container_of(content[:4096], max(size, len(content)), limits) is Container.OLE:
        sheets = _read(content, xls_parts(content, limits))
        if any(_LOST in str(value) for sheet in sheets for row in sheet.rows for value in row):
            raise Refused("file-damaged")
        return RawWorkbook(Kind.XLS, sheets)
    parts = checked_parts(content, limits)
    if parts.kind is Kind.ODS:
        return RawWorkbook(Kind.ODS, ods_sheets(parts.markup["content.xml"], limits))
    return RawWorkbook(Kind.XLSX, _read(content, sheet_parts(parts.markup, limits)))


def _read(content: bytes, parts: Sequence[SheetPart]) -> tuple[RawSheet, ...]:
    if len({part.name.casefold() for part in parts}) != len(parts):
        raise Refused("file-damaged")  # sheets are found by their names
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except calamine.PasswordError as error:
        raise Refused("file-encrypted") from error
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise Refused("file-damaged") from error
    with book:
        metadata = book.sheets_metadata
        if [sheet.name for sheet in metadata] != [part.name for part in parts]:
            raise Refused("file-unreadable")
        return tuple(
            _sheet(book, index, part)
            for index, part in enumerate(parts)
            if metadata[index].typ == calamine.SheetTypeEnum.WorkSheet
        )


def _sheet(book: calamine.CalamineWorkbook, index: int, part: SheetPart) -> RawSheet:
    try:
        sheet = book.get_sheet_by_index(index)
        rows = sheet.to_python(skip_empty_area=False)
        merges = sheet.merged_cell_ranges or ()
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise Refused("file-damaged") from error
    facts = part.facts
    raw = [list(map(_raw, row)) for row in rows]
    return RawSheet(
        name=part.name,
        visible=part.visible,
        rows=_overlaid(raw, facts),
        merges=tuple(Merge(a[0], a[1], b[0], b[1]) for a, b in merges),
        percent=facts.percent,
        hidden_rows=facts.hidden_rows,
        hidden_columns=facts.hidden_columns,
    )


def _raw(value: Cell) -> RawValue:
    if type(value) is float:  # most cells are numbers, and most others blank
        return exact_decimal(value)
    if isinstance(value, str):
        return (value and clean_text(value)) or None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return exact_decimal(float(value))
    if isinstance(value, timedelta):
        return str(value)
    return value


def _overlaid(rows: list[list[RawValue]], facts: Facts) -> tuple[tuple[RawValue, ...], ...]:
    """The rows with the errors and lost results the reader blanked put back, ends cut off."""
    for place, text in facts.errors:
        _put(rows, place, ErrorValue(text))
    for place in facts.no_value:
        _put(rows, place, NoValue())
    return trimmed_rows(rows)


def _put(rows: list[list[RawValue]], place: tuple[int, int], value: RawValue) -> None:
    row, column = place
    rows.extend([] for _ in range(row + 1 - len(rows)))
    rows[row].extend([None] * (column + 1 - len(rows[row])))
    rows[row][column] = value
