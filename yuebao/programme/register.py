"""Look-ups over a draft, generous where a file could not be read: one mistake, one fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from yuebao.programme.draft import Draft, Located
from yuebao.programme.models import Form, RowsKind, Table, Unit, UnitLevel
from yuebao.programme.sources import Fault, Step

REPORTING_LEVELS = (UnitLevel.TOWNSHIP, UnitLevel.BUREAU)
LEVEL_WORDS = {
    UnitLevel.COUNTY: "县",
    UnitLevel.TOWNSHIP: "乡镇",
    UnitLevel.BUREAU: "县级部门",
    UnitLevel.VILLAGE: "村（社区）",
}


class Register:
    """What a draft knows of, by name."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    @cached_property
    def forms(self) -> dict[str, Form]:
        return {form.value.id: form.value for form in self.draft.forms}

    @cached_property
    def indicators(self) -> frozenset[str]:
        return frozenset(indicator.value.id for indicator in self.draft.indicators)

    @cached_property
    def items(self) -> frozenset[str]:
        return frozenset(item.value.id for item in self.draft.items)

    @cached_property
    def works(self) -> dict[int, str]:
        """Clause by number of the work."""
        heading = self.draft.heading
        return {work.number: work.clause for work in heading.value.works} if heading else {}

    @cached_property
    def clauses(self) -> frozenset[str]:
        """Every clause of a work or an item."""
        return frozenset(self.works.values()) | {item.value.clause for item in self.draft.items}

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        return tuple(unit.value for unit in self.draft.units)

    def names(self, *levels: UnitLevel) -> frozenset[str]:
        """Official names of the units of these levels."""
        return frozenset(unit.name for unit in self.units if unit.level in levels)

    def is_complete(self, *paths: str) -> bool:
        return not self.draft.incomplete.intersection(paths)

    def form_is_judged(self, form_id: str) -> bool:
        """Whether a reference to the form can be judged: its file is absent or whole."""
        return self.is_complete(f"forms/{form_id}.yml")

    def filers(self, form: Form) -> frozenset[str]:
        """Names of the units that file the form."""
        return frozenset(
            unit.name
            for unit in self.units
            if unit.level in REPORTING_LEVELS
            and (unit.level.value in form.filed_by or unit.name in form.filed_by)
        )


def unit_faults(
    register: Register,
    located: Located[object],
    names: Iterable[str],
    levels: tuple[UnitLevel, ...],
    *address: Step,
) -> Iterator[Fault]:
    """Names that no unit of these levels bears."""
    if not register.is_complete("units.csv"):
        return
    known = register.names(*levels)
    words = "或".join(LEVEL_WORDS[level] for level in levels)
    for at, name in enumerate(names):
        if name not in known:
            yield located.fault(f"units.csv 中没有名为“{name}”的{words}", *address, at)


def clause_faults(
    register: Register, located: Located[object], clause: str, *address: Step
) -> Iterator[Fault]:
    """A clause that reads like one of a work, but is neither a work's nor an item's."""
    if not clause or not register.is_complete("programme.yml", "items.yml"):
        return
    of_a_work = any(clause.startswith(known) for known in register.works.values())
    if of_a_work and clause not in register.clauses:
        yield located.fault(f"方案中没有条款“{clause}”", *address)


def row_faults(
    register: Register,
    located: Located[object],
    table: Table,
    rows: Iterable[str],
    *address: Step,
) -> Iterator[Fault]:
    """Rows the table does not have; only listed tables and tables of items have rows by name."""
    if table.rows is RowsKind.ITEMS and not register.is_complete("items.yml"):
        return
    known = frozenset(key.id for key in table.keys)
    if table.rows is RowsKind.ITEMS:
        known = register.items
    for at, row in enumerate(rows):
        if row not in known:
            yield located.fault(f"表 {table.id} 没有行“{row}”", *address, at)


def repeated(values: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Position and value of everything that occurred before."""
    seen: set[str] = set()
    for at, value in enumerate(values):
        if value in seen:
            yield at, value
        seen.add(value)
