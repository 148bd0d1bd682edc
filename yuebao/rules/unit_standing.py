"""Where a unit as a whole stands for a period, in the words people see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from yuebao.results import ObligationState, ObligationStatus

_OUTSTANDING = frozenset({ObligationState.MISSING, ObligationState.PENDING})


UNREACHABLE = "收件箱连不上"  # in what is told of a fault: it is the share, not the system


class Standing(StrEnum):
    """The one word for a unit, gravest first."""

    FAULT = "系统故障"
    REFUSED = "无法读取"
    RETURNED = "退回"
    MISSING = "未报"
    PARTLY = "缺表"
    HELD = "待批准"
    PENDING = "待报"
    LOADED = "已入库"
    EXEMPT = "无须报送"  # owes nothing for the period, and is not counted


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """A unit's word and its details; ``forms`` names the forms the word is about."""

    unit: str
    standing: Standing
    errors: int = 0
    warnings: int = 0
    forms: tuple[str, ...] = ()
    detail: str = ""

    @property
    def words(self) -> str:
        """As shown on a run: 已入库, 退回 3 处错误, 缺 2 张表, 待批准 1 张表, 未报 …"""
        if self.standing is Standing.FAULT and UNREACHABLE in self.detail:
            return UNREACHABLE
        if self.standing is Standing.RETURNED:
            return _returned(self.errors, self.warnings)
        if self.standing is Standing.PARTLY:
            return f"缺 {len(self.forms)} 张表"
        if self.standing is Standing.HELD:
            return f"待批准 {len(self.forms)} 张表"
        return str(self.standing)


def unit_standing(
    unit: str, statuses: Iterable[ObligationStatus], *, refused: bool = False
) -> UnitStanding:
    """The standing of one unit from all its obligations of a period.

    ``refused`` says that the last file it handed in could not be taken at all.
    """
    owed = [
        status
        for status in statuses
        if status.obligation.unit == unit and status.state is not ObligationState.NOT_APPLICABLE
    ]
    if not owed:
        return UnitStanding(unit, Standing.EXEMPT)
    returned = [status for status in owed if status.state is ObligationState.RETURNED]
    if returned:
        return UnitStanding(
            unit,
            Standing.RETURNED,
            errors=sum(status.errors for status in returned),
            warnings=sum(status.warnings for status in returned),
            forms=_forms(returned),
        )
    return _nothing_returned(unit, owed, refused=refused)


def _nothing_returned(unit: str, owed: list[ObligationStatus], *, refused: bool) -> UnitStanding:
    open_ones = [status for status in owed if status.state in _OUTSTANDING]
    held = [status for status in owed if status.held]
    if not open_ones:
        return UnitStanding(unit, Standing.HELD if held else Standing.LOADED, forms=_forms(held))
    if refused:
        return UnitStanding(unit, Standing.REFUSED, forms=_forms(open_ones))
    if len(open_ones) < len(owed):
        return UnitStanding(unit, Standing.PARTLY, forms=_forms(open_ones))
    late = any(status.state is ObligationState.MISSING for status in open_ones)
    word = Standing.MISSING if late else Standing.PENDING
    return UnitStanding(unit, word, forms=_forms(open_ones))


def _returned(errors: int, warnings: int) -> str:
    parts = [f"{errors} 处错误" if errors else "", f"{warnings} 处待说明" if warnings else ""]
    return "退回 " + "、".join(part for part in parts if part)


def _forms(statuses: Iterable[ObligationStatus]) -> tuple[str, ...]:
    return tuple(status.obligation.form for status in statuses)


def summary(standings: Iterable[UnitStanding]) -> str:
    """All units in one line: 已入库 18，退回 2，未报 1; who owes nothing is left out."""
    counts: dict[str, int] = {}
    for standing in standings:
        if standing.standing is Standing.EXEMPT:
            continue
        word = standing.words if standing.standing is Standing.FAULT else str(standing.standing)
        counts[word] = counts.get(word, 0) + 1
    order = dict.fromkeys((str(Standing.LOADED), UNREACHABLE, *map(str, Standing)))
    return "，".join(f"{word} {counts[word]}" for word in order if word in counts) or "没有应报单位"
