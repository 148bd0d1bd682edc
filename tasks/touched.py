"""Which periods follow from a period's figures."""

from __future__ import annotations

from tasks.office import Office
from yuebao.rules.calendar import quarters
from yuebao.rules.period import Period


def touched_periods(office: Office, period: Period) -> tuple[Period, ...]:
    """The period, the later months with results, and the quarters they end or move."""
    if period.is_quarter:
        return (period,)
    later = [
        Period.parse(text)
        for text in office.warehouse.periods_after(office.programme.id, str(period))
    ]
    months = [period, *(other for other in later if not other.is_quarter)]
    due = set(quarters(office.programme))
    ended = {month.quarter for month in months if month.month == month.quarter.month}
    known = {other for other in later if other.is_quarter}
    return (*months, *sorted((ended | known) & due))
