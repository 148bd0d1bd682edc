"""What waits in the inbox: files that no run has taken yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tasks.looking import look_into_inbox
from tasks.office import Office
from yuebao.one_line import readable_name
from yuebao.rules.health import WaitingFile
from yuebao.workbooks.arrivals import Arrival, read_records
from yuebao.workbooks.inbox import InboxFile
from yuebao.workbooks.intake import moment_of


def waiting_files(office: Office, periods: tuple[str, ...], now: datetime) -> list[WaitingFile]:
    """The files of these periods without a record of their arrival. Raises InboxUnreachable."""
    arrived: dict[tuple[str, str, str], list[Arrival]] = {}
    for arrival in read_records(office.archive).arrivals:
        arrived.setdefault((arrival.unit, arrival.period, arrival.name), []).append(arrival)
    return [found for period in periods for found in _of(office, period, arrived, now)]


def _of(
    office: Office,
    period: str,
    arrived: dict[tuple[str, str, str], list[Arrival]],
    now: datetime,
) -> Iterator[WaitingFile]:
    units = office.programme.reporters
    looks = look_into_inbox(office, units, period, now)
    for unit in units:
        look = looks[unit.code]
        for file in (*look.ready, *look.still_growing):
            known = arrived.get((unit.code, period, readable_name(file.name)), [])
            if not any(_is_same(file, arrival, now) for arrival in known):
                yield WaitingFile(unit.name, period, moment_of(file.changed_at, now))


def _is_same(file: InboxFile, arrival: Arrival, now: datetime) -> bool:
    """Whether the file is as it was taken; one from the future says nothing by its time."""
    is_future = file.modified_at > now.timestamp()
    return arrival.size == file.size and (
        is_future or file.modified_at <= arrival.arrived_at.timestamp() + 1
    )
