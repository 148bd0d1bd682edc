"""The columns, rows and values that the rules of a table speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from yuebao.programme.column_references import (
    column_faults,
    condition_faults,
    find_column,
    is_number,
    is_text,
    no_column,
    numeric_faults,
)
from yuebao.programme.draft import Located
from yuebao.programme.models import (
    Alarm,
    AtMost,
    ColumnType,
    MustList,
    NotRepeated,
    Order,
    Plausible,
    Rule,
    Table,
    UnitLevel,
    When,
)
from yuebao.programme.register import Register, row_faults
from yuebao.programme.sources import Fault

NUMBER_FIELDS: Mapping[str, tuple[str, ...]] = {
    "parts-total": ("total", "plus", "minus"),
    "at-most": ("part", "of"),
    "typed-rate": ("rate", "numerator", "denominator"),
    "cumulative": ("cumulative", "flow"),
    "plausible": ("column",),
    "plausible-ratio": ("numerator", "denominator"),
    "county-total": ("columns",),
}


def rule_faults(register: Register, located: Located[Rule], table: Table) -> Iterator[Fault]:
    """Faults of one rule of a table."""
    return chain(
        _number_faults(located, table),
        _row_faults(register, located, table),
        _order_faults(located, table),
        _condition_faults(located, table),
        _text_faults(register, located, table),
    )


def _number_faults(located: Located[Rule], table: Table) -> Iterator[Fault]:
    for field in NUMBER_FIELDS.get(located.value.kind, ()):
        named = getattr(located.value, field)
        if isinstance(named, str):
            yield from column_faults(located, table, named, is_number, "数", field)
        else:
            yield from numeric_faults(located, table, named, field)


def _row_faults(register: Register, located: Located[Rule], table: Table) -> Iterator[Fault]:
    rule = located.value
    if isinstance(rule, AtMost):
        for row in rule.factor_by_row:
            yield from row_faults(register, located, table, (row,), "factor_by_row", row)
    yield from row_faults(register, located, table, rule.rows, "rows")


def _order_faults(located: Located[Rule], table: Table) -> Iterator[Fault]:
    rule = located.value
    if not isinstance(rule, Order):
        return
    known = []
    for at, name in enumerate(rule.columns):
        column = find_column(table, name)
        if column is None:
            yield located.fault(no_column(table, name), "columns", at)
        else:
            known.append(column)
    all_numbers = all(column.is_number for column in known)
    all_dates = all(column.type is ColumnType.DATE for column in known)
    if not (all_numbers or all_dates):
        yield located.fault("order 的各列应都是数，或都是日期", "columns")
    if len(rule.columns) < 2:
        yield located.fault("order 至少要两列", "columns")


def _condition_faults(located: Located[Rule], table: Table) -> Iterator[Fault]:
    rule = located.value
    if isinstance(rule, When | Plausible) and rule.when is not None:
        yield from condition_faults(located, table, rule.when, "when")
    if isinstance(rule, When):
        yield from condition_faults(located, table, rule.then, "then")
    if isinstance(rule, Alarm):
        yield from condition_faults(located, table, rule.met, "met")


def _text_faults(register: Register, located: Located[Rule], table: Table) -> Iterator[Fault]:
    rule = located.value
    if isinstance(rule, NotRepeated):
        yield from column_faults(located, table, rule.column, is_text, "文字", "column")
    if isinstance(rule, MustList):
        yield from _must_list_faults(register, located, table, rule)


def _must_list_faults(
    register: Register, located: Located[Rule], table: Table, rule: MustList
) -> Iterator[Fault]:
    column = find_column(table, rule.column)
    if column is None:
        yield located.fault(no_column(table, rule.column), "column")
        return
    if column.type is not ColumnType.VILLAGE or not register.is_complete("units.csv"):
        return
    villages = [unit for unit in register.units if unit.level is UnitLevel.VILLAGE]
    known = {name for one in villages for name in (one.name, one.short_name, *one.aliases)}
    for at, name in enumerate(rule.contains):
        if name not in known:
            yield located.fault(f"units.csv 中没有名为“{name}”的村（社区）", "contains", at)
