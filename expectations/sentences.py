"""What a check found in a row, by the catalogue's code: the words its sentence is filled with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias, cast

from expectations import phrases
from expectations import predicates as p
from expectations.checks import Check
from expectations.frames import Row, says_of_structure
from expectations.own_beside import slip
from expectations.phrases import plain
from expectations.rule_checks import texts_of
from yuebao.programme.models import (
    Alarm,
    AtMost,
    Cumulative,
    Form,
    MustList,
    Order,
    PartsTotal,
    Plausible,
    PlausibleRatio,
    Programme,
    RowsKind,
    Table,
    TypedRate,
    When,
)
from yuebao.readings import AcceptedForm
from yuebao.rules.magnitude import Kind, Slip, times_of_target
from yuebao.rules.period import Period

_WHEN_ALWAYS = "“{row}”：{expected}；现在“{column}”为 {value}。"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where findings are worded: a table of a programme, the names of units by code."""

    programme: Programme
    form: Form
    table: Table
    names: Mapping[str, str]
    accepted: Mapping[int, AcceptedForm | None]  # by submission
    own_rows: Mapping[int, list[Row]]  # by submission


@dataclass(frozen=True, slots=True)
class Finding:
    """``columns`` are those involved, the one to look at first; ``cells`` if not the row's own."""

    columns: tuple[str, ...] = ()
    value: str = ""
    expected: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    message: str = ""
    cells: tuple[str, ...] = ()


Findings: TypeAlias = Iterator[Finding]


def _row_missing(desk: Desk, _check: Check, row: Row) -> Findings:
    """Silent where the reading itself has spoken of the table's rows or columns."""
    if not says_of_structure(row.reading, desk.table):
        yield Finding()


def _row_twice(desk: Desk, _check: Check, row: Row) -> Findings:
    same = [other for other in desk.own_rows[row.submission] if other.key == row.key]
    if row is not same[0]:
        yield Finding(columns=desk.table.key_columns or tuple(row.entries)[:1])


def _required(desk: Desk, check: Check, row: Row) -> Findings:
    for column in p.unfilled(row.cells, check.columns):
        yield Finding((column,), words=_column(desk, column))


def _range(desk: Desk, check: Check, row: Row) -> Findings:
    for column in check.columns:
        asked = desk.table.column(column)
        if p.outside(row.cells, (column,), asked.minimum, asked.maximum):
            expected = phrases.limits(asked.minimum, asked.maximum)
            yield _about(desk, row, column, expected)


def _choice(desk: Desk, check: Check, row: Row) -> Findings:
    for column in check.columns:
        yield _about(desk, row, column, "、".join(desk.table.column(column).choices))


def _parts_total(desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(PartsTotal, check.subject)
    formula = phrases.sum_of(desk.table, rule.plus, rule.minus)
    expected = plain(p.parts_sum(row.cells, rule.plus, rule.minus))
    yield _about(desk, row, rule.total, expected, *check.columns, formula=formula)


def _at_most(desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(AtMost, check.subject)
    factor = p.factor_of(row.cells, rule.factor, rule.factor_by_row)
    formula = phrases.product_of(desk.table, rule.of, factor)
    expected = plain(p.bound(row.cells, rule.of, factor))
    yield _about(desk, row, rule.part, expected, *check.columns, formula=formula)


def _order(desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(Order, check.subject)
    for smaller, larger in p.out_of_order(row.cells, rule.columns):
        other = phrases.path(desk.table, larger)
        yield _about(desk, row, smaller, plain(row.cells[larger]), smaller, larger, other=other)


def _typed_rate(desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(TypedRate, check.subject)
    exact = p.computed_rate(row.cells, rule.numerator, rule.denominator)
    formula = phrases.rate_of(desk.table, rule.numerator, rule.denominator)
    expected = phrases.rounded(exact or Decimal(0))
    yield Finding(
        check.columns,
        plain(row.cells[rule.rate]),
        expected,
        {"column": phrases.path(desk.table, rule.rate), "formula": formula},
    )


def _when(desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(When, check.subject)
    expected = phrases.condition(desk.table, rule.then, should=True)
    if rule.when is None:
        yield _about(desk, row, rule.then.column, expected, message=_WHEN_ALWAYS)
        return
    condition = _spaced(phrases.condition(desk.table, rule.when))
    yield _about(desk, row, rule.then.column, expected, *check.columns, condition=condition)


def _plausible(desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(Plausible, check.subject)
    yield _about(desk, row, rule.column, phrases.usual(rule.minimum, rule.maximum))


def _plausible_ratio(_desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(PlausibleRatio, check.subject)
    value = p.ratio(row.cells, rule.numerator, rule.denominator, rule.scale)
    expected = phrases.usual(rule.minimum, rule.maximum)
    shown = phrases.rounded(value or Decimal(0))
    yield Finding(check.columns, shown, expected, {"column": rule.label})


def _alarm(desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(Alarm, check.subject)
    yield _about(desk, row, rule.met.column, rule.standard)


def _must_list(desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(MustList, check.subject)
    for name in p.unlisted(row.cells[texts_of(rule.column)], rule.contains):
        yield Finding(expected=name, words=_column(desk, rule.column))


def _cumulative(desk: Desk, check: Check, row: Row) -> Findings:
    rule = cast(Cumulative, check.subject)
    expected = plain(p.continued(row.cells, rule.cumulative, rule.flow))
    words = {
        "last": plain(row.cells[p.base(rule.cumulative)]),
        "flow": plain(row.cells[rule.flow]),
    }
    yield _about(desk, row, rule.cumulative, expected, *check.columns, **words)


def _falling(desk: Desk, check: Check, row: Row) -> Findings:
    for column in p.fallen(row.cells, check.columns):
        yield _about(desk, row, column, plain(row.cells[p.last(column)]))


def _constant(desk: Desk, check: Check, row: Row) -> Findings:
    for column in p.moved(row.cells, check.columns):
        yield _about(desk, row, column, plain(row.cells[p.last(column)], desk.names))


def _not_repeated(desk: Desk, check: Check, row: Row) -> Findings:
    for column in check.columns:
        yield _about(desk, row, column, "")


def _copy_of_last(desk: Desk, _check: Check, row: Row) -> Findings:
    accepted = desk.accepted[row.submission]
    when = Period.parse(accepted.period).chinese if accepted else ""
    yield Finding(expected=when, words={"form": desk.form.title})


def _unit_of_measure(desk: Desk, check: Check, row: Row) -> Findings:
    column = desk.table.column(check.columns[0])
    found = slip(row.cells, column.id, column.measure.value, column.unit)
    if found is None:
        return
    code = found.kind.value
    if found.kind is not Kind.UNIT:
        yield _about(desk, row, column.id, plain(round(found.reference, 2)), code=code)
        return
    words = {
        "column": phrases.path(desk.table, column.id),
        "unit": column.unit,
        "evidence": _evidence(desk, found),
    }
    value, meant = plain(row.cells[column.id]), phrases.rounded(found.proposal or Decimal(0), 4)
    yield Finding((column.id,), value, meant, words, code)


def _magnitude_target(desk: Desk, check: Check, row: Row) -> Findings:
    total = row.cells[f"total__{_indicator(check)}"]
    target = row.cells[f"target__{_indicator(check)}"]
    times = times_of_target(total, target) or Decimal(0)
    own = desk.own_rows[row.submission]
    entries = [r.entries[c] for r in own for c in check.columns if c in r.entries]
    entries.sort(key=lambda e: -e.value if isinstance(e.value, Decimal) else Decimal(0))
    words = {
        "column": phrases.listed(desk.table, check.columns),
        "times": phrases.rounded(times, 1),
        "adjusted": "（人工调整）" if _is_adjusted(desk, check, row) else " ",
    }
    cells = tuple(entry.address for entry in entries)
    yield Finding(check.columns, plain(total), plain(target), words, cells=cells)


def _is_adjusted(desk: Desk, check: Check, row: Row) -> bool:
    """Whether the data team set the unit's target in place of the plan's or the rule's."""
    programme, indicator = desk.programme, _indicator(check)
    return any(
        one.indicator == indicator and programme.unit_named(one.unit).code == row.reading.unit
        for one in programme.overrides
    )


def _spaced(text: str) -> str:
    """A space between a number and the Chinese that follows."""
    return f"{text} " if text[-1].isdigit() else text


def _indicator(check: Check) -> str:
    return check.id.removeprefix("target_")


def _evidence(desk: Desk, found: Slip) -> str:
    beside = f"上期 {plain(found.reference)}"
    if not found.against_last:
        others = "各村（社区）" if desk.table.rows is RowsKind.VILLAGES else "其他单位"
        beside = f"{others}中位数 {phrases.rounded(found.reference)}"
    share = plain(found.factor) if found.too_large else f"1/{plain(found.factor)}"
    return f"约为{beside} 的 {share} 倍" if found.too_large else f"约为{beside} 的 {share}"


def _column(desk: Desk, column: str) -> dict[str, str]:
    return {"column": phrases.full(desk.table, column)}


def _about(
    desk: Desk,
    row: Row,
    column: str,
    expected: str,
    *columns: str,
    code: str = "",
    message: str = "",
    **words: str,
) -> Finding:
    involved = columns or (column,)
    value = plain(row.cells[column], desk.names)
    said = {**_column(desk, column), **words}
    return Finding(involved, value, expected, said, code, message)


SENTENCES: Mapping[str, Callable[[Desk, Check, Row], Findings]] = {
    "village-missing": _row_missing,
    "row-missing": _row_missing,
    "village-duplicate": _row_twice,
    "row-duplicate": _row_twice,
    "duplicate-row": _row_twice,
    "required": _required,
    "range": _range,
    "choice": _choice,
    "parts-total": _parts_total,
    "at-most": _at_most,
    "order": _order,
    "typed-rate": _typed_rate,
    "when": _when,
    "plausible": _plausible,
    "plausible-ratio": _plausible_ratio,
    "alarm": _alarm,
    "must-list": _must_list,
    "cumulative": _cumulative,
    "falling": _falling,
    "constant": _constant,
    "not-repeated": _not_repeated,
    "copy-of-last": _copy_of_last,
    "unit-of-measure": _unit_of_measure,
    "magnitude-target": _magnitude_target,
}
