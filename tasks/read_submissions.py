"""Archive and read what a unit handed in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.office import Office
from yuebao.readings import SubmissionReading
from yuebao.workbooks.intake import ArchivedFile, StillGrowing, archive_file, arrival_time
from yuebao.workbooks.interpret import interpret, refused_reading
from yuebao.workbooks.refusal import Refused


@task(
    name="read-submissions",
    task_run_name="读取 {unit_name} {period}",
    retries=2,
    retry_delay_seconds=2,
    cache_policy=NO_CACHE,
)
def read_submissions(
    office: Office,
    unit: str,
    unit_name: str,
    period: str,
    files: tuple[Path, ...],
    now: datetime,
) -> tuple[SubmissionReading, ...]:
    """The unit's new files as readings, in order of arrival; files known already are left out.

    Each file is archived unchanged before anything looks inside it.
    """
    logger = get_run_logger()
    readings: list[SubmissionReading] = []
    seen: set[str] = set()
    for path in files:
        try:
            archived = archive_file(
                path,
                office.archive,
                unit=unit,
                period=period,
                arrived_at=arrival_time(path, now=now),
            )
        except StillGrowing:
            logger.warning("%s: changed while copied, left for the next run: %s", unit, path.name)
            continue
        if archived.sha256 in seen or office.warehouse.is_known(
            office.programme.id, unit, period, archived.sha256
        ):
            continue
        seen.add(archived.sha256)
        readings.append(_read(office, archived, unit=unit, period=period))
    logger.info("%s: %d new of %d files", unit_name, len(readings), len(files))
    return tuple(sorted(readings, key=lambda reading: reading.arrived_at))


def _read(office: Office, file: ArchivedFile, *, unit: str, period: str) -> SubmissionReading:
    facts = {
        "unit": unit,
        "period": period,
        "sha256": file.sha256,
        "file_name": file.name,
        "arrived_at": file.arrived_at,
    }
    try:
        raw = office.reader.read(file.path)
    except Refused as refused:
        return refused_reading(refused, **facts)
    return interpret(raw, office.programme, **facts)
