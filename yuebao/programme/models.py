"""What a programme is: units, calendar, indicators, forms and their rules, as frozen models.

A programme is one folder under ``targets/``. The models forbid unknown keys, so a mistyped key is
an error, never a silent default. Numbers are Decimal; ids and codes are text.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Month = Annotated[int, Field(ge=1, le=12)]


class Frozen(BaseModel):
    """Base of every definition: immutable, and closed against unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Severity(StrEnum):
    """What a finding does to a form: an error returns it, a warning needs an explanation."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


# --- who ------------------------------------------------------------------------------------


class UnitLevel(StrEnum):
    COUNTY = "county"
    TOWNSHIP = "township"
    BUREAU = "bureau"
    VILLAGE = "village"


class Unit(Frozen):
    """An organisation that reports or is reported on; ``code`` is the official statistical code."""

    code: Text
    name: Text
    short_name: Text
    level: UnitLevel
    parent: str = ""
    aliases: tuple[Text, ...] = ()


# --- when -----------------------------------------------------------------------------------


class Calendar(Frozen):
    """When reports are due. Days are working days where the name says so; times are local."""

    timezone: Text
    first_month: Text
    last_month: Text
    month_due_day: Annotated[int, Field(ge=1, le=28)]
    quarter_due_on: dict[str, date]
    window_opens_day: Annotated[int, Field(ge=1, le=28)]
    grace_working_days: Annotated[int, Field(ge=0)]
    cut_off_working_days: Annotated[int, Field(ge=0)]
    remind_working_days_before: tuple[int, ...] = ()
    remind_working_days_after: tuple[int, ...] = ()
    holidays: tuple[date, ...] = ()
    extra_workdays: tuple[date, ...] = ()


# --- the plan -------------------------------------------------------------------------------


class Work(Frozen):
    """One of the plan's key works, e.g. number 6, clause 二(六)."""

    number: Annotated[int, Field(ge=1)]
    clause: Text
    title: Text


class Item(Frozen):
    """A clause of the plan with the people and units that answer for it."""

    id: Text
    work: int
    clause: Text
    title: Text
    leaders: tuple[Text, ...]
    lead_units: tuple[Text, ...]
    responsible_units: tuple[Text, ...] = ()


class Quantity(Frozen):
    """A figure the plan prints, e.g. 340 户."""

    label: Text
    value: Decimal
    unit: Text


class Reconciliation(Frozen):
    """A total the plan prints beside its parts; reported where they differ, never mended."""

    id: Slug
    clause: Text
    total: Quantity
    parts: tuple[Quantity, ...]


class Document(Frozen):
    title: Text
    issuer: Text
    issued_on: date
    reference: str = ""


class Colours(Frozen):
    """Value over expected-by-now from which a result is green, and from which amber; red below."""

    green_from: Share
    amber_from: Share


# --- forms ----------------------------------------------------------------------------------


class Frequency(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class RowsKind(StrEnum):
    """What a table has a row for."""

    UNIT = "unit"  # the reporting unit itself: exactly one row
    VILLAGES = "villages"  # each village of the unit, exactly once
    LISTED = "listed"  # each of ``keys``, exactly once
    ITEMS = "items"  # each plan item the unit leads, exactly once
    OPEN = "open"  # as many as there are, told apart by ``key_columns``


class ColumnType(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"  # 98 stands for 98 %
    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"  # 是 / 否, read as bool
    DATE = "date"
    VILLAGE = "village"  # one of the unit's villages, read as its code
    TOWNSHIP = "township"  # one of the county's townships (or the county), read as its code


NUMERIC_TYPES = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.PERCENT})


class Measure(StrEnum):
    """How a column moves from one period to the next."""

    FLOW = "flow"  # this period's alone
    CUMULATIVE = "cumulative"  # since 1 January; never falls without an explanation
    STOCK = "stock"  # the state at the cut-off
    CONSTANT = "constant"  # the same all year
    ATTRIBUTE = "attribute"  # describes the row; not a measurement


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


class Column(Frozen):
    """One column of a table. Its identity in a workbook is the whole path of its header cells.

    ``unit`` is the unit of measure printed in brackets behind the last header label.
    ``prefilled`` columns are written by us, locked and ignored when read.
    """

    id: Slug
    path: tuple[Text, ...]
    type: ColumnType
    measure: Measure = Measure.ATTRIBUTE
    unit: str = ""
    required: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[Text, ...] = ()
    aliases: tuple[tuple[Text, ...], ...] = ()
    prefilled: bool = False
    magnitude: bool = False  # compare with last month and the other units for slips of unit
    prompt: str = ""

    @property
    def is_number(self) -> bool:
        return self.type in NUMERIC_TYPES


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
    factor_by_row: dict[str, Decimal] = {}
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


class RowKey(Frozen):
    """A row of a LISTED table: its id, the label printed in the form, other wordings of it."""

    id: Text
    label: Text
    aliases: tuple[Text, ...] = ()


class Table(Frozen):
    """A block of rows under one header. A form has one, or a second one for the unit as a whole.

    ``label`` is the header path of the column that names the row (村(社区), 类型, 指标 …); OPEN
    tables have none, their ``key_columns`` name the row.
    """

    id: Slug
    title: str = ""
    rows: RowsKind
    label: tuple[Text, ...] = ()
    label_aliases: tuple[tuple[Text, ...], ...] = ()
    keys: tuple[RowKey, ...] = ()
    key_columns: tuple[Slug, ...] = ()
    columns: tuple[Column, ...]
    total_row: bool = False
    blank_rows: int = 15
    rules: tuple[Rule, ...] = ()

    def column(self, column_id: str) -> Column:
        """The column of that id; KeyError if there is none."""
        for column in self.columns:
            if column.id == column_id:
                return column
        raise KeyError(column_id)


class Form(Frozen):
    """A form: who files it how often, and its tables.

    ``filed_by`` holds unit levels (``township``, ``bureau``) or unit names; ``not_applicable``
    names units of those that owe nothing (they may still file).
    """

    id: Text
    title: Text
    clause: Text
    frequency: Frequency
    filed_by: tuple[Text, ...]
    not_applicable: tuple[Text, ...] = ()
    annex: int | None = None
    zero_report: bool = False  # may be filed as 零报告: an explicit "nothing this period"
    tables: tuple[Table, ...]
    notes: tuple[Text, ...] = ()

    def table(self, table_id: str) -> Table:
        """The table of that id; KeyError if there is none."""
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)


class CrossSide(Frozen):
    form: Text
    table: Slug
    columns: tuple[Slug, ...]
    rows: tuple[Text, ...] = ()


class CrossCheck(Frozen):
    """The same fact in two forms of one unit and period: left op right, both summed over rows."""

    id: Slug
    severity: Severity = Severity.ERROR
    clause: str = ""
    label: Text
    left: CrossSide
    op: Literal["eq", "le"]
    right: CrossSide
    tolerance: Decimal = Decimal(0)
    message: str = ""
    advice: str = ""


# --- indicators -----------------------------------------------------------------------------


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
    steps: dict[Month, Share] = {}


class AllocationMethod(StrEnum):
    COUNTY_ONLY = "county_only"  # not given out
    PRINTED = "printed"  # as the plan prints it; units not named get 0
    BY_VILLAGES = "by_villages"  # in proportion to villages, largest remainders, sums exactly
    SAME = "same"  # each unit is held to the county's figure (rates, zero targets)


class Allocation(Frozen):
    method: AllocationMethod
    values: dict[str, Decimal] = {}  # PRINTED: by unit name


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


class _Register:
    """Look-ups over units; of two units of one code the first counts."""

    def __init__(self, units: tuple[Unit, ...]) -> None:
        self.units = units
        self.by_code = {unit.code: unit for unit in reversed(units)}
        grouped: dict[str, list[Unit]] = {}
        for unit in units:
            if unit.level is UnitLevel.VILLAGE:
                grouped.setdefault(unit.parent, []).append(unit)
        self.villages = {parent: tuple(villages) for parent, villages in grouped.items()}


# --- the whole ------------------------------------------------------------------------------


class Programme(Frozen):
    """Everything one folder under targets/ says; ``version`` is a hash of it."""

    id: Text
    title: Text
    county: Text  # unit code
    year: int
    report_to: Text
    document: Document
    colours: Colours
    units: tuple[Unit, ...]
    calendar: Calendar
    works: tuple[Work, ...]
    items: tuple[Item, ...]
    indicators: tuple[Indicator, ...]
    forms: tuple[Form, ...]
    crosschecks: tuple[CrossCheck, ...] = ()
    reconciliations: tuple[Reconciliation, ...] = ()
    overrides: tuple[AllocationOverride, ...] = ()
    version: Text

    def form(self, form_id: str) -> Form:
        """The form of that id; KeyError if there is none."""
        for form in self.forms:
            if form.id == form_id:
                return form
        raise KeyError(form_id)

    def indicator(self, indicator_id: str) -> Indicator:
        """The indicator of that id; KeyError if there is none."""
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise KeyError(indicator_id)

    def unit(self, code: str) -> Unit:
        """The unit of that code; KeyError if there is none."""
        return self._register.by_code[code]

    def unit_named(self, name: str) -> Unit:
        """The unit of that name, short name or alias; KeyError if there is none.

        Villages may share a short name across townships; reporting units come first.
        """
        for unit in self.units:
            if name in (unit.name, unit.short_name, unit.code, *unit.aliases):
                return unit
        raise KeyError(name)

    def villages(self, township: str) -> tuple[Unit, ...]:
        """The villages of a township (by code), in register order; () for other units."""
        return self._register.villages.get(township, ())

    @property
    def _register(self) -> _Register:
        """The units by code and place; a copy with other units gets its own."""
        if self._looked_up.units is not self.units:
            return _Register(self.units)
        return self._looked_up

    @cached_property
    def _looked_up(self) -> _Register:
        return _Register(self.units)

    @property
    def townships(self) -> tuple[Unit, ...]:
        return tuple(u for u in self.units if u.level is UnitLevel.TOWNSHIP)

    @property
    def reporters(self) -> tuple[Unit, ...]:
        """The units that file forms: townships, then bureaus, in register order."""
        return self.townships + tuple(u for u in self.units if u.level is UnitLevel.BUREAU)
