"""A form's row rules as live checks. Rules that look beyond the row have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import singledispatch
from itertools import combinations

from yuebao.programme.models import (
    Alarm,
    AtMost,
    Operator,
    Order,
    PartsTotal,
    Plausible,
    PlausibleRatio,
    RuleBase,
    Severity,
    TypedRate,
    When,
)
from yuebao.rules.period import Period
from yuebao.workbooks.formulas import Band, Check, broken, holds, numbers, out_of, plain
from yuebao.workbooks.prefill import is_carried

# What only a cell with a value in it can meet.
_SAID = frozenset(Operator) - {Operator.NE, Operator.FILLED, Operator.BLANK}


def rule_checks(whole: Band, period: Period) -> Iterator[Check]:
    """The live checks of all rules that hold in the period, in the rows they are for."""
    for rule in whole.table.table.rules:
        if period.month < rule.from_month:
            continue
        for band in _bands_of(rule, whole):
            yield from checks_of(rule, band)


def _bands_of(rule: RuleBase, whole: Band) -> Iterator[Band]:
    if not rule.rows:
        yield whole
        return
    for row in whole.table.rows:
        if row.key in rule.rows:
            yield Band(whole.table, row.row, row.row)


@singledispatch
def checks_of(_rule: RuleBase, _band: Band) -> Iterable[Check]:
    """The live checks of one rule; none for rules that look beyond the row."""
    return ()


@checks_of.register
def _(rule: PartsTotal, band: Band) -> Iterable[Check]:
    total = band.amount(rule.total)
    plus = "+".join(band.amount(part) for part in rule.plus)
    minus = "".join(f"-{band.amount(part)}" for part in rule.minus)
    columns = (rule.total, *rule.plus, *rule.minus)
    wrong = f"ABS(ROUND({total}-({plus}{minus}),6))>{plain(rule.tolerance)}"
    yield band.check(rule.total, numbers(band, columns, wrong), mark_of(rule))


@checks_of.register
def _(rule: AtMost, band: Band) -> Iterable[Check]:
    if not rule.factor_by_row:
        yield _at_most(rule, band, rule.factor)
        return
    for row in band.table.rows:
        if band.top <= row.row <= band.bottom:
            line = Band(band.table, row.row, row.row)
            yield _at_most(rule, line, rule.factor_by_row.get(row.key, rule.factor))


def _at_most(rule: AtMost, band: Band, factor: Decimal) -> Check:
    limit = "*".join([*(band.amount(column) for column in rule.of), plain(factor)])
    wrong = f"ROUND({band.amount(rule.part)}-{limit},6)>{plain(rule.tolerance)}"
    return band.check(rule.part, numbers(band, (rule.part, *rule.of), wrong), mark_of(rule))


@checks_of.register
def _(rule: Order, band: Band) -> Iterable[Check]:
    for low, high in combinations(range(len(rule.columns)), 2):
        ends, between = (rule.columns[low], rule.columns[high]), rule.columns[low + 1 : high]
        wrong = f"ROUND({band.amount(ends[0])}-{band.amount(ends[1])},6)>0"
        formula = numbers(band, ends, wrong)
        if between:  # blanks are passed over
            formula = f"AND(COUNT({','.join(map(band.ref, between))})=0,{formula})"
        yield band.check(ends[0], formula, mark_of(rule))


@checks_of.register
def _(rule: TypedRate, band: Band) -> Iterable[Check]:
    rate, over, under = (band.amount(c) for c in (rule.rate, rule.numerator, rule.denominator))
    gap = f"ABS({rate}*{under}-{over}*100)-{plain(rule.tolerance)}*{under}"
    wrong = f"AND({under}>0,ROUND({gap},6)>0)"
    columns = (rule.rate, rule.numerator, rule.denominator)
    yield band.check(rule.rate, numbers(band, columns, wrong), mark_of(rule))


@checks_of.register
def _(rule: When, band: Band) -> Iterable[Check]:
    given = holds(band, rule.when) if rule.when else "TRUE"
    wrong = broken(band, rule.then)
    if rule.then.op is Operator.FILLED:
        wrong = ",".join([wrong, *_begun(rule.then.column, band)])
    elif _may_be_blank(rule, band):
        wrong = f'OR({band.ref(rule.then.column)}="",{wrong})'
    yield band.check(rule.then.column, f"AND({given},{wrong})", mark_of(rule))


def _begun(column: str, band: Band) -> list[str]:
    """That the row has been begun this time, by what is not carried over from last time."""
    table = band.table.table
    fresh = [c.id for c in table.columns if c.id != column and not is_carried(table, c)]
    asked = [band.ref(name) for name in fresh if not table.column(name).prefilled]
    return [f"COUNTA({','.join(asked)})>0"] if asked else []


def _may_be_blank(rule: When, band: Band) -> bool:
    """Whether a blank breaks the rule and nothing else speaks of it."""
    if rule.when is None or rule.when.op not in _SAID or rule.then.op not in _SAID:
        return False
    return not band.table.table.column(rule.then.column).required


@checks_of.register
def _(rule: Plausible, band: Band) -> Iterable[Check]:
    if wrong := out_of(band.amount(rule.column), rule.minimum, rule.maximum):
        formula = numbers(band, (rule.column,), f"OR({','.join(wrong)})")
        if rule.when is not None:
            formula = f"AND({holds(band, rule.when)},{formula})"
        yield band.check(rule.column, formula, mark_of(rule))


@checks_of.register
def _(rule: PlausibleRatio, band: Band) -> Iterable[Check]:
    over = f"{band.amount(rule.numerator)}*{plain(rule.scale)}"
    under = band.amount(rule.denominator)
    bounds = ((rule.minimum, "<"), (rule.maximum, ">"))
    wrong = [
        f"ROUND({over}-{plain(bound)}*{under},6){sign}0"
        for bound, sign in bounds
        if bound is not None
    ]
    if wrong:
        columns = (rule.numerator, rule.denominator)
        formula = numbers(band, columns, f"AND({under}>0,OR({','.join(wrong)}))")
        yield band.check(rule.numerator, formula, mark_of(rule))


@checks_of.register
def _(rule: Alarm, band: Band) -> Iterable[Check]:
    yield band.check(rule.met.column, broken(band, rule.met), "alarm")


def mark_of(rule: RuleBase) -> str:
    """How a breach of the rule is shown."""
    return {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(rule.severity, "alarm")
