"""A form's own rules as checks: one function a kind of rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from great_expectations.expectations.expectation import Expectation

from expectations import own_beside as beside
from expectations import own_within as within
from expectations import phrases
from expectations import predicates as p
from expectations.checks import Check, Place, check, pair_at_most
from yuebao.programme.models import (
    Alarm,
    AtMost,
    Condition,
    CountyTotal,
    Cumulative,
    MustList,
    NotRepeated,
    Operator,
    Order,
    PartsTotal,
    Plausible,
    PlausibleRatio,
    Rule,
    Table,
    TypedRate,
    When,
)

Built: TypeAlias = tuple[type[Expectation], str, Iterable[str], str, dict[str, Any]]


def rule_checks(place: Place) -> tuple[Check, ...]:
    """The table's own rules, but for those judged over the whole county."""
    rules = (rule for rule in place.table.rules if not isinstance(rule, CountyTotal))
    return tuple(_rule_check(place, rule) for rule in rules)


def texts_of(column: str) -> str:
    """The name of the joined column with all texts of a unit's column."""
    return f"texts__{column}"


def _rule_check(place: Place, rule: Rule) -> Check:
    expectation, code, columns, note, arguments = _BUILDERS[type(rule)](place.table, rule)
    if rule.rows:
        arguments["rows"] = list(rule.rows)
    return check(
        expectation,
        rule=rule.id,
        code=code,
        columns=columns,
        clause=rule.clause or place.form.clause,
        note=note,
        arguments=arguments,
        severity=rule.severity,
        from_month=rule.from_month,
        subject=rule,
    )


def _parts_total(table: Table, rule: PartsTotal) -> Built:
    columns = (rule.total, *rule.plus, *rule.minus)
    formula = phrases.sum_of(table, rule.plus, rule.minus)
    arguments = {
        "column_list": [*columns, p.ROW],
        "total": rule.total,
        "plus": list(rule.plus),
        **_given("minus", list(rule.minus)),
        **_given("tolerance", rule.tolerance),
    }
    note = f"{phrases.short(table, rule.total)} = {formula}"
    return within.ExpectPartsToSumToTotal, rule.kind, columns, note, arguments


def _at_most(table: Table, rule: AtMost) -> Built:
    columns = (rule.part, *rule.of)
    formula = phrases.product_of(table, rule.of, rule.factor)
    if rule.factor_by_row:
        formula += " × 各行标准"
    note = f"{phrases.short(table, rule.part)} ≤ {formula}"
    if _is_plain_pair(rule):
        built_in, arguments = pair_at_most(rule.part, rule.of[0])
        return built_in, rule.kind, columns, note, arguments
    by_row = {key: str(factor) for key, factor in rule.factor_by_row.items()}
    arguments = {
        "column_list": [*columns, p.ROW],
        "part": rule.part,
        "of": list(rule.of),
        **({} if rule.factor == 1 else {"factor": str(rule.factor)}),
        **_given("factor_by_row", by_row),
        **_given("tolerance", rule.tolerance),
    }
    return within.ExpectPartToBeAtMostProduct, rule.kind, columns, note, arguments


def _is_plain_pair(rule: AtMost) -> bool:
    scaled = rule.factor != 1 or rule.factor_by_row or rule.tolerance
    return len(rule.of) == 1 and not scaled and not rule.rows


def _order(table: Table, rule: Order) -> Built:
    arguments = {"column_list": [*rule.columns, p.ROW], "chain": list(rule.columns)}
    note = " ≤ ".join(phrases.short(table, column) for column in rule.columns)
    return within.ExpectColumnsToBeInOrder, rule.kind, rule.columns, note, arguments


def _typed_rate(table: Table, rule: TypedRate) -> Built:
    columns = (rule.rate, rule.numerator, rule.denominator)
    formula = phrases.rate_of(table, rule.numerator, rule.denominator)
    arguments = {
        "column_list": [*columns, p.ROW],
        "rate": rule.rate,
        "numerator": rule.numerator,
        "denominator": rule.denominator,
        **_given("tolerance", rule.tolerance),
    }
    note = f"{phrases.short(table, rule.rate)} = {formula}"
    return within.ExpectTypedRateToEqualComputedRate, rule.kind, columns, note, arguments


def _cumulative(table: Table, rule: Cumulative) -> Built:
    columns = (rule.cumulative, rule.flow)
    arguments = {
        "column_list": [*columns, p.base(rule.cumulative), p.ROW],
        "cumulative": rule.cumulative,
        "flow": rule.flow,
        **_given("tolerance", rule.tolerance),
    }
    total, flow = phrases.short(table, rule.cumulative), phrases.short(table, rule.flow)
    note = f"{total} = 上期{total} + {flow}"
    return beside.ExpectCumulativeToContinueLast, rule.kind, columns, note, arguments


def _when(table: Table, rule: When) -> Built:
    columns = [rule.then.column]
    if rule.when and rule.when.column not in columns:
        columns.append(rule.when.column)
    arguments: dict[str, Any] = {"column_list": [*columns, p.UNREAD, p.ROW]}
    if rule.when:
        arguments["when"] = _asked(rule.when)
    arguments["then"] = _asked(rule.then)
    demand = phrases.condition(table, rule.then, should=True)
    note = f"{phrases.condition(table, rule.when)} 时，{demand}" if rule.when else demand
    return within.ExpectConditionToHoldWhen, rule.kind, columns, note, arguments


def _plausible(table: Table, rule: Plausible) -> Built:
    columns = [rule.column, *([rule.when.column] if rule.when else [])]
    arguments: dict[str, Any] = {"column_list": [*columns, p.UNREAD, p.ROW]}
    if rule.when:
        arguments["when"] = _asked(rule.when)
    arguments["limited"] = [rule.column]
    arguments |= _ends(rule.minimum, rule.maximum)
    said = phrases.usual(rule.minimum, rule.maximum)
    note = f"“{phrases.path(table, rule.column)}”的常见范围是{said}"
    return within.ExpectCellsToBeUsual, rule.kind, [rule.column], note, arguments


def _plausible_ratio(_table: Table, rule: PlausibleRatio) -> Built:
    columns = (rule.numerator, rule.denominator)
    arguments = {
        "column_list": [*columns, p.ROW],
        "numerator": rule.numerator,
        "denominator": rule.denominator,
        **({} if rule.scale == 1 else {"scale": str(rule.scale)}),
        **_ends(rule.minimum, rule.maximum),
    }
    note = f"{rule.label}的常见范围是{phrases.usual(rule.minimum, rule.maximum)}"
    return within.ExpectRatioToBePlausible, rule.kind, columns, note, arguments


def _must_list(table: Table, rule: MustList) -> Built:
    texts = texts_of(rule.column)
    arguments = {"column_list": [texts, p.ROW], "texts": texts, "contains": list(rule.contains)}
    note = f"“{phrases.path(table, rule.column)}”中必须有：{'、'.join(rule.contains)}"
    return beside.ExpectUnitToList, rule.kind, [rule.column], note, arguments


def _not_repeated(table: Table, rule: NotRepeated) -> Built:
    before = p.last(rule.column)
    arguments = {"column_list": [rule.column, before, p.ROW], "now": rule.column, "before": before}
    note = f"“{phrases.path(table, rule.column)}”不与上期一字不差"
    return beside.ExpectTextNotToRepeatLast, rule.kind, [rule.column], note, arguments


def _alarm(_table: Table, rule: Alarm) -> Built:
    column = rule.met.column
    arguments = {"column_list": [column, p.UNREAD, p.ROW], "standard": _asked(rule.met)}
    return within.ExpectStandardToBeMet, rule.kind, [column], f"标准：{rule.standard}", arguments


def _asked(condition: Condition) -> dict[str, str]:
    asked = {"column": condition.column, "op": condition.op.value}
    if condition.op not in (Operator.FILLED, Operator.BLANK):
        asked["value"] = phrases.plain(condition.value)
    return asked


def _given(name: str, value: Any) -> dict[str, Any]:
    if not value:
        return {}
    return {name: str(value) if isinstance(value, Decimal) else value}


def _ends(minimum: Decimal | None, maximum: Decimal | None) -> dict[str, str]:
    ends = {"minimum": minimum, "maximum": maximum}
    return {name: str(end) for name, end in ends.items() if end is not None}


_BUILDERS: dict[type, Callable[[Table, Any], Built]] = {
    PartsTotal: _parts_total,
    AtMost: _at_most,
    Order: _order,
    TypedRate: _typed_rate,
    Cumulative: _cumulative,
    When: _when,
    Plausible: _plausible,
    PlausibleRatio: _plausible_ratio,
    MustList: _must_list,
    NotRepeated: _not_repeated,
    Alarm: _alarm,
}
