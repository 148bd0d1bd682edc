"""One archived file read: as it says, or as refused."""

from __future__ import annotations

from tasks.office import Office
from yuebao.readings import SubmissionReading
from yuebao.workbooks.archive import ArchivedFile, archived_path
from yuebao.workbooks.arrivals import Arrival
from yuebao.workbooks.interpret import refused_reading
from yuebao.workbooks.refusal import Refused


def reading_of(office: Office, file: ArchivedFile, *, unit: str, period: str) -> SubmissionReading:
    """What the file says; of a file that cannot be taken, the one issue saying why."""
    about = {
        "unit": unit,
        "period": period,
        "sha256": file.sha256,
        "file_name": file.name,
    }
    try:
        return office.reader.interpreted(
            file.path, office.programme, arrived_at=file.arrived_at, **about
        )
    except Refused as refused:
        return refused_reading(refused, arrived_at=file.arrived_at, **about)


def archived(office: Office, arrival: Arrival) -> ArchivedFile:
    """The arrival's file in the archive; FileNotFoundError if it is gone."""
    path = archived_path(office.archive, arrival.sha256)
    return ArchivedFile(arrival.sha256, path, arrival.size, arrival.name, arrival.arrived_at)
