"""Forms: tables of columns, the rows they have, and checks between forms."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from yuebao.programme.definition import Frozen, Severity, Slug, Text
from yuebao.programme.rules import Rule


class Frequency(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class RowsKind(StrEnum):
    """What a table has a row for."""

    UNIT = "unit"  # the reporting unit itself: exactly one row
    VILLAGES = "villages"  # each village of the unit, exactly once
    LISTED = "listed"  # each of ``keys``, exactly once
    ITEMS = "items"  # each plan item the unit leads, exactly once
    OPEN = "open"  # as many as there are, told apart by ``key_columns``


class ColumnType(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"  # 98 stands for 98 %
    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"  # 是 / 否, read as bool
    DATE = "date"
    VILLAGE = "village"  # one of the unit's villages, read as its code
    TOWNSHIP = "township"  # one of the county's townships (or the county), read as its code


NUMERIC_TYPES = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.PERCENT})


class Measure(StrEnum):
    """How a column moves from one period to the next."""

    FLOW = "flow"  # this period's alone
    CUMULATIVE = "cumulative"  # since 1 January; never falls without an explanation
    STOCK = "stock"  # the state at the cut-off
    CONSTANT = "constant"  # the same all year
    ATTRIBUTE = "attribute"  # describes the row; not a measurement


class Column(Frozen):
    """One column of a table. Its identity in a workbook is the whole path of its header cells.

    ``unit`` is the unit of measure printed in brackets behind the last header label.
    ``prefilled`` columns are written by us, locked and ignored when read.
    """

    id: Slug
    path: tuple[Text, ...]
    type: ColumnType
    measure: Measure = Measure.ATTRIBUTE
    unit: str = ""
    required: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[Text, ...] = ()
    aliases: tuple[tuple[Text, ...], ...] = ()
    prefilled: bool = False
    magnitude: bool = False  # compare with last month and the other units for slips of unit
    prompt: str = ""

    @property
    def is_number(self) -> bool:
        return self.type in NUMERIC_TYPES


class RowKey(Frozen):
    """A row of a LISTED table: its id, the label printed in the form, other wordings of it."""

    id: Text
    label: Text
    aliases: tuple[Text, ...] = ()


class Table(Frozen):
    """A block of rows under one header. A form has one, or a second one for the unit as a whole.

    ``label`` is the header path of the column that names the row (村(社区), 类型, 指标 …); OPEN
    tables have none, their ``key_columns`` name the row.
    """

    id: Slug
    title: str = ""
    rows: RowsKind
    label: tuple[Text, ...] = ()
    label_aliases: tuple[tuple[Text, ...], ...] = ()
    keys: tuple[RowKey, ...] = ()
    key_columns: tuple[Slug, ...] = ()
    columns: tuple[Column, ...]
    total_row: bool = False
    blank_rows: int = 15
    rules: tuple[Rule, ...] = ()

    def column(self, column_id: str) -> Column:
        """The column of that id; KeyError if there is none."""
        for column in self.columns:
            if column.id == column_id:
                return column
        raise KeyError(column_id)


class Form(Frozen):
    """A form: who files it how often, and its tables.

    ``filed_by`` holds unit levels (``township``, ``bureau``) or unit names; ``not_applicable``
    names units of those that owe nothing (they may still file).
    """

    id: Text
    title: Text
    clause: Text
    frequency: Frequency
    filed_by: tuple[Text, ...]
    not_applicable: tuple[Text, ...] = ()
    annex: int | None = None
    zero_report: bool = False  # may be filed as 零报告: an explicit "nothing this period"
    tables: tuple[Table, ...]
    notes: tuple[Text, ...] = ()

    def table(self, table_id: str) -> Table:
        """The table of that id; KeyError if there is none."""
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)


class CrossSide(Frozen):
    form: Text
    table: Slug
    columns: tuple[Slug, ...]
    rows: tuple[Text, ...] = ()


class CrossCheck(Frozen):
    """The same fact in two forms of one unit and period: left op right, both summed over rows."""

    id: Slug
    severity: Severity = Severity.ERROR
    clause: str = ""
    label: Text
    left: CrossSide
    op: Literal["eq", "le"]
    right: CrossSide
    tolerance: Decimal = Decimal(0)
    message: str = ""
    advice: str = ""
