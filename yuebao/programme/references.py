"""Whether everything a definition names exists and fits: the cross references of a programme."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import PurePosixPath

from yuebao.programme.draft import Draft, Located
from yuebao.programme.form_references import crosscheck_faults, form_faults
from yuebao.programme.indicator_references import indicator_faults
from yuebao.programme.models import Form, Indicator, Item, Reconciliation, Unit, UnitLevel
from yuebao.programme.register import Register, clause_faults, repeated, unit_faults
from yuebao.programme.sources import Fault
from yuebao.rules.period import Period, PeriodError

PARENT_LEVEL = {
    UnitLevel.TOWNSHIP: UnitLevel.COUNTY,
    UnitLevel.BUREAU: UnitLevel.COUNTY,
    UnitLevel.VILLAGE: UnitLevel.TOWNSHIP,
}


def definition_faults(draft: Draft) -> tuple[Fault, ...]:
    """Every reference that leads nowhere or to the wrong kind of thing."""
    register = Register(draft)
    return tuple(
        chain(
            _stem_faults(draft),
            _repeated_ids(draft),
            _heading_faults(register),
            _calendar_faults(draft),
            _unit_faults(register),
            *(_item_faults(register, item) for item in draft.items),
            *(form_faults(register, form) for form in draft.forms),
            *(crosscheck_faults(register, check) for check in draft.crosschecks),
            *(indicator_faults(register, indicator) for indicator in draft.indicators),
            *(_reconciliation_faults(register, one) for one in draft.reconciliations),
            _override_faults(register),
        )
    )


def _stem_faults(draft: Draft) -> Iterator[Fault]:
    named: tuple[Located[Form | Indicator], ...] = (*draft.forms, *draft.indicators)
    for located in named:
        stem = PurePosixPath(located.source.path).stem
        if located.value.id != stem:
            text = f"id 是“{located.value.id}”，应与文件名“{stem}”相同"
            yield located.fault(text, "id")


def _repeated_ids(draft: Draft) -> Iterator[Fault]:
    groups: tuple[tuple[Located[object], ...], ...] = (
        draft.forms, draft.indicators, draft.items, draft.crosschecks, draft.reconciliations
    )  # fmt: skip
    for group in groups:
        ids = [str(getattr(located.value, "id", "")) for located in group]
        for at, name in repeated(ids):
            yield group[at].fault(f"id“{name}”重复", "id")


def _heading_faults(register: Register) -> Iterator[Fault]:
    heading = register.draft.heading
    if heading is None:
        return
    for at, number in repeated(str(work.number) for work in heading.value.works):
        yield heading.fault(f"第 {number} 项重点工作重复", "works", at, "number")
    if not register.is_complete("units.csv"):
        return
    counties = [unit.code for unit in register.units if unit.level is UnitLevel.COUNTY]
    if counties != [heading.value.county]:
        found = "、".join(counties) or "无"
        yield heading.fault(
            f"units.csv 中应只有一个县，即 {heading.value.county}；现有：{found}", "county"
        )


def _calendar_faults(draft: Draft) -> Iterator[Fault]:
    calendar = draft.calendar
    if calendar is None:
        return
    months = []
    for name in ("first_month", "last_month"):
        try:
            months.append(Period.parse(getattr(calendar.value, name)))
        except PeriodError as error:
            yield calendar.fault(str(error), name)
    if any(month.is_quarter for month in months) or any(b < a for a, b in pairwise(months)):
        yield calendar.fault("first_month 与 last_month 应为先后两个月份", "first_month")
    for text in calendar.value.quarter_due_on:
        if not _is_quarter(text):
            yield calendar.fault(f"“{text}”不是季度，请写成 2023-Q2", "quarter_due_on", text)


def _is_quarter(text: str) -> bool:
    try:
        return Period.parse(text).is_quarter
    except PeriodError:
        return False


def _unit_faults(register: Register) -> Iterator[Fault]:
    units = register.draft.units
    by_code = {unit.value.code: unit.value for unit in units}
    for at, code in repeated(unit.value.code for unit in units):
        yield units[at].fault(f"单位代码 {code} 重复")
    for located in units:
        yield from _parent_faults(register, located, by_code.get(located.value.parent))
    yield from _name_faults(register)


def _parent_faults(
    register: Register, located: Located[Unit], parent: Unit | None
) -> Iterator[Fault]:
    level = PARENT_LEVEL.get(located.value.level)
    if level is None or not register.is_complete("units.csv"):
        return
    if parent is None or parent.level is not level:
        name, code = located.value.name, located.value.parent
        yield located.fault(f"“{name}”的上级代码“{code}”不是 {level.value} 一级的单位")


def _name_faults(register: Register) -> Iterator[Fault]:
    """Reporting units must be told apart by every name; villages by name within their township."""
    taken: dict[tuple[str, str], str] = {}
    for located in register.draft.units:
        unit = located.value
        is_village = unit.level is UnitLevel.VILLAGE
        names = {unit.name} if is_village else {unit.name, unit.short_name, *unit.aliases}
        scope = unit.parent if is_village else ""
        for name in sorted(names):
            if taken.setdefault((scope, name), unit.code) != unit.code:
                yield located.fault(f"名称“{name}”与 {taken[scope, name]} 相同，无法区分")


def _item_faults(register: Register, item: Located[Item]) -> Iterator[Fault]:
    one = item.value
    yield from unit_faults(register, item, one.lead_units, (UnitLevel.BUREAU,), "lead_units")
    if not register.is_complete("programme.yml"):
        return
    if one.work not in register.works:
        yield item.fault(f"programme.yml 中没有第 {one.work} 项重点工作", "work")
    elif not one.clause.startswith(register.works[one.work]):
        text = f"条款“{one.clause}”不在第 {one.work} 项重点工作“{register.works[one.work]}”之下"
        yield item.fault(text, "clause")


def _reconciliation_faults(register: Register, located: Located[Reconciliation]) -> Iterator[Fault]:
    one = located.value
    yield from clause_faults(register, located, one.clause, "clause")
    if not one.parts:
        yield located.fault("没有写分项 parts", "parts")
    for at, part in enumerate(one.parts):
        if part.unit != one.total.unit:
            text = f"分项的单位“{part.unit}”与合计的单位“{one.total.unit}”不同"
            yield located.fault(text, "parts", at, "unit")


def _override_faults(register: Register) -> Iterator[Fault]:
    overrides = register.draft.overrides
    townships = {unit.name for unit in register.units if unit.level is UnitLevel.TOWNSHIP}
    for located in overrides:
        one = located.value
        if one.indicator not in register.indicators and register.is_complete(
            f"indicators/{one.indicator}.yml"
        ):
            yield located.fault(f"没有指标“{one.indicator}”")
        if one.unit not in townships and register.is_complete("units.csv"):
            yield located.fault(f"units.csv 中没有名为“{one.unit}”的乡镇")
    for at, _ in repeated(f"{one.value.indicator}|{one.value.unit}" for one in overrides):
        one = overrides[at].value
        yield overrides[at].fault(f"{one.unit}的 {one.indicator} 已在前面调整过")
