"""Where every obligation of a period stands, from the warehouse."""

from __future__ import annotations

from datetime import date

from tasks.office import Office
from yuebao.results import ObligationStatus
from yuebao.rules.obligations import obligation_statuses
from yuebao.rules.period import Period


def statuses_of(office: Office, period: str, today: date) -> tuple[ObligationStatus, ...]:
    """The status of each obligation of the period on a day, in the order they are owed."""
    standings = office.warehouse.standings(office.programme.id, period)
    return obligation_statuses(office.programme, Period.parse(period), standings, today)
