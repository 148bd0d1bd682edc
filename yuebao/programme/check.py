"""Whether the plan agrees with itself: everything checked, and what does not add up.

Nothing found here is ever mended: the figures stay as printed, and the doubt is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain, groupby

from yuebao.programme.allocate import ADDED_UP, Targets, allocated_targets
from yuebao.programme.models import (
    AllocationMethod,
    Indicator,
    Programme,
    Quantity,
    Reconciliation,
    TargetKind,
)
from yuebao.results import TargetOrigin


class DoubtKind(StrEnum):
    """What sort of trouble a failed check is."""

    CONTRADICTION = "contradiction"  # the plan's own figures disagree
    MISSING_NUMBER = "missing_number"  # the plan names a task without a figure
    ADJUSTMENT = "adjustment"  # the data team's overrides disagree with the plan


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at, in a Chinese sentence that says the figures either way."""

    id: str
    clause: str
    text: str
    ok: bool
    kind: DoubtKind = DoubtKind.CONTRADICTION


@dataclass(frozen=True, slots=True)
class Doubt:
    """A check that failed."""

    id: str
    clause: str
    text: str
    kind: DoubtKind = DoubtKind.CONTRADICTION


def plan_checks(programme: Programme) -> tuple[Check, ...]:
    """Every check of the plan against itself, in the order of the plan's parts."""
    targets = allocated_targets(programme)
    return tuple(
        chain(
            _reconciliation_checks(programme),
            _balance_checks(programme),
            _nesting_checks(programme, targets),
            _allocation_checks(programme, targets),
            _number_checks(programme, targets),
        )
    )


def plan_doubts(programme: Programme) -> tuple[Doubt, ...]:
    """The checks that failed; empty where the plan adds up and leaves no figure out."""
    return tuple(
        Doubt(check.id, check.clause, check.text, check.kind)
        for check in plan_checks(programme)
        if not check.ok
    )


def _reconciliation_checks(programme: Programme) -> Iterator[Check]:
    """Printed totals against their parts; figures of the same things make one sentence."""
    for _, group in groupby(programme.reconciliations, key=_subject):
        yield _reconciliation_check(tuple(group))


def _subject(one: Reconciliation) -> tuple[str, ...]:
    return (one.clause, *(part.label for part in one.parts))


def _reconciliation_check(group: tuple[Reconciliation, ...]) -> Check:
    first = group[0]
    sums = [sum((part.value for part in one.parts), Decimal(0)) for one in group]
    gaps = [one.total.value - total for one, total in zip(group, sums, strict=True)]
    units = [one.total.unit for one in group]
    parts = "、".join(
        f"{part.label} {_amounts(tuple(one.parts[at] for one in group))}"
        for at, part in enumerate(first.parts)
    )
    labels = "、".join(dict.fromkeys(one.total.label for one in group))
    printed = f"{labels}合计 {_amounts(tuple(one.total for one in group))}"
    text = f"方案 {first.clause} 载明{printed}；分项为{parts}，相加为 {_joined(sums, units)}"
    if any(gaps):
        text += f"，与合计相差 {_joined([abs(gap) for gap in gaps], units)}。"
    else:
        text += "，相符。"
    return Check(f"parts-{first.id}", first.clause, text, ok=not any(gaps))


def _balance_checks(programme: Programme) -> Iterator[Check]:
    for one in programme.indicators:
        if one.balance is None:
            continue
        net = programme.indicator(one.balance.net)
        level, change = one.target.value, net.target.value
        if level is None or change is None:
            continue
        total = one.balance.base + change
        text = (
            f"{one.id} {one.name}：年初 {_plain(one.balance.base)} + {net.name} {_plain(change)}"
            f" = {_plain(total)}，目标 {_plain(level)}{one.unit}，"
            + _verdict(total - level, one.unit)
        )
        yield Check(f"balance-{one.id}", one.clause, text, ok=total == level)


def _nesting_checks(programme: Programme, targets: Targets) -> Iterator[Check]:
    """The part's target never exceeds the whole's, neither the county's nor any township's."""
    for one in programme.indicators:
        for name in one.nested_in:
            outer = programme.indicator(name)
            part, whole = one.target.value, outer.target.value
            if part is None or whole is None:
                continue
            excess = _exceeding_townships(programme, one, outer, targets)
            text = (
                f"{one.id} {one.name} {_plain(part)}{one.unit} 应包含在"
                f" {outer.id} {outer.name} {_plain(whole)}{outer.unit} 之内，"
            )
            if part > whole:
                text += f"却多出 {_plain(part - whole)}{one.unit}。"
            elif excess:
                text += f"分到乡镇后 {'、'.join(excess)} 的分项却大于总数。"
            else:
                text += "相符。"
            ok = part <= whole and not excess
            is_adjusted = bool(excess) and part <= whole
            kind = DoubtKind.ADJUSTMENT if is_adjusted else DoubtKind.CONTRADICTION
            yield Check(f"nested-{one.id}-{outer.id}", one.clause, text, ok, kind)


def _exceeding_townships(
    programme: Programme, part: Indicator, whole: Indicator, targets: Targets
) -> list[str]:
    found = []
    for unit in programme.townships:
        inner, outer = targets.get((part.id, unit.code)), targets.get((whole.id, unit.code))
        if inner is not None and outer is not None and inner.value > outer.value:
            found.append(unit.name)
    return found


def _allocation_checks(programme: Programme, targets: Targets) -> Iterator[Check]:
    """What is given out to the townships comes to the county's figure."""
    for one in programme.indicators:
        county = one.target.value
        shares = [
            targets[one.id, unit.code]
            for unit in programme.townships
            if (one.id, unit.code) in targets
        ]
        is_split = one.allocation.method in (
            AllocationMethod.PRINTED,
            AllocationMethod.BY_VILLAGES,
        )
        if county is None or not shares or not is_split or one.rollup not in ADDED_UP:
            continue
        total = sum((share.value for share in shares), Decimal(0))
        adjusted = sum(share.origin is TargetOrigin.OVERRIDE for share in shares)
        text = (
            f"{one.id} {one.name}：分到 {len(shares)} 个乡镇合计 {_plain(total)}{one.unit}"
            + (f"（其中人工调整 {adjusted} 个）" if adjusted else "")
            + f"，全县 {_plain(county)}{one.unit}，{_verdict(total - county, one.unit)}"
        )
        kind = DoubtKind.ADJUSTMENT if adjusted else DoubtKind.CONTRADICTION
        yield Check(f"allocated-{one.id}", one.clause, text, total == county, kind)


def _number_checks(programme: Programme, targets: Targets) -> Iterator[Check]:
    """Targets the plan leaves without a figure."""
    for one in programme.indicators:
        kind = one.target.kind
        if kind not in (TargetKind.ALLOCATED, TargetKind.TRACKED):
            continue
        entered = targets.get((one.id, programme.county))
        text = f"{one.id} {one.name}：{_why_no_number(kind)}"
        if entered is not None:
            text += f"已由人工调整录入，合计 {_plain(entered.value)}{one.unit}。"
        else:
            text += "只跟踪，不评价进度。"
        ok = entered is not None
        yield Check(f"number-{one.id}", one.clause, text, ok, DoubtKind.MISSING_NUMBER)


def _why_no_number(kind: TargetKind) -> str:
    if kind is TargetKind.ALLOCATED:
        return "任务数由附件分解到乡镇，公开文本中附件的表格缺失；"
    return "方案没有给出任务数；"


def _verdict(gap: Decimal, unit: str) -> str:
    if gap == 0:
        return "相符。"
    return f"{'多' if gap > 0 else '少'} {_plain(abs(gap))}{unit}。"


def _amounts(quantities: tuple[Quantity, ...]) -> str:
    return _joined([one.value for one in quantities], [one.unit for one in quantities])


def _joined(values: list[Decimal], units: list[str]) -> str:
    return "".join(f"{_plain(value)}{unit}" for value, unit in zip(values, units, strict=True))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
