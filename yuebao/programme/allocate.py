"""The county's targets given out to its townships: as printed, by rule, as the data team says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TypeAlias

from yuebao.programme.models import (
    AllocationMethod,
    ColumnType,
    Indicator,
    Programme,
    Rollup,
    TargetKind,
)
from yuebao.results import TargetOrigin

WHOLE = Decimal(1)
CENT = Decimal("0.01")
ADDED_UP = frozenset({Rollup.SUM, Rollup.NET, Rollup.LAST, Rollup.COUNT_ROWS})


@dataclass(frozen=True, slots=True)
class AllocatedTarget:
    """What one unit is held to, and on whose word."""

    value: Decimal
    origin: TargetOrigin


Targets: TypeAlias = dict[tuple[str, str], AllocatedTarget]


def allocated_targets(programme: Programme) -> Targets:
    """Every target by (indicator, unit code), the county's included; absent where there is none.

    A county target left to an annex (ALLOCATED) is the townships' sum once all of them are
    entered as overrides.
    """
    targets: Targets = {}
    for indicator in programme.indicators:
        overrides = _overrides(programme, indicator)
        shares = {**township_shares(programme, indicator), **overrides}
        targets.update({(indicator.id, code): share for code, share in shares.items()})
        county = _county_target(programme, indicator, overrides)
        if county is not None:
            targets[indicator.id, programme.county] = county
    return targets


def township_shares(programme: Programme, indicator: Indicator) -> dict[str, AllocatedTarget]:
    """The townships' targets by unit code before anybody overrides them; {} if none are given."""
    value, allocation = indicator.target.value, indicator.allocation
    codes = [unit.code for unit in programme.townships]
    if allocation.method is AllocationMethod.PRINTED:
        printed = {unit.code: allocation.values.get(unit.name) for unit in programme.townships}
        return {
            code: AllocatedTarget(printed[code] or Decimal(0), TargetOrigin.PLAN) for code in codes
        }
    if value is None or allocation.method is AllocationMethod.COUNTY_ONLY:
        return {}
    if allocation.method is AllocationMethod.SAME:
        return {code: AllocatedTarget(value, TargetOrigin.RULE) for code in codes}
    weights = {code: len(programme.villages(code)) for code in codes}
    shares = largest_remainders(value, weights, quantum=quantum(programme, indicator))
    return {code: AllocatedTarget(share, TargetOrigin.RULE) for code, share in shares.items()}


def largest_remainders(
    total: Decimal, weights: Mapping[str, int], *, quantum: Decimal
) -> dict[str, Decimal]:
    """``total`` in multiples of ``quantum`` in proportion to the weights, summing to it exactly.

    What rounding down leaves goes to the largest remainders, on a tie to the earlier name. Without
    any weight, nothing is given out. A total finer than the quantum keeps its own fineness.
    """
    whole = sum(weights.values())
    if whole == 0:
        return {}
    step = quantum if total % quantum == 0 else _own_quantum(total)
    exact = {name: total * weight / whole for name, weight in weights.items()}
    shares = {
        name: (share / step).to_integral_value(ROUND_FLOOR) * step for name, share in exact.items()
    }
    left = int((total - sum(shares.values(), Decimal(0))) / step)
    neediest = sorted(exact, key=lambda name: shares[name] - exact[name])
    for name in neediest[:left]:
        shares[name] += step
    return shares


def quantum(programme: Programme, indicator: Indicator) -> Decimal:
    """1 for what is counted, 0.01 for what is measured: as the columns behind it say."""
    term = indicator.numerator
    table = programme.form(term.form).table(term.table)
    types = {table.column(column).type for column in term.columns}
    return WHOLE if types <= {ColumnType.INTEGER} else CENT


def _own_quantum(value: Decimal) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else CENT


def _overrides(programme: Programme, indicator: Indicator) -> dict[str, AllocatedTarget]:
    return {
        programme.unit_named(one.unit).code: AllocatedTarget(one.value, TargetOrigin.OVERRIDE)
        for one in programme.overrides
        if one.indicator == indicator.id
    }


def _county_target(
    programme: Programme, indicator: Indicator, overrides: Mapping[str, AllocatedTarget]
) -> AllocatedTarget | None:
    if indicator.target.value is not None:
        return AllocatedTarget(indicator.target.value, TargetOrigin.PLAN)
    is_left_to_annex = indicator.target.kind is TargetKind.ALLOCATED
    is_entered = len(overrides) == len(programme.townships) > 0
    if not (is_left_to_annex and is_entered and indicator.rollup in ADDED_UP):
        return None
    total = sum((one.value for one in overrides.values()), Decimal(0))
    return AllocatedTarget(total, TargetOrigin.OVERRIDE)
