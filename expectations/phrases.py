"""Chinese for columns, values, limits, formulas and conditions, as clerks know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from yuebao.programme.models import Column, Condition, Operator, Table

_COMPARED = {
    Operator.EQ: "为{}",
    Operator.NE: "不为{}",
    Operator.GE: "不小于{}",
    Operator.GT: "大于{}",
    Operator.LE: "不大于{}",
    Operator.LT: "小于{}",
    Operator.FILLED: "已填写",
    Operator.BLANK: "留空",
}
_DEMANDED = {Operator.FILLED: "填写", Operator.BLANK: "留空"}


def plain(value: object, names: Mapping[str, str] | None = None) -> str:
    """A value as people write it: 1234.5, 是, 2023-09-25; a unit's code by its name."""
    if value is None:
        return "空白"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return _plain_number(value)
    if isinstance(value, date):
        return value.isoformat()
    return (names or {}).get(str(value), str(value))


def rounded(value: Decimal, places: int = 2) -> str:
    """A computed number with no more places than are worth reading."""
    return _plain_number(round(value, places))


def path(table: Table, column_id: str) -> str:
    """The column's whole header path."""
    return "·".join(table.column(column_id).path)


def full(table: Table, column_id: str) -> str:
    """The column's header path with its unit of measure, where it has one."""
    column = table.column(column_id)
    shown = column.is_number and column.unit
    return f"{path(table, column_id)}（{column.unit}）" if shown else path(table, column_id)


def short(table: Table, column_id: str) -> str:
    """The last label of the column's path, the whole path where the label is not its own."""
    column = table.column(column_id)
    alike = [other for other in table.columns if other.path[-1] == column.path[-1]]
    return column.path[-1] if len(alike) == 1 else path(table, column_id)


def listed(table: Table, columns: Iterable[str]) -> str:
    """Several columns in a row: 甲、乙、丙."""
    return "、".join(short(table, column) for column in columns)


def sum_of(table: Table, plus: Iterable[str], minus: Iterable[str]) -> str:
    """甲 + 乙 − 丙."""
    text = " + ".join(short(table, column) for column in plus)
    return "".join((text, *(f" − {short(table, column)}" for column in minus)))


def product_of(table: Table, of: Iterable[str], factor: Decimal) -> str:
    """甲 × 乙 × 1.7."""
    parts = [short(table, column) for column in of]
    return " × ".join(parts if factor == 1 else [*parts, plain(factor)])


def rate_of(table: Table, numerator: str, denominator: str) -> str:
    """甲 ÷ 乙 × 100."""
    return f"{short(table, numerator)} ÷ {short(table, denominator)} × 100"


def limits(minimum: Decimal | None, maximum: Decimal | None) -> str:
    """An allowed range: 不小于 0, 在 0 到 100 之间."""
    if minimum is not None and maximum is not None:
        return f"在 {plain(minimum)} 到 {plain(maximum)} 之间"
    return f"不大于 {plain(maximum)}" if minimum is None else f"不小于 {plain(minimum)}"


def usual(minimum: Decimal | None, maximum: Decimal | None) -> str:
    """A usual range: 500 至 15000, 4 以上."""
    if minimum is not None and maximum is not None:
        return f" {plain(minimum)} 至 {plain(maximum)}"
    return f" {plain(maximum)} 及以下" if minimum is None else f" {plain(minimum)} 及以上"


def condition(table: Table, asked: Condition, *, should: bool = False) -> str:
    """“是否申请”为“是”; with ``should`` as a demand: “规划规模”应不小于 100."""
    compared = _COMPARED[asked.op].format(_said(table.column(asked.column), asked.value))
    if should:
        compared = "应" + _DEMANDED.get(asked.op, compared)
    return f"“{path(table, asked.column)}”{compared}"


def _said(column: Column, value: object) -> str:
    if column.is_number and value is not None:
        return f" {plain(Decimal(str(value)))}"
    return f"“{plain(value)}”"


def _plain_number(value: Decimal) -> str:
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
