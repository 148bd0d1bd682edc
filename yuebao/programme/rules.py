"""The rules a form's figures must obey, one model a kind."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from yuebao.programme.definition import Frozen, Month, Severity, Slug, Text


class Operator(StrEnum):
    EQ = "eq"
    NE = "ne"
    GE = "ge"
    GT = "gt"
    LE = "le"
    LT = "lt"
    FILLED = "filled"
    BLANK = "blank"


class Condition(Frozen):
    """``column op value``; yes_no columns compare with 是 / 否, numbers with numbers."""

    column: Slug
    op: Operator
    value: Annotated[Decimal | str | None, Field(union_mode="left_to_right")] = None


class RuleBase(Frozen):
    """Common to all rules. ``message``/``advice`` replace the catalogue's sentences when given.

    ``rows`` names the row keys the rule holds for; all rows, if empty.
    """

    id: Slug
    severity: Severity = Severity.ERROR
    clause: str = ""
    rows: tuple[Text, ...] = ()
    from_month: Month = 1  # the rule holds from this month of the year on
    message: str = ""
    advice: str = ""


class PartsTotal(RuleBase):
    """total = Σ plus − Σ minus, within tolerance."""

    kind: Literal["parts-total"]
    total: Slug
    plus: tuple[Slug, ...]
    minus: tuple[Slug, ...] = ()
    tolerance: Decimal = Decimal(0)


class AtMost(RuleBase):
    """part ≤ (product of ``of``) × factor; ``factor_by_row`` gives a factor a row key."""

    kind: Literal["at-most"]
    part: Slug
    of: tuple[Slug, ...]
    factor: Decimal = Decimal(1)
    factor_by_row: dict[str, Decimal] = Field(default_factory=dict)
    tolerance: Decimal = Decimal(0)


class Order(RuleBase):
    """A chain: each column ≤ the next one (验收 ≤ 竣工 ≤ 开工 ≤ 任务); dates in order likewise."""

    kind: Literal["order"]
    columns: tuple[Slug, ...]


class TypedRate(RuleBase):
    """The typed rate equals numerator / denominator × 100, within tolerance (percentage points)."""

    kind: Literal["typed-rate"]
    rate: Slug
    numerator: Slug
    denominator: Slug
    tolerance: Decimal = Decimal("0.1")


class Cumulative(RuleBase):
    """cumulative = last accepted cumulative + this month's flow."""

    kind: Literal["cumulative"]
    cumulative: Slug
    flow: Slug
    tolerance: Decimal = Decimal(0)


class When(RuleBase):
    """Where ``when`` holds (always, if absent), ``then`` must hold."""

    kind: Literal["when"]
    when: Condition | None = None
    then: Condition


class Plausible(RuleBase):
    """A value inside its usual range, in the rows where ``when`` holds (all, if absent)."""

    kind: Literal["plausible"]
    severity: Severity = Severity.WARNING
    when: Condition | None = None
    column: Slug
    minimum: Decimal | None = None
    maximum: Decimal | None = None


class PlausibleRatio(RuleBase):
    """numerator × scale / denominator inside its usual range (征缴 a head, for instance)."""

    kind: Literal["plausible-ratio"]
    severity: Severity = Severity.WARNING
    label: Text
    numerator: Slug
    denominator: Slug
    scale: Decimal = Decimal(1)
    minimum: Decimal | None = None
    maximum: Decimal | None = None


class MustList(RuleBase):
    """Each of ``contains`` occurs in some row's column (compared by text, or by village name)."""

    kind: Literal["must-list"]
    column: Slug
    contains: tuple[Text, ...]
    from_month: Month = 1


class NotRepeated(RuleBase):
    """The text is not last period's text over again."""

    kind: Literal["not-repeated"]
    severity: Severity = Severity.WARNING
    column: Slug


class Alarm(RuleBase):
    """A standard of the plan; where it is not met the row is loaded and announced."""

    kind: Literal["alarm"]
    severity: Severity = Severity.NOTICE
    met: Condition
    standard: Text


class CountyTotal(RuleBase):
    """Over all units the column should come to ``equals`` (a figure of the plan).

    Judged when the county's figures are aggregated, and told to the data team, not to one unit.
    """

    kind: Literal["county-total"]
    severity: Severity = Severity.NOTICE
    columns: tuple[Slug, ...]
    equals: Decimal


Rule = Annotated[
    PartsTotal
    | AtMost
    | Order
    | TypedRate
    | Cumulative
    | When
    | Plausible
    | PlausibleRatio
    | MustList
    | NotRepeated
    | Alarm
    | CountyTotal,
    Field(discriminator="kind"),
]
