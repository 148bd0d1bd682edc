"""The form's own rules turned round: which columns follow from others, and what keeps them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from math import prod
from typing import TypeAlias

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
    Rule,
    Table,
    TypedRate,
    When,
)
from yuebao.readings import Value

Row: TypeAlias = Mapping[str, Value]
Solving: TypeAlias = PartsTotal | Cumulative | TypedRate

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Step:
    """A column in the order of computing; ``rule`` says what it follows from, None: the profile."""

    column: Column
    rule: Solving | None


def table_for_row(table: Table, key: str, month: int) -> Table:
    """The table with only the rules that hold for the row of that key in that month."""
    rules = tuple(
        rule
        for rule in table.rules
        if (not rule.rows or key in rule.rows) and rule.from_month <= month
    )
    return table.model_copy(update={"rules": rules})


def table_for_column(table: Table, column: str) -> Table:
    """The table with only the rules that may keep a column's value in, or change it."""
    rules = tuple(rule for rule in table.rules if column in _kept_columns(rule))
    return table.model_copy(update={"rules": rules})


def _kept_columns(rule: Rule) -> set[str]:
    if isinstance(rule, Plausible):
        return {rule.column}
    if isinstance(rule, AtMost):
        return {rule.part}
    if isinstance(rule, Order):
        return set(rule.columns)
    if isinstance(rule, Alarm):
        return {rule.met.column}
    if isinstance(rule, When):
        return {rule.then.column} | ({rule.when.column} if rule.when else set())
    return set()


def computing_order(
    table: Table, profiled: frozenset[str], needs: Mapping[str, frozenset[str]]
) -> tuple[Step, ...]:
    """Each column once, after everything it depends on.

    ``profiled`` are the columns the profile speaks of, ``needs`` what a profile rests on.
    """
    solved = _solved(table, profiled)
    before = {column.id: set(needs.get(column.id, frozenset())) for column in table.columns}
    for column_id, rule in solved.items():
        before[column_id] = _involved(rule) - {column_id}
    for later, earlier in _limits(table):
        if later not in solved and not _reaches(before, earlier, later):
            before[later].add(earlier)
    order: list[str] = []
    for column in table.columns:
        _visit(column.id, before, order)
    return tuple(Step(table.column(column_id), solved.get(column_id)) for column_id in order)


def _solved(table: Table, profiled: frozenset[str]) -> dict[str, Solving]:
    """For each column that follows from others, the rule it follows from."""
    rules = [r for r in table.rules if isinstance(r, PartsTotal | Cumulative | TypedRate)]
    solved: dict[str, Solving] = {r.rate: r for r in rules if isinstance(r, TypedRate)}
    known = {c.id for c in table.columns if not c.is_number} | set(solved) | profiled
    solved |= {
        r.flow: r for r in rules if isinstance(r, Cumulative) and {r.flow, r.cumulative} <= known
    }
    while open_columns := [c.id for c in table.columns if c.id not in known]:
        found = _sole_unknown([r for r in rules if not isinstance(r, TypedRate)], known)
        if found is not None:
            solved[found[0]] = found[1]
            known.add(found[0])
        else:
            known.add(_first_to_assume(open_columns, rules))
    return solved


def _sole_unknown(rules: Iterable[Solving], known: set[str]) -> tuple[str, Solving] | None:
    for rule in rules:
        unknown = _involved(rule) - known
        if len(unknown) == 1:
            return unknown.pop(), rule
    return None


def _first_to_assume(columns: Sequence[str], rules: Iterable[Solving]) -> str:
    """A column to be given a default: parts before totals, cumulatives before flows."""
    rules = tuple(rules)
    totals = {r.total for r in rules if isinstance(r, PartsTotal)}
    flows = {r.flow for r in rules if isinstance(r, Cumulative)}
    return min(columns, key=lambda column: (column in totals, column in flows))


def _involved(rule: Solving) -> set[str]:
    if isinstance(rule, PartsTotal):
        return {rule.total, *rule.plus, *rule.minus}
    if isinstance(rule, Cumulative):
        return {rule.cumulative, rule.flow}
    return {rule.rate, rule.numerator, rule.denominator}


def _limits(table: Table) -> Iterable[tuple[str, str]]:
    """Pairs (limited column, column it is limited by)."""
    for rule in table.rules:
        if isinstance(rule, AtMost):
            yield from ((rule.part, whole) for whole in rule.of)
        elif isinstance(rule, Order):
            yield from zip(rule.columns, rule.columns[1:], strict=False)
        elif isinstance(rule, When) and rule.when is not None:
            yield rule.then.column, rule.when.column
        elif isinstance(rule, Plausible) and rule.when is not None:
            yield rule.column, rule.when.column


def _reaches(before: Mapping[str, set[str]], start: str, goal: str) -> bool:
    if start == goal:
        return True
    return any(_reaches(before, earlier, goal) for earlier in before[start])


def _visit(column: str, before: Mapping[str, set[str]], order: list[str]) -> None:
    if column in order:
        return
    for earlier in sorted(before[column]):
        _visit(earlier, before, order)
    order.append(column)


def solution(step: Step, row: Row, last: Row) -> Decimal:
    """The value that follows from the row's other values and last period's row."""
    column, rule = step.column.id, step.rule
    if isinstance(rule, PartsTotal):
        parts = [number(row.get(c)) for c in rule.plus if c != column]
        parts += [-number(row.get(c)) for c in rule.minus if c != column]
        if column == rule.total:
            return sum(parts, Decimal(0))
        rest = number(row.get(rule.total)) - sum(parts, Decimal(0))
        return -rest if column in rule.minus else rest
    if isinstance(rule, Cumulative):
        before = number(last.get(rule.cumulative))
        if column == rule.cumulative:
            return before + number(row.get(rule.flow))
        return number(row.get(rule.cumulative)) - before
    if isinstance(rule, TypedRate):
        return _rate(number(row.get(rule.numerator)), number(row.get(rule.denominator)))
    raise ValueError(f"{column} follows from no rule")


def _rate(numerator: Decimal, denominator: Decimal) -> Decimal:
    if denominator == 0:
        return Decimal(0)
    return (numerator / denominator * _HUNDRED).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def kept_in(
    table: Table, column: Column, value: Decimal, row: Row, last: Row, key: str, step: Decimal
) -> Decimal:
    """The value moved as little as needed to hold the rules whose other columns are known."""
    floors = [column.minimum] if column.minimum is not None else []
    ceilings = [column.maximum] if column.maximum is not None else []
    if column.measure is Measure.CUMULATIVE and column.id in last:
        floors.append(number(last[column.id]))
    for rule in table.rules:
        if isinstance(rule, Plausible) and _is_about(rule, column.id, row):
            floors += [rule.minimum] if rule.minimum is not None else []
            ceilings += [rule.maximum] if rule.maximum is not None else []
        ceilings += _ceilings(rule, column.id, row, key, step)
    value = max([value, *floors])
    return min([value, *ceilings])


def dated_in_order(table: Table, column: Column, value: date, row: Row) -> date:
    """The date, no later than the dates the row must have after it."""
    later = [
        other
        for rule in table.rules
        if isinstance(rule, Order) and column.id in rule.columns
        for name in rule.columns[rule.columns.index(column.id) + 1 :]
        if isinstance(other := row.get(name), date)
    ]
    return min([value, *later])


def _is_about(rule: Plausible, column: str, row: Row) -> bool:
    if rule.column != column:
        return False
    return rule.when is None or holds(rule.when, row.get(rule.when.column))


def _ceilings(rule: Rule, column: str, row: Row, key: str, step: Decimal) -> list[Decimal]:
    if isinstance(rule, AtMost) and rule.part == column and all(c in row for c in rule.of):
        factor = rule.factor_by_row.get(key, rule.factor)
        most = prod((number(row[c]) for c in rule.of), start=Decimal(1)) * factor
        return [most.quantize(step, ROUND_FLOOR)]
    if isinstance(rule, Order) and column in rule.columns[:-1]:
        after = rule.columns[rule.columns.index(column) + 1 :]
        known = [value for c in after if isinstance(value := row.get(c), Decimal)]
        return [value.quantize(step, ROUND_FLOOR) for value in known]
    return []


def conditioned(table: Table, column: Column, value: Value | None, row: Row) -> Value | None:
    """The value changed where a rule, its other column being known, asks for another."""
    for rule in table.rules:
        if isinstance(rule, Alarm) and rule.met.column == column.id:
            value = value if holds(rule.met, value) else _meeting(rule.met, column)
        elif isinstance(rule, When):
            value = _conditioned_by(rule, column, value, row)
    return value


def _conditioned_by(rule: When, column: Column, value: Value | None, row: Row) -> Value | None:
    if rule.then.column == column.id:
        asked = rule.when is None or holds(rule.when, row.get(rule.when.column))
        return _meeting(rule.then, column) if asked and not holds(rule.then, value) else value
    if rule.when is None or rule.when.column != column.id or rule.then.column not in row:
        return value
    broken = holds(rule.when, value) and not holds(rule.then, row[rule.then.column])
    return _missing(rule.when, column) if broken else value


def holds(condition: Condition, value: Value | None) -> bool:
    """Whether a value meets a condition on its column."""
    if condition.op in (Operator.FILLED, Operator.BLANK):
        return (value is not None) is (condition.op is Operator.FILLED)
    if value is None:
        return False
    if isinstance(value, bool):
        value = "是" if value else "否"
    if not isinstance(value, Decimal):
        return (str(value) == str(condition.value)) is (condition.op is Operator.EQ)
    limit = Decimal(str(condition.value))
    outcomes = {
        Operator.EQ: value == limit,
        Operator.NE: value != limit,
        Operator.GE: value >= limit,
        Operator.GT: value > limit,
        Operator.LE: value <= limit,
        Operator.LT: value < limit,
    }
    return outcomes[condition.op]


def _meeting(condition: Condition, column: Column) -> Value | None:
    if condition.op is Operator.BLANK:
        return None
    if column.type is ColumnType.YES_NO:
        return (condition.value == "是") is (condition.op is Operator.EQ)
    if not column.is_number:
        return str(condition.value or "")
    nudge = {Operator.GT: 1, Operator.NE: 1, Operator.LT: -1}.get(condition.op, 0)
    return Decimal(str(condition.value or 0)) + nudge


def _missing(condition: Condition, column: Column) -> Value | None:
    """A value with which the condition does not hold."""
    if column.type is ColumnType.YES_NO:
        return (condition.value == "是") is not (condition.op is Operator.EQ)
    if not column.is_number:
        return None
    nudge = {Operator.EQ: 1, Operator.GE: -1, Operator.LE: 1}.get(condition.op, 0)
    return Decimal(str(condition.value or 0)) + nudge


def number(value: Value | None) -> Decimal:
    """A value as a number; blank and text count as 0."""
    return value if isinstance(value, Decimal) else Decimal(0)
