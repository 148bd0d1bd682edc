"""The faults to be planted, as data: where, what is done, and what must be found."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeAlias

from pydantic import Field

from yuebao.programme.models import Frozen, Severity, Slug, Text

RowAt: TypeAlias = int | str  # position from 0, or the row's key


class Enter(Frozen):
    """Other values entered in a row: set, added to, multiplied; ``clear`` leaves cells blank."""

    kind: Literal["enter"]
    values: dict[Slug, Decimal | str] = Field(default_factory=dict)
    add: dict[Slug, Decimal] = Field(default_factory=dict)
    times: dict[Slug, Decimal] = Field(default_factory=dict)
    clear: tuple[Slug, ...] = ()


class FormEditKind(StrEnum):
    BLANK = "blank-form"  # nothing filled in
    ZERO_WITH_ROWS = "zero-with-rows"
    COPY_OF_LAST = "copy-of-last"  # last period's values over again
    DROP_ROW = "drop-row"  # an open table's row left out
    REPEAT_ROW = "repeat-row"  # an open table's row entered once more
    LAST_TEXT = "last-text"  # last period's text in one column


class FormEdit(Frozen):
    """The form filled in as a whole otherwise."""

    kind: FormEditKind


class WriteKind(StrEnum):
    TEXT = "write-text"
    NUMBER = "write-number"
    ERROR = "write-error"  # an error value, with the formula that gave it
    UNCALCULATED = "write-uncalculated"  # a formula whose result was never saved


class Part(StrEnum):
    """Which cell of the table is written over."""

    VALUE = "value"
    LABEL = "label"
    TOTAL = "total"
    HEADER = "header"


class Write(Frozen):
    """Something else in one cell of the finished workbook.

    ``{value}`` in the text stands for the value entered (``{value:,}`` with separators),
    ``{wide}`` for it in full-width digits.
    """

    kind: WriteKind
    text: str = ""
    part: Part = Part.VALUE


class SheetEditKind(StrEnum):
    SHIFTED = "shifted"  # rows inserted above the table
    RENAMED = "renamed-sheet"
    REORDERED = "reordered-columns"
    EXTRA_COLUMN = "extra-column"
    NO_COLUMN = "no-column"
    NO_ROW = "no-row"
    TWICE = "sheet-twice"
    BY_HAND = "by-hand"  # no template: plain sheets without the hidden identity
    FAR_CELL = "far-cell"
    EXTRA_SHEET = "extra-sheet"
    NO_TABLE = "no-table"  # the table cleared away, header and all
    STRAY = "stray"  # a remark in the cell right of a row


class SheetEdit(Frozen):
    """The sheet itself changed, as clerks do who paste, insert and delete."""

    kind: SheetEditKind
    text: str = ""


class FileEditKind(StrEnum):
    TRUNCATED = "truncated"
    HTML_AS_XLS = "html-as-xls"
    CSV_AS_XLSX = "csv-as-xlsx"
    EMPTY = "empty"
    BOMB = "bomb"
    DOCTYPE = "doctype"
    ENCRYPTED = "encrypted"
    OTHER_UNIT = "other-unit"
    OTHER_PERIOD = "other-period"
    NO_FORM = "no-form"  # a workbook of something else altogether
    OTHER_PROGRAMME = "other-programme"
    OLDER_TEMPLATE = "older-template"
    MISSING = "missing"
    LATE = "late"
    SAME_BYTES = "same-bytes"  # the file dropped twice under two names


class FileEdit(Frozen):
    """The file as a whole."""

    kind: FileEditKind
    unit: str = ""


Edit: TypeAlias = Enter | FormEdit | Write | SheetEdit | FileEdit


class Expected(Frozen):
    """What must be found. ``column`` and ``row`` say at which cell, if not the edited one.

    ``of_file`` findings are of the whole file: they name no form, sheet or cell.
    """

    code: Text
    severity: Severity
    row: RowAt | None = None
    column: Slug | None = None
    part: Part = Part.VALUE
    cell: str | None = None  # the address itself; "" where the finding has none
    of_file: bool = False


class Fault(Frozen):
    """One planted fault, or (``expect`` empty) something odd that must be taken as it is."""

    unit: Text
    period: Text
    form: str = ""
    table: Slug | None = None
    row: RowAt | None = None
    column: Slug | None = None
    edits: tuple[Edit, ...] = Field(min_length=1)
    expect: tuple[Expected, ...] = ()
    outcome: str = ""  # for the list of the rest: read-as-usual, late, missing, same-bytes
    note: Text
