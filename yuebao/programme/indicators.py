"""Indicators: what feeds them, how they add up, their target, pace and allocation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from yuebao.programme.definition import Frozen, Month, Share, Slug, Text
from yuebao.programme.rules import Condition


class Movement(StrEnum):
    """How an indicator's months make a quarter or a year: flows add, the others take the last."""

    FLOW = "flow"
    CUMULATIVE = "cumulative"
    STOCK = "stock"


class Rollup(StrEnum):
    """How rows and units make one figure."""

    SUM = "sum"
    NET = "net"  # a sum of net changes: may fall and may be negative
    LAST = "last"  # the one value reported
    RATIO = "ratio"  # Σ numerator / Σ denominator × 100
    SHARE_OF_UNITS = (
        "share_of_units"  # rows that meet ``numerator.where`` / registered villages × 100
    )
    SHARE_OF_ROWS = "share_of_rows"  # rows that meet ``numerator.where`` / rows × 100
    COUNT_ROWS = "count_rows"  # rows that meet ``numerator.where``
    COVERAGE = "coverage"  # villages with a value above 0 (or 是) / registered villages × 100
    MINIMUM = "minimum"


class Term(Frozen):
    """Cells of one form: Σ ``columns`` over ``rows`` (all, if empty) where all ``where`` hold."""

    form: Text
    table: Slug
    columns: tuple[Slug, ...] = ()
    rows: tuple[Text, ...] = ()
    where: tuple[Condition, ...] = ()
    filed_by: tuple[Text, ...] = ()  # only what these units filed; all, if empty


class TargetKind(StrEnum):
    AT_LEAST = "at_least"  # ≥
    EQUAL = "equal"  # =
    ABOUT = "about"  # within ± tolerance
    ZERO = "zero"  # = 0, must be said explicitly
    ALLOCATED = "allocated"  # given out to the units by an annex; none for the county in the text
    TRACKED = "tracked"  # watched without a number


class Target(Frozen):
    kind: TargetKind
    value: Decimal | None = None
    tolerance: Decimal | None = None
    base: Decimal | None = None  # the level at the start of the year, where progress counts from it
    due_on: date


class PaceKind(StrEnum):
    LINEAR = "linear"  # month / 12 of the way from base to target
    LEVEL = "level"  # the target holds all year
    STEPS = "steps"  # shares by month, held until the next
    YEAR_END = "year_end"  # only judged in the last month


class Pace(Frozen):
    """What share of the target is expected by the end of a month."""

    kind: PaceKind
    steps: dict[Month, Share] = Field(default_factory=dict)


class AllocationMethod(StrEnum):
    COUNTY_ONLY = "county_only"  # not given out
    PRINTED = "printed"  # as the plan prints it; units not named get 0
    BY_VILLAGES = "by_villages"  # in proportion to villages, largest remainders, sums exactly
    SAME = "same"  # each unit is held to the county's figure (rates, zero targets)


class Allocation(Frozen):
    method: AllocationMethod
    values: dict[str, Decimal] = Field(default_factory=dict)  # PRINTED: by unit name


class Balance(Frozen):
    """base + net = this level: checked on the targets, and on the results."""

    base: Decimal
    net: Text


class Indicator(Frozen):
    """One measurable target of the plan; ``id`` is its line in the plan's list of targets."""

    id: Text
    work: int
    clause: Text
    name: Text
    unit: Text
    grain: Text
    movement: Movement
    rollup: Rollup
    numerator: Term
    denominator: Term | None = None
    target: Target
    pace: Pace
    allocation: Allocation
    nested_in: tuple[Text, ...] = ()
    balance: Balance | None = None
    gross: bool = False  # a gross rate: may pass 100
    lead_units: tuple[Text, ...]
    leaders: tuple[Text, ...]
    note: str = ""


class AllocationOverride(Frozen):
    """A line of the data team's allocations.csv; shown as 人工调整 wherever the target is shown."""

    indicator: Text
    unit: Text
    value: Decimal
    reason: Text
