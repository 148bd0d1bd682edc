"""What the warehouse knows of a period: where each obligation stands, what came before."""

from __future__ import annotations

from datetime import date

from tasks.office import Office
from yuebao.results import IndicatorResult, ObligationStatus
from yuebao.rules.calendar import quarters, reportable_periods
from yuebao.rules.obligations import obligation_statuses
from yuebao.rules.period import Period


def statuses_of(office: Office, period: str, today: date) -> tuple[ObligationStatus, ...]:
    """The status of each obligation of the period on a day, in the order they are owed."""
    standings = office.warehouse.statuses(office.programme.id, period)
    return obligation_statuses(office.programme, Period.parse(period), standings, today)


def results_of(office: Office, period: Period) -> tuple[IndicatorResult, ...]:
    """The period's results; () before it was aggregated."""
    return office.warehouse.results(office.programme.id, [period])


def results_before(office: Office, period: Period) -> tuple[IndicatorResult, ...]:
    """The results of all earlier months of the programme, and of earlier quarters."""
    known = (*reportable_periods(office.programme), *quarters(office.programme))
    earlier = [other for other in known if (other.year, other.month) < (period.year, period.month)]
    return office.warehouse.results(office.programme.id, earlier)
