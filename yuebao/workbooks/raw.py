"""A workbook as plain values: what stands in which cell, before anything is made of it.

Rows and columns count from 0. The objects are picklable and hold nothing of a spreadsheet library.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import TypeAlias

from yuebao.workbooks.refusal import Refused

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A cell that shows an error, e.g. ``#REF!``."""

    text: str


@dataclass(frozen=True, slots=True)
class NoValue:
    """A cell with a formula whose result is not in the file."""


RawValue: TypeAlias = str | Decimal | bool | datetime | date | time | ErrorValue | NoValue | None


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells, both corners included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell with its place; ``percent`` where its number is shown as per cent."""

    row: int
    column: int
    value: RawValue
    percent: bool = False

    @property
    def address(self) -> str:
        return cell_address(self.row, self.column)


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet: ``rows`` start at A1; blanks at the end of a row are cut off.

    Blank cells are None. ``percent`` holds the cells whose number is shown as per cent.
    """

    name: str
    visible: bool
    rows: tuple[tuple[RawValue, ...], ...]
    merges: tuple[Merge, ...] = ()
    percent: frozenset[tuple[int, int]] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def value(self, row: int, column: int) -> RawValue:
        """What stands there; None for a blank cell, also outside the filled area."""
        if not 0 <= row < len(self.rows) or not 0 <= column < len(self.rows[row]):
            return None
        return self.rows[row][column]

    def cell(self, row: int, column: int) -> RawCell:
        """The cell with its place, blank or not."""
        return RawCell(row, column, self.value(row, column), (row, column) in self.percent)

    @property
    def is_blank(self) -> bool:
        return all(value is None for row in self.rows for value in row)


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """A workbook; ``kind`` says what it was read from: xlsx, xls or ods."""

    kind: str
    sheets: tuple[RawSheet, ...]

    def sheet(self, name: str) -> RawSheet | None:
        """The sheet of that name, if there is one."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def column_letters(column: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


_LETTERS = tuple(column_letters(column) for column in range(512))


def cell_address(row: int, column: int) -> str:
    """The name Excel gives a cell, e.g. ``D12``."""
    letters = _LETTERS[column] if column < len(_LETTERS) else column_letters(column)
    return f"{letters}{row + 1}"


@lru_cache(maxsize=1 << 14)  # the numbers of a county's forms repeat themselves
def exact_decimal(number: float) -> Decimal:
    """The number a spreadsheet shows: 15 significant digits, without binary noise.

    Refused where it is endless or none.
    """
    if number.is_integer() and abs(number) < 1e15:
        return Decimal(int(number))
    if not isfinite(number):
        raise Refused("file-damaged")  # no program writes a number without end
    return Decimal(f"{number:.15g}")


def clean_text(text: str) -> str:
    """Text without what spreadsheets leave in it: ``_x000D_``, carriage returns, controls."""
    if text.isprintable() and "_x" not in text:
        return text
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return _CONTROL.sub("", text)


def trimmed_rows(rows: Sequence[Sequence[RawValue]]) -> tuple[tuple[RawValue, ...], ...]:
    """Rows without their blank ends, and without the blank rows at the end."""
    cut = [_trimmed(row) for row in rows]
    while cut and not cut[-1]:
        cut.pop()
    return tuple(cut)


def filled_rows(cells: Mapping[tuple[int, int], RawValue]) -> tuple[tuple[RawValue, ...], ...]:
    """Rows from A1 with the given cells in them."""
    rows: list[list[RawValue]] = [[] for _ in range(max((r for r, _ in cells), default=-1) + 1)]
    for (row, column), value in cells.items():
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = value
    return trimmed_rows(rows)


def _trimmed(row: Sequence[RawValue]) -> tuple[RawValue, ...]:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return tuple(row[:end])
