"""How a sample file is called and when it arrives, as clerks name and send them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from yuebao.programme.models import Programme, Unit
from yuebao.rules.calendar import due_on, on_time_until
from yuebao.rules.period import Period
from yuebao.samples.draw import chance, pick
from yuebao.samples.profile import SampleProfile

_WORKING_MINUTES = 8 * 60
_DAYS_EARLY = (0, 0, 1, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file's name and the moment it was dropped."""

    name: str
    arrived_at: datetime


def delivery(
    programme: Programme, profile: SampleProfile, unit: Unit, period: Period, seed: int
) -> Delivery:
    """The name and the arrival of a unit's file for a period; the same for the same seed."""
    is_late = str(period) in profile.late.get(unit.name, ())
    arrived_at = arrival(programme, unit, period, seed, is_late=is_late)
    return Delivery(file_name(profile, unit, period, seed), arrived_at)


def file_name(profile: SampleProfile, unit: Unit, period: Period, seed: int) -> str:
    """A name as clerks give it."""
    names = profile.quarter_file_names if period.is_quarter else profile.file_names
    template = pick(names, seed, "file name", unit.code, period)
    return template.format(
        unit=unit.name, month=period.month, year=period.year, quarter=period.chinese[5:]
    )


def arrival(
    programme: Programme, unit: Unit, period: Period, seed: int, *, is_late: bool
) -> datetime:
    """A working hour of one of the days up to the due date, or just after the last day."""
    draw = chance(seed, "arrival", unit.code, period)
    if is_late:
        day = on_time_until(programme, period) + timedelta(days=1 + int(draw * 2))
    else:
        early = pick(_DAYS_EARLY, seed, "days early", unit.code, period)
        day = due_on(programme, period) - timedelta(days=early)
    minutes = int(draw * 97 % 1 * _WORKING_MINUTES)
    zone = ZoneInfo(programme.calendar.timezone)
    return datetime.combine(day, time(9), zone) + timedelta(minutes=minutes)
