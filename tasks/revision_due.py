"""What there is to tell of revisions: held, answered, later periods they leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from tasks.office import Office
from tasks.restating import restated_in
from yuebao.reports.notice import Notice
from yuebao.reports.revision_notice import answered_notice, held_notices, restated_notice
from yuebao.rules.period import Period

_RECENT = timedelta(days=14)


def revision_notices(office: Office, period: Period, now: datetime) -> Iterator[Notice]:
    """The notices of the period's revisions; told before or not, their keys tell."""
    warehouse, programme = office.warehouse, office.programme
    held = warehouse.held(programme.id, period)
    for _, group in groupby(held, key=lambda one: (one.unit, one.version)):
        yield from held_notices(programme, list(group))
    for decision in warehouse.answers(programme.id, period):
        if now - decision.decided_at <= _RECENT:
            yield answered_notice(programme, decision)
    yield from _restated(office, period)


def _restated(office: Office, period: Period) -> Iterator[Notice]:
    """One notice for each time an earlier period was accepted anew."""
    since = office.warehouse.restated_at(office.programme.id, period)
    for unit, moment in since.items():
        issues = restated_in(office, unit, str(period))
        forms = list(dict.fromkeys(issue.form for issue in issues))
        if forms:
            occasion = moment.strftime("%Y%m%dT%H%M%S")
            yield restated_notice(office.programme, unit, str(period), forms, occasion)
