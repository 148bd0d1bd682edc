"""What a rule asks of one row, in exact Decimal: asked by the expectations, and again by the words.

``cells`` maps column ids to values (None where blank or unreadable). A rule that needs a value
which is not there is not broken: ``required`` or the reading has spoken of it already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeAlias

from yuebao.programme.models import Operator

Cells: TypeAlias = Mapping[str, Any]

UNREAD = "unread"  # ids of the row's columns that no value could be read from, space-separated
ROW = "row"  # the row's key
_YES = "是"


def last(column: str) -> str:
    """The name of the joined column with last accepted values."""
    return f"last__{column}"


def base(column: str) -> str:
    """The name of the joined column a cumulative must exactly continue from."""
    return f"base__{column}"


def unread(cells: Cells) -> frozenset[str]:
    """The columns of a row that no value could be read from."""
    return frozenset((cells.get(UNREAD) or "").split())


def unfilled(cells: Cells, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns left blank, but for those that could not be read."""
    blank = [column for column in columns if cells[column] is None]
    if not blank:
        return ()
    return tuple(column for column in blank if column not in unread(cells))


def outside(
    cells: Cells, columns: Sequence[str], minimum: Decimal | None, maximum: Decimal | None
) -> tuple[str, ...]:
    """The columns whose value is below the minimum or above the maximum."""
    return tuple(c for c in columns if not _within(cells[c], minimum, maximum))


def within(
    values: Iterable[Decimal | None], minimum: Decimal | None, maximum: Decimal | None
) -> list[bool]:
    """Of each value whether it keeps to the limits; one that is not there does."""
    if maximum is None:
        return [v is None or minimum is None or v >= minimum for v in values]
    return [v is None or ((minimum is None or v >= minimum) and v <= maximum) for v in values]


def _within(value: Decimal | None, minimum: Decimal | None, maximum: Decimal | None) -> bool:
    if value is None:
        return True
    return (minimum is None or value >= minimum) and (maximum is None or value <= maximum)


def parts_sum(cells: Cells, plus: Sequence[str], minus: Sequence[str]) -> Decimal | None:
    """Σ plus − Σ minus; None where a part is not there."""
    if any(cells[part] is None for part in (*plus, *minus)):
        return None
    zero = Decimal(0)
    return sum((cells[p] for p in plus), zero) - sum((cells[m] for m in minus), zero)


def bound(cells: Cells, of: Sequence[str], factor: Decimal) -> Decimal | None:
    """The product of the columns times the factor; None where a value is not there."""
    product = factor
    for column in of:
        if cells[column] is None:
            return None
        product *= cells[column]
    return product


def factor_of(cells: Cells, factor: Decimal, by_row: Mapping[str, Any]) -> Decimal:
    """The factor that holds for the row."""
    return Decimal(by_row.get(cells.get(ROW, ""), factor))


def computed_rate(cells: Cells, numerator: str, denominator: str) -> Decimal | None:
    """numerator / denominator × 100; None where it cannot be computed."""
    return ratio(cells, numerator, denominator, Decimal(100))


def ratio(cells: Cells, numerator: str, denominator: str, scale: Decimal) -> Decimal | None:
    """numerator × scale / denominator; None where it cannot be computed."""
    above, below = cells[numerator], cells[denominator]
    if above is None or not below:
        return None
    return Decimal(above * scale / below)


def continued(cells: Cells, cumulative: str, flow: str) -> Decimal | None:
    """What the cumulative must be: where it stood plus this period's flow."""
    before, during = cells[base(cumulative)], cells[flow]
    if before is None or during is None:
        return None
    return Decimal(before + during)


def differs(value: Decimal | None, expected: Decimal | None, tolerance: Decimal) -> bool:
    """Whether both are there and lie further apart than the tolerance."""
    if value is None or expected is None:
        return False
    return abs(value - expected) > tolerance


def exceeds(value: Decimal | None, limit: Decimal | None, tolerance: Decimal) -> bool:
    """Whether both are there and the value passes the limit by more than the tolerance."""
    if value is None or limit is None:
        return False
    return value > limit + tolerance


def out_of_order(cells: Cells, columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The neighbours in the chain whose former value is the larger; blanks are passed over."""
    there = [column for column in columns if cells[column] is not None]
    return tuple((low, high) for low, high in pairwise(there) if cells[low] > cells[high])


def fallen(cells: Cells, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns below their last accepted value."""
    return tuple(c for c in columns if exceeds(cells[last(c)], cells[c], Decimal(0)))


def moved(cells: Cells, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that are not what they last were."""
    return tuple(
        column
        for column in columns
        if cells[column] is not None
        and cells[last(column)] is not None
        and cells[column] != cells[last(column)]
    )


def repeated(now: str | None, before: str | None) -> bool:
    """Whether a text is the former text over again, spaces aside."""
    return bool(now and before) and "".join(str(now).split()) == "".join(str(before).split())


def unlisted(texts: str | None, contains: Sequence[str]) -> tuple[str, ...]:
    """Which of the names occur nowhere in the unit's texts; () where the texts are not known."""
    if texts is None:
        return ()
    return tuple(name for name in contains if name not in texts)


def met(cells: Cells, column: str, op: Operator, value: object) -> bool | None:
    """Whether ``column op value`` holds; None where the cell could not be read."""
    cell = cells[column]
    if cell is None and column in unread(cells):
        return None
    if op is Operator.FILLED:
        return cell is not None
    if op is Operator.BLANK:
        return cell is None
    if cell is None:
        return op is Operator.NE
    return _compares(cell, op, _alike(cell, value))


def _alike(cell: object, value: object) -> Any:
    if isinstance(cell, bool):
        return value == _YES if isinstance(value, str) else bool(value)
    if isinstance(cell, Decimal):
        return Decimal(str(value))
    if isinstance(cell, date):
        return date.fromisoformat(str(value))
    return str(value)


def _compares(cell: Any, op: Operator, value: Any) -> bool:
    if op in (Operator.EQ, Operator.NE):
        return (cell == value) is (op is Operator.EQ)
    if op in (Operator.GE, Operator.GT):
        return bool(cell > value or (op is Operator.GE and cell == value))
    return bool(cell < value or (op is Operator.LE and cell == value))
