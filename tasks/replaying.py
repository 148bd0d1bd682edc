"""The warehouse's content over again: from the archive's files, by today's definitions."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from tasks.office import Office
from tasks.reading import archived, reading_of
from tasks.returned_file import not_overtaken
from yuebao.readings import SubmissionReading
from yuebao.results import JudgedSubmission
from yuebao.rules.holding import with_revisions
from yuebao.workbooks.arrivals import Arrival, Taking
from yuebao.workbooks.desk_archive import weighed

_READERS = 4  # threads: the reader's children do the work


def replay(office: Office, taking: Taking) -> int:
    """Read, judge and load what one run took up, as that run did; returns how many were loaded.

    A file that the unit had handed in before, in the same bytes, is left alone again.
    """
    loaded = 0
    for arrivals in taking.rounds:
        fresh = [arrival for arrival in arrivals if not _is_known(office, arrival)]
        readings = _readings(office, fresh)
        judged = office.judge.judge(
            not_overtaken(office, readings),
            accepted=office.warehouse.accepted_before(office.programme, taking.period),
            standing=office.warehouse.accepted_in(office.programme, taking.period),
            targets=office.targets,
        )
        found = [_as_weighed(office, submission) for submission in judged]
        moments = {arrival.unit: _moment(taking, arrival) for arrival in fresh}
        for submission in found:
            office.warehouse.load(office.programme, submission, loaded_at=moments[submission.unit])
        loaded += len(judged)
    return loaded


def _as_weighed(office: Office, judged: JudgedSubmission) -> JudgedSubmission:
    """Held as it was held then: what the data team had before it is not weighed again."""
    revisions = weighed(office.archive, judged.unit, judged.period, judged.sha256)
    return with_revisions(office.programme, judged, revisions) if revisions else judged


def _readings(office: Office, arrivals: Sequence[Arrival]) -> list[SubmissionReading]:
    files = [(arrival, archived(office, arrival)) for arrival in arrivals]
    with ThreadPoolExecutor(_READERS) as threads:
        jobs = [
            threads.submit(reading_of, office, file, unit=arrival.unit, period=arrival.period)
            for arrival, file in files
        ]
        return [job.result() for job in jobs]


def _is_known(office: Office, arrival: Arrival) -> bool:
    return office.warehouse.is_known(
        office.programme.id, arrival.unit, arrival.period, arrival.sha256
    )


def _moment(taking: Taking, arrival: Arrival) -> datetime:
    return taking.taken_at or arrival.arrived_at
