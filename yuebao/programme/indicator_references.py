"""The cross references of an indicator: the cells that feed it, its target, its allocation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from yuebao.programme.column_references import (
    column_faults,
    condition_faults,
    find_column,
    numeric_faults,
)
from yuebao.programme.draft import Located
from yuebao.programme.form_references import table_of
from yuebao.programme.models import (
    AllocationMethod,
    Column,
    ColumnType,
    Indicator,
    Measure,
    Movement,
    PaceKind,
    Rollup,
    RowsKind,
    Table,
    TargetKind,
    Term,
    UnitLevel,
)
from yuebao.programme.register import Register, clause_faults, row_faults, unit_faults
from yuebao.programme.sources import Fault

OF_UNITS = frozenset({Rollup.SHARE_OF_UNITS, Rollup.COVERAGE})
OF_ROWS = frozenset({Rollup.SHARE_OF_UNITS, Rollup.SHARE_OF_ROWS, Rollup.COUNT_ROWS})
SUMS = frozenset({Rollup.SUM, Rollup.NET, Rollup.LAST, Rollup.RATIO, Rollup.MINIMUM})
AMOUNTS = frozenset({Rollup.SUM, Rollup.NET, Rollup.LAST, Rollup.COUNT_ROWS})
WITH_VALUE = frozenset({TargetKind.AT_LEAST, TargetKind.EQUAL, TargetKind.ABOUT})


def indicator_faults(register: Register, located: Located[Indicator]) -> Iterator[Fault]:
    """Faults of one indicator."""
    one = located.value
    yield from _belonging_faults(register, located)
    yield from _term_faults(register, located, "numerator", one.numerator)
    if one.denominator is not None:
        yield from _term_faults(register, located, "denominator", one.denominator)
        if one.denominator.form != one.numerator.form:
            yield located.fault("分子与分母应出自同一张表", "denominator", "form")
    if (one.rollup is Rollup.RATIO) != (one.denominator is not None):
        yield located.fault("rollup: ratio 必须、其他不得写分母 denominator", "denominator")
    yield from _target_faults(located)
    yield from _pace_faults(located)
    yield from _allocation_faults(register, located)
    yield from _kin_faults(register, located)


def _belonging_faults(register: Register, located: Located[Indicator]) -> Iterator[Fault]:
    one = located.value
    bureaus = (UnitLevel.BUREAU,)
    yield from unit_faults(register, located, one.lead_units, bureaus, "lead_units")
    yield from clause_faults(register, located, one.clause, "clause")
    if register.is_complete("programme.yml") and one.work not in register.works:
        yield located.fault(f"programme.yml 中没有第 {one.work} 项重点工作", "work")
    for number, clause in register.works.items():
        if one.clause.startswith(clause) and number != one.work:
            text = f"条款“{one.clause}”属于第 {number} 项重点工作，不是第 {one.work} 项"
            yield located.fault(text, "clause")


def _term_faults(
    register: Register, located: Located[Indicator], name: str, term: Term
) -> Iterator[Fault]:
    table, faults = table_of(register, located, term.form, term.table, name)
    yield from faults
    if table is None:
        return
    yield from _cell_faults(located, table, name, term)
    yield from row_faults(register, located, table, term.rows, name, "rows")
    for at, condition in enumerate(term.where):
        yield from condition_faults(located, table, condition, name, "where", at)
    if register.is_complete("units.csv"):
        filers = register.filers(register.forms[term.form])
        for at, unit in enumerate(term.filed_by):
            if unit not in filers:
                yield located.fault(f"“{unit}”不报 {term.form}", name, "filed_by", at)


def _cell_faults(
    located: Located[Indicator], table: Table, name: str, term: Term
) -> Iterator[Fault]:
    rollup, columns = located.value.rollup, term.columns
    if rollup in OF_UNITS and table.rows is not RowsKind.VILLAGES:
        yield located.fault(f"{rollup.value} 要用按村填报的表", name, "table")
    if rollup in OF_ROWS and (columns or not term.where):
        yield located.fault(f"{rollup.value} 只用条件 where，不写 columns", name, "columns")
    if rollup is Rollup.COVERAGE:
        if len(columns) != 1:
            yield located.fault("coverage 正好用一列", name, "columns")
        for at, column in enumerate(columns):
            word = "数或是否"
            yield from column_faults(located, table, column, _countable, word, name, "columns", at)
    if rollup in SUMS:
        if not columns:
            yield located.fault("没有写取哪些列 columns", name, "columns")
        yield from numeric_faults(located, table, columns, name, "columns")
        yield from _movement_faults(located, table, name, columns)


def _movement_faults(
    located: Located[Indicator], table: Table, name: str, columns: tuple[str, ...]
) -> Iterator[Fault]:
    """A flow is fed by columns of the month alone; what is cumulative or stock never is."""
    movement = located.value.movement
    for at, name_of_column in enumerate(columns):
        column = find_column(table, name_of_column)
        if column is None or not column.is_number:
            continue
        if (column.measure is Measure.FLOW) != (movement is Movement.FLOW):
            text = f"指标是 {movement.value}，列 {column.id} 却是 {column.measure.value}"
            yield located.fault(text, name, "columns", at)


def _target_faults(located: Located[Indicator]) -> Iterator[Fault]:
    target = located.value.target
    if target.kind in WITH_VALUE and target.value is None:
        yield located.fault(f"{target.kind.value} 的目标要写 value", "target")
    if target.kind is TargetKind.ZERO and target.value != 0:
        yield located.fault('zero 的目标写 value: "0"', "target")
    if target.kind in (TargetKind.ALLOCATED, TargetKind.TRACKED) and target.value is not None:
        yield located.fault(f"{target.kind.value} 的目标没有 value", "target", "value")
    if (target.kind is TargetKind.ABOUT) != (target.tolerance is not None):
        yield located.fault("about 必须、其他不得写 tolerance", "target", "tolerance")


def _pace_faults(located: Located[Indicator]) -> Iterator[Fault]:
    pace = located.value.pace
    if (pace.kind is PaceKind.STEPS) != bool(pace.steps):
        yield located.fault("kind: steps 必须、其他不得写 steps", "pace")
    shares = [share for _, share in sorted(pace.steps.items())]
    if any(later < earlier for earlier, later in pairwise(shares)):
        yield located.fault("各月份额不得下降", "pace", "steps")


def _allocation_faults(register: Register, located: Located[Indicator]) -> Iterator[Fault]:
    one = located.value
    method, values = one.allocation.method, one.allocation.values
    if (method is AllocationMethod.PRINTED) != bool(values):
        yield located.fault("method: printed 必须、其他不得写 values", "allocation")
    if register.is_complete("units.csv"):
        known = register.names(UnitLevel.TOWNSHIP)
        for name in values:
            if name not in known:
                text = f"units.csv 中没有名为“{name}”的乡镇"
                yield located.fault(text, "allocation", "values", name)
    if method is AllocationMethod.BY_VILLAGES:
        if one.rollup not in AMOUNTS:
            yield located.fault("比例不能按村数分解，用 same", "allocation", "method")
        if one.target.value is None:
            yield located.fault("没有目标值，无从按村数分解", "allocation", "method")


def _kin_faults(register: Register, located: Located[Indicator]) -> Iterator[Fault]:
    one = located.value
    for at, name in enumerate(one.nested_in):
        if not _known(register, name):
            yield located.fault(f"没有指标“{name}”", "nested_in", at)
        elif name == one.id:
            yield located.fault("指标不能是自己的一部分", "nested_in", at)
    if one.balance is not None and not _known(register, one.balance.net):
        yield located.fault(f"没有指标“{one.balance.net}”", "balance", "net")


def _known(register: Register, name: str) -> bool:
    return name in register.indicators or not register.is_complete(f"indicators/{name}.yml")


def _countable(column: Column) -> bool:
    return column.is_number or column.type is ColumnType.YES_NO
