"""Whether the columns that rules, checks and indicators name exist and are of a fitting type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from yuebao.programme.draft import Located
from yuebao.programme.models import Column, ColumnType, Condition, Operator, Table
from yuebao.programme.sources import Fault, Step

EQUALITY = (Operator.EQ, Operator.NE)
PRESENCE = (Operator.FILLED, Operator.BLANK)
YES_NO_VALUES = ("是", "否")


def numeric_faults(
    located: Located[object], table: Table, columns: Iterable[str], *address: Step
) -> Iterator[Fault]:
    """Columns that do not exist or hold no numbers. ``address`` leads to the list."""
    for at, name in enumerate(columns):
        yield from column_faults(located, table, name, is_number, "数", *address, at)


def condition_faults(
    located: Located[object], table: Table, condition: Condition, *address: Step
) -> Iterator[Fault]:
    """A condition on a column that does not exist, or that its column can never meet."""
    column = find_column(table, condition.column)
    if column is None:
        yield located.fault(no_column(table, condition.column), *address, "column")
        return
    problem = _misfit(column, condition)
    if problem:
        yield located.fault(f"列 {column.id} 的条件：{problem}", *address, "value")


def _misfit(column: Column, condition: Condition) -> str:
    op, value = condition.op, condition.value
    if op in PRESENCE:
        return "" if value is None else f"{op.value} 不带值"
    if value is None:
        return "缺少值"
    if column.is_number:
        return "" if isinstance(value, Decimal) else f"“{value}”不是数"
    if op not in EQUALITY and column.type is not ColumnType.DATE:
        return f"只有数和日期能用 {op.value}"
    if column.type is ColumnType.YES_NO and value not in YES_NO_VALUES:
        return f"只能与 是、否 比较，现为“{value}”"
    if column.type is ColumnType.CHOICE and str(value) not in column.choices:
        return f"“{value}”不在可选项 {'、'.join(column.choices)} 之中"
    return ""


def column_faults(
    located: Located[object],
    table: Table,
    name: str,
    fits: Callable[[Column], bool],
    word: str,
    *address: Step,
) -> Iterator[Fault]:
    column = find_column(table, name)
    if column is None:
        yield located.fault(no_column(table, name), *address)
    elif not fits(column):
        yield located.fault(f"列 {name} 应为{word}，现为 {column.type.value}", *address)


def is_number(column: Column) -> bool:
    """Whether the column holds numbers."""
    return column.is_number


def is_text(column: Column) -> bool:
    """Whether the column holds free text."""
    return column.type is ColumnType.TEXT


def find_column(table: Table, name: str) -> Column | None:
    """The column of that id, if there is one."""
    return next((column for column in table.columns if column.id == name), None)


def no_column(table: Table, name: str) -> str:
    """The sentence for a column that does not exist."""
    return f"表 {table.id} 没有列“{name}”"
