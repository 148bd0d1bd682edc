"""September of the first programme: two townships missing, figures made up but plausible."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from yuebao.programme.allocate import allocated_targets
from yuebao.programme.check import plan_doubts
from yuebao.programme.models import Indicator, Programme, Unit, UnitLevel
from yuebao.reports.bulletin import Bulletin, build_bulletin
from yuebao.results import Components, FormState, IndicatorResult, ObligationStatus
from yuebao.rules.aggregate import monthly_results, quarterly_results
from yuebao.rules.obligations import FormStanding, obligation_statuses, obligations
from yuebao.rules.period import Period
from yuebao.rules.progress import PER_CENT_ROLLUPS
from yuebao.rules.rollup import concerned_units

SHANGHAI = ZoneInfo("Asia/Shanghai")
MISSING = "蟠猫乡"
RETURNED = "戌街乡"


def figure(indicator: Indicator, unit: Unit, asked: Decimal, month: int) -> tuple[Any, Any]:
    """Numerator and denominator: townships early in the register are ahead of the later ones."""
    speed = Decimal(12 - int(unit.code[-1]) % 7) / 10 if unit.code[-1].isdigit() else Decimal(1)
    if indicator.rollup in PER_CENT_ROLLUPS:
        return (asked * min(speed, Decimal(1))).quantize(Decimal(1)), Decimal(100)
    return (asked * speed * month / 12).quantize(Decimal(1)), None


def month_components(programme: Programme, month: int, absent: set[str]) -> list[Components]:
    targets = allocated_targets(programme)
    found: list[Components] = []
    for indicator in programme.indicators:
        parts: list[Components] = []
        concerned = concerned_units(programme, indicator)
        for unit in concerned:
            known = targets.get((indicator.id, unit.code))
            asked = known.value if known else Decimal(50)
            here = unit.code not in absent
            top, bottom = figure(indicator, unit, asked, month) if here else (None, None)
            parts.append(
                Components(indicator.id, unit.code, f"2023-{month:02d}", top, bottom, 1, int(here))
            )
        townships = {u.code for u in concerned if u.level is UnitLevel.TOWNSHIP}
        found += [part for part in parts if part.unit in townships]
        found.append(county(programme, indicator, month, parts))
    return found


def county(
    programme: Programme, indicator: Indicator, month: int, parts: list[Components]
) -> Components:
    tops = [p.numerator for p in parts if p.numerator is not None]
    bottoms = [p.denominator for p in parts if p.denominator is not None]
    return Components(
        indicator.id,
        programme.county,
        f"2023-{month:02d}",
        sum(tops) if tops else None,
        sum(bottoms) if bottoms else None,
        len(parts),
        len(tops),
    )


@pytest.fixture(scope="session")
def year(programme: Programme) -> list[IndicatorResult]:
    """The months from May to September, the last one without two townships."""
    absent = {programme.unit_named(MISSING).code, programme.unit_named(RETURNED).code}
    found: list[IndicatorResult] = []
    for month in range(5, 10):
        parts = month_components(programme, month, absent if month == 9 else set())
        found += monthly_results(programme, Period(2023, month), parts, found)
    return found


@pytest.fixture(scope="session")
def statuses(programme: Programme) -> tuple[ObligationStatus, ...]:
    """All reported in time but for one township missing, one returned, one late by a day."""
    september = Period(2023, 9)
    standings: list[FormStanding] = []
    for owed in obligations(programme, september):
        name = programme.unit(owed.unit).name
        if name == MISSING:
            continue
        state = FormState.RETURNED if name == RETURNED else FormState.ACCEPTED
        late = name == "安乐乡" and owed.form == "T08"
        moment = datetime(2023, 9, 26 if late else 22, 10, tzinfo=SHANGHAI)
        accepted = moment if state is FormState.ACCEPTED else None
        standings.append(FormStanding(owed.unit, owed.form, state, accepted, moment, 2, 0))
    return obligation_statuses(programme, september, standings, date(2023, 9, 28))


@pytest.fixture(scope="session")
def make_bulletin(
    programme: Programme, year: list[IndicatorResult], statuses: tuple[ObligationStatus, ...]
) -> Callable[..., Bulletin]:
    def build(**changes: Any) -> Bulletin:
        given: dict[str, Any] = {
            "results": [r for r in year if r.period == "2023-09"],
            "previous": [r for r in year if r.period < "2023-09"],
            "statuses": statuses,
            "doubts": plan_doubts(programme),
            "issues": (),
            "generated_at": datetime(2023, 9, 28, 10, tzinfo=SHANGHAI),
        }
        plan = changes.pop("programme", programme)
        period = changes.pop("period", Period(2023, 9))
        return build_bulletin(plan, period, **{**given, **changes})

    return build


@pytest.fixture(scope="session")
def quarter(programme: Programme, year: list[IndicatorResult]) -> tuple[IndicatorResult, ...]:
    return quarterly_results(programme, Period.parse("2023-Q3"), year)
