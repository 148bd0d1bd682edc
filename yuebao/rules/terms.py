"""What the terms of indicators are delivered as, and the conditions their cells are held to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from yuebao.programme.models import Condition, Operator

Side: TypeAlias = Literal["numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class TermSum:
    """One unit's cells of a term, added up; ``rows`` says how many cells had a value."""

    indicator: str
    side: Side
    unit: str
    total: Decimal
    rows: int


@dataclass(frozen=True, slots=True)
class TermCell:
    """One cell a term looks at: of its columns or of the columns its conditions name.

    Numbers come as ``value``, everything else as ``text`` (yes/no as 是 or 否).
    """

    indicator: str
    side: Side
    unit: str
    row: str
    position: int
    column: str
    value: Decimal | None
    text: str | None


def content(cell: TermCell | None) -> Decimal | str | None:
    """What stands in a cell; None where it is blank or absent."""
    if cell is None:
        return None
    return cell.value if cell.value is not None else cell.text or None


def holds(condition: Condition, cell: TermCell | None) -> bool:
    """Whether a cell meets a condition; a blank cell meets none but ``blank``."""
    actual = content(cell)
    if condition.op is Operator.FILLED:
        return actual is not None
    if condition.op is Operator.BLANK:
        return actual is None
    if actual is None or condition.value is None:
        return False
    if isinstance(actual, Decimal):
        return _compare_numbers(condition.op, actual, Decimal(condition.value))
    equal = actual == str(condition.value)
    return equal if condition.op is Operator.EQ else condition.op is Operator.NE and not equal


def _compare_numbers(op: Operator, left: Decimal, right: Decimal) -> bool:
    return {
        Operator.EQ: left == right,
        Operator.NE: left != right,
        Operator.GE: left >= right,
        Operator.GT: left > right,
        Operator.LE: left <= right,
        Operator.LT: left < right,
    }[op]
