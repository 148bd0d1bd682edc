"""Faults to be typed into a form, one for each live check its definition leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import singledispatch

from yuebao.programme.models import (
    Alarm,
    AtMost,
    Column,
    ColumnType,
    Condition,
    Cumulative,
    Measure,
    Operator,
    Order,
    PartsTotal,
    Plausible,
    PlausibleRatio,
    RowsKind,
    RuleBase,
    Severity,
    Table,
    TypedRate,
    When,
)
from yuebao.readings import Value
from yuebao.rules.period import Period
from yuebao.workbooks.numbers import MEASURES


class ShownAsPercent(Decimal):
    """A number in a cell that shows it as per cent: 0.98 as 98%."""


Typed = Value | int | None
_ONE = Decimal(1)
_FULL_WIDTH = {code - 0xFEE0: code for code in range(0xFF01, 0xFF5F)}
_MARKS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "alarm"}


@dataclass(frozen=True)
class TypedFault:
    """What is typed over a good row, and how the cell of ``column`` then has to look."""

    name: str
    table: str
    position: int
    column: str
    values: Mapping[str, Typed]
    mark: str = "error"
    copied_to: int | None = None  # a row that gets the same values
    taken: bool = False  # another spelling of what is right: nothing but this mark is to be seen


@dataclass(frozen=True)
class GoodRow:
    """A row as it was filled in, with what it was last time."""

    table: Table
    key: str
    position: int
    values: Mapping[str, Value]
    last: Mapping[str, Value] = field(default_factory=dict)

    def number(self, column: str) -> Decimal:
        value = self.values.get(column)
        return value if isinstance(value, Decimal) else Decimal(0)

    def fault(
        self, name: str, column: str, values: Mapping[str, Typed], mark: str = "error"
    ) -> TypedFault:
        return TypedFault(name, self.table.id, self.position, column, values, mark)


def faults_of(row: GoodRow, period: Period) -> Iterator[TypedFault]:
    """All faults that can be typed into this row."""
    for column in row.table.columns:
        if not column.prefilled:
            yield from _cell_faults(row, column)
            yield from _other_spellings(row, column)
            yield from _history_faults(row, column)
    for rule in row.table.rules:
        if rule.from_month <= period.month and (not rule.rows or row.key in rule.rows):
            yield from rule_faults(rule, row)
    if row.table.rows is RowsKind.OPEN:
        first = row.table.key_columns[0]
        same = {key: row.values.get(key) for key in row.table.key_columns}
        yield TypedFault(
            "twice", row.table.id, row.position, first, same, copied_to=row.position + 1
        )


def _cell_faults(row: GoodRow, column: Column) -> Iterator[TypedFault]:
    wrong: dict[str, Typed] = {}
    if column.is_number:
        wrong = _wrong_numbers(column, row.number(column.id))
    elif column.type is ColumnType.DATE:
        wrong = {"no date": "下半年", "no day": Decimal(12)}
    elif column.type in (ColumnType.CHOICE, ColumnType.YES_NO):
        wrong = {"no choice": "别的"}
    if column.required:
        wrong["blank"] = None
    for name, value in wrong.items():
        yield row.fault(f"{column.id} {name}", column.id, {column.id: value})
    if column.type in (ColumnType.VILLAGE, ColumnType.TOWNSHIP):
        yield row.fault(f"{column.id} unknown", column.id, {column.id: "某某村"}, "warning")


def _wrong_numbers(column: Column, good: Decimal) -> dict[str, Typed]:
    wrong: dict[str, Typed] = {"text": "无", "logical": True, "too great": Decimal(10) ** 12}
    if column.minimum is not None:
        wrong["below"] = column.minimum - 1
    if column.maximum is not None:
        wrong["above"] = column.maximum + 1
    if column.type is ColumnType.INTEGER:
        wrong["not whole"] = good + Decimal("0.5")
    return wrong


def _other_spellings(row: GoodRow, column: Column) -> Iterator[TypedFault]:
    """The good value as it is also taken, and what only looks like such a spelling.

    Two of each for a column, by its place: all of them come up in a form of some columns.
    """
    good = row.values.get(column.id)
    if good is None:
        return
    place = row.table.columns.index(column)
    for spelling in _two_of(_taken(column, good), place):
        mark = "nothing" if isinstance(spelling, ShownAsPercent) else "warning"
        name = f"{column.id} as {spelling}"
        values: dict[str, Typed] = {column.id: spelling}
        yield TypedFault(name, row.table.id, row.position, column.id, values, mark, taken=True)
    for spelling in _two_of(_mistaken(column), place):
        yield row.fault(f"{column.id} as {spelling}", column.id, {column.id: spelling}, "warning")


def _two_of(spellings: Sequence[Typed], place: int) -> Sequence[Typed]:
    from_here = [*spellings, *spellings][place % max(len(spellings), 1) :]
    return list(dict.fromkeys(from_here[:2]))


def _taken(column: Column, good: Value) -> list[Typed]:
    if column.type is ColumnType.PERCENT and isinstance(good, Decimal):
        text = f"{good:f}"
        return [ShownAsPercent(good / 100), f"{text}%", f" {text}％", text.translate(_FULL_WIDTH)]
    if isinstance(good, Decimal):
        text, unit = f"{good:f}", column.unit if column.unit in MEASURES else ""
        return [text, f"{text}{unit}", f"{good:,f} {unit}", f"{text.translate(_FULL_WIDTH)}{unit}"]
    if isinstance(good, bool):
        return ["Ｙ" if good else "Ｎ", "y" if good else "n", "　是" if good else "　否"]
    if isinstance(good, date):
        day = f"{good.year}年{good.month}月{good.day}日"
        dotted, slashed = f"{good.year}.{good.month}.{good.day}", f"{good:%Y/%m/%d}"
        return [dotted, day, day.translate(_FULL_WIDTH), slashed, Decimal(f"{good:%Y%m%d}")]
    if column.type is ColumnType.CHOICE:
        return [f"{good[0]} {good[1:]}", f"　{good}"]
    return []


def _mistaken(column: Column) -> list[Typed]:
    if column.is_number:
        found: list[Typed] = ["12-15", "1,23"]
        return found if column.type is ColumnType.PERCENT else [*found, ShownAsPercent("0.5")]
    if column.type is ColumnType.DATE:
        return ["2023.9", "2023年2月30日", Decimal(20231345), Decimal("45194.5")]
    return ["不是"] if column.type is ColumnType.YES_NO else []


def _history_faults(row: GoodRow, column: Column) -> Iterator[TypedFault]:
    last = row.last.get(column.id)
    if not isinstance(last, Decimal) or not column.is_number:
        return
    if column.measure is Measure.CONSTANT:
        yield row.fault(f"{column.id} moved", column.id, {column.id: last + 1})
    if column.measure is Measure.CUMULATIVE:
        flows = [r for r in row.table.rules if isinstance(r, Cumulative)]
        rule = next((r for r in flows if r.cumulative == column.id), None)
        if rule is not None:
            wrong = last + row.number(rule.flow) + 1
            yield row.fault(f"{column.id} not continued", column.id, {column.id: wrong})
        elif last >= 1 + (column.minimum or 0):
            yield row.fault(f"{column.id} fallen", column.id, {column.id: last - 1}, "warning")


# --- rules ------------------------------------------------------------------------------------


@singledispatch
def rule_faults(_rule: RuleBase, _row: GoodRow) -> Iterator[TypedFault]:
    """What breaks a rule; nothing for rules that look beyond the row."""
    yield from ()


@rule_faults.register
def _(rule: PartsTotal, row: GoodRow) -> Iterator[TypedFault]:
    wrong = row.number(rule.total) + rule.tolerance + 1
    yield row.fault(rule.id, rule.total, {rule.total: wrong}, _MARKS[rule.severity])


@rule_faults.register
def _(rule: AtMost, row: GoodRow) -> Iterator[TypedFault]:
    limit = rule.factor_by_row.get(row.key, rule.factor)
    for column in rule.of:
        limit *= row.number(column)
    wrong = limit.to_integral_value(ROUND_FLOOR) + rule.tolerance + 1
    yield row.fault(rule.id, rule.part, {rule.part: wrong}, _MARKS[rule.severity])


@rule_faults.register
def _(rule: Order, row: GoodRow) -> Iterator[TypedFault]:
    for low, high in zip(rule.columns, rule.columns[1:], strict=False):
        above: dict[str, Typed] = {low: row.number(high) + 1}
        if row.table.column(low).type is ColumnType.DATE:
            above = {low: date(2023, 6, 1) + timedelta(1), high: date(2023, 6, 1)}
        yield row.fault(f"{rule.id} {low}", low, above, _MARKS[rule.severity])


@rule_faults.register
def _(rule: TypedRate, row: GoodRow) -> Iterator[TypedFault]:
    over, under = row.number(rule.numerator), row.number(rule.denominator) or Decimal(100)
    wrong = round(over / under * 100, 1) + rule.tolerance + 1
    column = row.table.column(rule.rate)
    if column.maximum is not None and wrong > column.maximum:
        wrong -= 2 * (rule.tolerance + 1)
    values = {rule.rate: wrong, rule.denominator: under}
    yield row.fault(rule.id, rule.rate, values, _MARKS[rule.severity])


@rule_faults.register
def _(rule: When, row: GoodRow) -> Iterator[TypedFault]:
    given = {rule.when.column: meeting(rule.when)} if rule.when else {}
    values = given | {rule.then.column: breaking(rule.then)}
    yield row.fault(rule.id, rule.then.column, values, _MARKS[rule.severity])


@rule_faults.register
def _(rule: Plausible, row: GoodRow) -> Iterator[TypedFault]:
    given = {rule.when.column: meeting(rule.when)} if rule.when else {}
    column = row.table.column(rule.column)
    if rule.maximum is not None:
        values = given | {rule.column: rule.maximum + 1}
        yield row.fault(f"{rule.id} above", rule.column, values, _MARKS[rule.severity])
    if rule.minimum is not None and rule.minimum > (column.minimum or 0):
        values = given | {rule.column: rule.minimum - 1}
        yield row.fault(f"{rule.id} below", rule.column, values, _MARKS[rule.severity])


@rule_faults.register
def _(rule: PlausibleRatio, row: GoodRow) -> Iterator[TypedFault]:
    under = row.number(rule.denominator) or _ONE
    for name, bound, step in (("above", rule.maximum, 2), ("below", rule.minimum, Decimal("0.5"))):
        if bound is not None:
            wrong = bound * under / rule.scale * step
            values = {rule.numerator: wrong, rule.denominator: under}
            mark = _MARKS[rule.severity]
            yield row.fault(f"{rule.id} {name}", rule.numerator, values, mark)


@rule_faults.register
def _(rule: Alarm, row: GoodRow) -> Iterator[TypedFault]:
    values = {rule.met.column: breaking(rule.met)}
    yield row.fault(rule.id, rule.met.column, values, "alarm")


def meeting(condition: Condition) -> Typed:
    """A value by which a condition holds."""
    if condition.op is Operator.FILLED:
        return date(2023, 6, 1)
    if condition.op is Operator.BLANK:
        return None
    if isinstance(condition.value, Decimal):
        shift = {Operator.GT: 1, Operator.LT: -1, Operator.NE: 1}.get(condition.op, 0)
        return condition.value + shift
    return condition.value


def breaking(condition: Condition) -> Typed:
    """A value by which it does not."""
    if condition.op is Operator.FILLED:
        return None
    if condition.op is Operator.BLANK:
        return "有"
    if isinstance(condition.value, Decimal):
        shift = {Operator.GE: -1, Operator.LE: 1, Operator.EQ: 1}.get(condition.op, 0)
        return condition.value + shift
    return "否" if condition.value == "是" else "是"
