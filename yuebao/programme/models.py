"""A whole programme, and every definition it is made of, from one place to import.

A programme is one folder under ``targets/``. The models forbid unknown keys, so a mistyped key is
an error, never a silent default. Numbers are Decimal; ids and codes are text.
"""

from __future__ import annotations

from functools import cached_property

from yuebao.programme.definition import Frozen, Month, Severity, Share, Slug, Text
from yuebao.programme.forms import (
    NUMERIC_TYPES,
    Column,
    ColumnType,
    CrossCheck,
    CrossSide,
    Form,
    Frequency,
    Measure,
    RowKey,
    RowsKind,
    Table,
)
from yuebao.programme.indicators import (
    Allocation,
    AllocationMethod,
    AllocationOverride,
    Balance,
    Indicator,
    Movement,
    Pace,
    PaceKind,
    Rollup,
    Target,
    TargetKind,
    Term,
)
from yuebao.programme.organisation import Calendar, Unit, UnitLevel
from yuebao.programme.plan import Colours, Document, Item, Quantity, Reconciliation, Work
from yuebao.programme.revising import RevisionLimits, RevisionPolicy
from yuebao.programme.rules import (
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
    RuleBase,
    TypedRate,
    When,
)

__all__ = [
    "Alarm",
    "Allocation",
    "AllocationMethod",
    "AllocationOverride",
    "AtMost",
    "Balance",
    "Calendar",
    "Colours",
    "Column",
    "ColumnType",
    "Condition",
    "CountyTotal",
    "CrossCheck",
    "CrossSide",
    "Cumulative",
    "Document",
    "Form",
    "Frequency",
    "Frozen",
    "Indicator",
    "Item",
    "Measure",
    "Month",
    "Movement",
    "MustList",
    "NUMERIC_TYPES",
    "NotRepeated",
    "Operator",
    "Order",
    "Pace",
    "PaceKind",
    "PartsTotal",
    "Plausible",
    "PlausibleRatio",
    "Programme",
    "Quantity",
    "Reconciliation",
    "RevisionLimits",
    "RevisionPolicy",
    "Rollup",
    "RowKey",
    "RowsKind",
    "Rule",
    "RuleBase",
    "Severity",
    "Share",
    "Slug",
    "Table",
    "Target",
    "TargetKind",
    "Term",
    "Text",
    "TypedRate",
    "Unit",
    "UnitLevel",
    "When",
    "Work",
]


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
    revisions: RevisionPolicy = RevisionPolicy()
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
