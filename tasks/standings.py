"""What the warehouse knows of a period: where each obligation stands, what came before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tasks.office import Office
from yuebao.findings import Issue
from yuebao.programme.models import Unit
from yuebao.results import IndicatorResult, ObligationStatus, SubmissionState
from yuebao.rules.calendar import quarters, reportable_periods
from yuebao.rules.county_total import county_total_issues
from yuebao.rules.obligations import obligation_statuses
from yuebao.rules.period import Period
from yuebao.rules.unit_standing import UnitStanding, unit_standing


def statuses_of(office: Office, period: str, today: date) -> tuple[ObligationStatus, ...]:
    """The status of each obligation of the period on a day, in the order they are owed."""
    standings = office.warehouse.statuses(office.programme.id, period)
    return obligation_statuses(office.programme, Period.parse(period), standings, today)


def county_issues(office: Office, period: Period) -> tuple[Issue, ...]:
    """Where the county's totals differ from figures the plan prints; told to the data team."""
    warehouse, programme = office.warehouse, office.programme
    return county_total_issues(
        programme,
        period,
        warehouse.column_sums(programme.id, period),
        warehouse.reported(programme.id, period),
    )


def results_of(office: Office, period: Period) -> tuple[IndicatorResult, ...]:
    """The period's results; () before it was aggregated."""
    return office.warehouse.results(office.programme.id, [period])


def results_before(office: Office, period: Period) -> tuple[IndicatorResult, ...]:
    """The results of all earlier months of the programme, and of earlier quarters."""
    known = (*reportable_periods(office.programme), *quarters(office.programme))
    earlier = [other for other in known if (other.year, other.month) < (period.year, period.month)]
    return office.warehouse.results(office.programme.id, earlier)


def standings_of(
    office: Office, period: str, units: Iterable[Unit], today: date
) -> tuple[UnitStanding, ...]:
    """Where each of the units stands as a whole, in their order."""
    statuses = statuses_of(office, period, today)
    last = {
        record.unit: record.state
        for record in office.warehouse.submissions(office.programme.id, period)
    }
    return tuple(
        unit_standing(unit.code, statuses, refused=last.get(unit.code) is SubmissionState.REFUSED)
        for unit in units
    )
