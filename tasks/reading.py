"""One archived file read: as it says, or as refused."""

from __future__ import annotations

from tasks.office import Office
from yuebao.readings import SubmissionReading
from yuebao.workbooks.archive import ArchivedFile, archived_path
from yuebao.workbooks.arrivals import Arrival
from yuebao.workbooks.interpret import interpret, refused_reading
from yuebao.workbooks.refusal import Refused


def reading_of(office: Office, file: ArchivedFile, *, unit: str, period: str) -> SubmissionReading:
    """What the file says; of a file that cannot be taken, the one issue saying why."""
    try:
        raw = office.reader.read(file.path)
    except Refused as refused:
        return refused_reading(
            refused,
            unit=unit,
            period=period,
            sha256=file.sha256,
            file_name=file.name,
            arrived_at=file.arrived_at,
        )
    return interpret(
        raw,
        office.programme,
        unit=unit,
        period=period,
        sha256=file.sha256,
        file_name=file.name,
        arrived_at=file.arrived_at,
    )


def archived(office: Office, arrival: Arrival) -> ArchivedFile:
    """The arrival's file in the archive; FileNotFoundError if it is gone."""
    path = archived_path(office.archive, arrival.sha256)
    return ArchivedFile(arrival.sha256, path, arrival.size, arrival.name, arrival.arrived_at)
