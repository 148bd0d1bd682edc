"""Formulas of live checks, piece by piece.

They use only functions every spreadsheet program has (IF, AND, OR, NOT, COUNT, COUNTA, SUMPRODUCT,
EXACT, TRIM, CLEAN, SUBSTITUTE, FIND, LEFT, RIGHT, LEN, CELL, MATCH, ROUND, ABS, INT, DATE and the
IS… functions). AND evaluates all its arguments, so arithmetic stands behind an IF that has seen
numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell

from yuebao.programme.models import ColumnType, Condition, Operator
from yuebao.readings import Value
from yuebao.workbooks.layout import Area, TableLayout

SHORT_ANSWERS = "yYnNｙＹｎＮ"
_BY_DIGITS = 73416  # from here on a number is no day number, but may be 20230925
_SIGNS = {
    Operator.EQ: "=",
    Operator.NE: "<>",
    Operator.GE: ">=",
    Operator.GT: ">",
    Operator.LE: "<=",
    Operator.LT: "<",
}


@dataclass(frozen=True, slots=True)
class Check:
    """Where ``formula`` (written for the area's first row) is true, the cell gets the mark."""

    area: Area
    formula: str
    mark: str  # error, due, warning, alarm or carried


@dataclass(frozen=True, slots=True)
class Band:
    """Some successive rows of a table; formulas are written for the first of them."""

    table: TableLayout
    top: int
    bottom: int

    def ref(self, column: str) -> str:
        return str(xl_rowcol_to_cell(self.top, self.table.columns[column], col_abs=True))

    def amount(self, column: str) -> str:
        """The number in a column as it is read: 98 for 98% where rates are asked for."""
        ref = self.ref(column)
        if self.table.table.column(column).type is not ColumnType.PERCENT:
            return ref
        return f'({ref}*IF(LEFT(CELL("format",{ref}))="P",100,1))'

    def over(self, column: str) -> Area:
        at = self.table.columns[column]
        return Area(self.top, at, self.bottom, at)

    def check(self, column: str, formula: str, mark: str) -> Check:
        return Check(self.over(column), "=" + formula, mark)


def numbers(band: Band, columns: tuple[str, ...], wrong: str) -> str:
    """``wrong``, but only where all of the columns hold numbers, or days as day numbers."""
    unique = list(dict.fromkeys(columns))
    days = [c for c in unique if band.table.table.column(c).type is ColumnType.DATE]
    if days:
        wrong = f"AND({','.join(f'{band.ref(day)}<{_BY_DIGITS}' for day in days)},{wrong})"
    return f"IF(COUNT({','.join(map(band.ref, unique))})={len(unique)},{wrong},FALSE)"


def holds(band: Band, condition: Condition) -> str:
    """That a condition holds; false where a number or a day is expected and there is none."""
    ref = band.ref(condition.column)
    if condition.op is Operator.FILLED:
        return f'{ref}<>""'
    if condition.op is Operator.BLANK:
        return f'{ref}=""'
    if _is_measured(band, condition):
        return numbers(band, (condition.column,), _test(band, condition))
    return f"TRIM({ref}){_SIGNS[condition.op]}{_operand(band, condition)}"


def broken(band: Band, condition: Condition) -> str:
    """That a condition does not hold, though its cell is filled; a blank is no answer yet.

    Of a number that is written as text nothing is known; nor of an answer that is not spelt out.
    """
    ref = band.ref(condition.column)
    if condition.op in (Operator.FILLED, Operator.BLANK):
        return f"NOT({holds(band, condition)})"
    if _is_measured(band, condition):
        return numbers(band, (condition.column,), f"NOT({_test(band, condition)})")
    spelt = f',LEN(TRIM({ref}))=1,ISERROR(FIND(TRIM({ref}),"{SHORT_ANSWERS}"))'
    asked = "" if band.table.table.column(condition.column).choices else spelt
    return f'AND({ref}<>"",NOT({holds(band, condition)}){asked})'


def _is_measured(band: Band, condition: Condition) -> bool:
    column = band.table.table.column(condition.column)
    return column.is_number or column.type is ColumnType.DATE


def _test(band: Band, condition: Condition) -> str:
    return f"{band.amount(condition.column)}{_SIGNS[condition.op]}{_operand(band, condition)}"


def _operand(band: Band, condition: Condition) -> str:
    column = band.table.table.column(condition.column)
    if column.is_number:
        return plain(Decimal(str(condition.value)))
    if column.type is ColumnType.DATE:
        return quoted(date.fromisoformat(str(condition.value)))
    return quoted(condition.value or "")


def out_of(ref: str, minimum: Decimal | None, maximum: Decimal | None) -> list[str]:
    """The tests that find a value beyond its bounds; [] where there are none."""
    low = [f"{ref}<{plain(minimum)}"] if minimum is not None else []
    return low + ([f"{ref}>{plain(maximum)}"] if maximum is not None else [])


def plain(number: Decimal) -> str:
    """A number without an exponent."""
    return format(number, "f")


def quoted(value: Value) -> str:
    """A value as a literal of a formula."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return f"DATE({value.year},{value.month},{value.day})"
    return '"' + str(value).replace('"', '""') + '"'
