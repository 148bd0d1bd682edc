"""What there is to tell, by what the warehouse knows: submissions returned, nothing received."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sql.records import SubmissionRecord
from tasks.office import Office
from tasks.revision_due import revision_notices
from tasks.standings import statuses_of
from yuebao.reports.notice import Notice, absent_notice, returned_notice
from yuebao.results import ObligationState, SubmissionState
from yuebao.rules.calendar import due_on, local_date, quarters, reportable_periods
from yuebao.rules.period import Period

_BACK = frozenset({SubmissionState.PARTLY, SubmissionState.RETURNED, SubmissionState.REFUSED})
RECENT = timedelta(days=14)  # what is older has been settled otherwise


def due_notices(office: Office, now: datetime) -> tuple[Notice, ...]:
    """The notices the ledger asks for now; told before or not, their keys tell."""
    periods = (*reportable_periods(office.programme), *quarters(office.programme))
    today = local_date(office.programme, now)
    return tuple(
        told
        for period in periods
        for told in (
            *_returned(office, period, now, today),
            *_absent(office, period, today),
            *revision_notices(office, period, now),
        )
    )


def _returned(office: Office, period: Period, now: datetime, today: date) -> Iterator[Notice]:
    programme = office.programme
    back = [
        record
        for record in _last(office, period)
        if record.state in _BACK and now - record.loaded_at <= RECENT
    ]
    statuses = statuses_of(office, str(period), today) if back else ()
    for record in back:
        own = [status for status in statuses if status.obligation.unit == record.unit]
        refused = record.state is SubmissionState.REFUSED
        if refused or any(status.state is ObligationState.RETURNED for status in own):
            unit = programme.unit(record.unit)
            yield returned_notice(programme, period, unit, record.version, own, refused=refused)


def _absent(office: Office, period: Period, today: date) -> Iterator[Notice]:
    """Tell the data team once, on the first day after the due date it can be told."""
    due = due_on(office.programme, period)
    if not due < today <= due + RECENT:
        return
    heard = {record.unit for record in _last(office, period)}
    statuses = statuses_of(office, str(period), today)
    owing = [s.obligation.unit for s in statuses if s.state is ObligationState.MISSING]
    absent = [unit for unit in dict.fromkeys(owing) if unit not in heard]
    if absent:
        yield absent_notice(office.programme, period, due, absent, nothing=not heard)


def _last(office: Office, period: Period) -> tuple[SubmissionRecord, ...]:
    """Each unit's last submission of the period."""
    records = office.warehouse.submissions(office.programme.id, str(period))
    return tuple({record.unit: record for record in records}.values())
