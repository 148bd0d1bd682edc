"""Files that were taken into the archive but never came as far as the warehouse."""

from __future__ import annotations

from contextlib import suppress

from tasks.office import Office
from tasks.reading import archived
from yuebao.workbooks.archive import ArchivedFile
from yuebao.workbooks.arrivals import Arrival, arrivals_except


def has_unfinished(office: Office, unit: str, period: str) -> bool:
    """Whether a file of the unit and period was archived and not loaded: a fault was in the way."""
    return bool(_unfinished(office, period, unit))


def unfinished_units(office: Office, period: str) -> frozenset[str]:
    """The units of which a file of the period was archived and not loaded."""
    return frozenset(arrival.unit for arrival in _unfinished(office, period, ""))


def unfinished_files(office: Office, unit: str, period: str) -> tuple[ArchivedFile, ...]:
    """The archived files of a unit and period that were not loaded; one that is lost is not there.

    In order of arrival.
    """
    found = []
    for arrival in _unfinished(office, period, unit):
        with suppress(FileNotFoundError):
            found.append(archived(office, arrival))
    return tuple(found)


def _unfinished(office: Office, period: str, unit: str) -> tuple[Arrival, ...]:
    records = office.warehouse.submissions(office.programme.id, period, unit=unit or None)
    loaded = ((record.unit, record.sha256) for record in records)
    return arrivals_except(office.archive, period, unit, loaded)
