"""Archive and read what a unit handed in; read again what was returned."""

from __future__ import annotations

from datetime import datetime

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from sql.store import SubmissionRecord
from tasks.judging_again import due_again, narrowed
from tasks.office import Office
from tasks.parcel import Parcel
from tasks.reading import reading_of
from tasks.returned_file import accepted_versions
from tasks.unfinished import unfinished_files
from yuebao.one_line import readable_name
from yuebao.readings import SubmissionReading
from yuebao.workbooks.archive import ArchivedFile, StillGrowing, archived_path
from yuebao.workbooks.arrivals import note_taken
from yuebao.workbooks.inbox import InboxDenied, InboxFile
from yuebao.workbooks.refusal import LIMITS

MOST_FILES = 100  # new ones of a unit in one run; a month's are a dozen at most
MOST_BYTES = 10 * LIMITS.file_bytes  # what is smaller is archived, then refused by name


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
    files: tuple[InboxFile, ...] | None,
    now: datetime,
) -> Parcel[tuple[SubmissionReading, ...]]:
    """The unit's new files as readings, in order of arrival; files known already are left out.

    Each file is archived unchanged before anything looks inside it. What an earlier run archived
    and did not load is new as well, though it may have left the inbox.
    """
    if files is None:
        files = _looked_again(office, unit, period, now)
    fresh = _newly_archived(office, unit, unit_name, period, files, now)
    for archived in unfinished_files(office, unit, period):  # their run was killed, or broke off
        fresh.setdefault(archived.sha256, archived)
    get_run_logger().info("%s: %d new of %d files", unit_name, len(fresh), len(files))
    arrived = sorted(fresh.values(), key=lambda file: (file.arrived_at, file.name))
    note_taken(office.archive, arrived, unit=unit, period=period, taken_at=now)
    return Parcel(tuple(reading_of(office, file, unit=unit, period=period) for file in arrived))


def _newly_archived(
    office: Office,
    unit: str,
    unit_name: str,
    period: str,
    files: tuple[InboxFile, ...],
    now: datetime,
) -> dict[str, ArchivedFile]:
    """The files not known before, by sha256; of a flood the oldest, the rest by later runs."""
    logger, fresh = get_run_logger(), dict[str, ArchivedFile]()
    for file in sorted(files, key=lambda file: (file.modified_at, file.name)):
        if len(fresh) == MOST_FILES:
            logger.warning("%s: more than %d new files, the rest is left", unit_name, MOST_FILES)
            break
        _refuse_giant(office, unit_name, file)
        try:
            archived = office.inbox.take(
                file, office.archive, unit=office.programme.unit(unit), period=period, now=now
            )
        except StillGrowing:
            name = readable_name(file.name)
            logger.warning("%s: changed or held open, left for the next run: %s", unit, name)
            continue
        if not office.warehouse.is_known(office.programme.id, unit, period, archived.sha256):
            fresh.setdefault(archived.sha256, archived)
    return fresh


def _refuse_giant(office: Office, unit_name: str, file: InboxFile) -> None:
    """One unit's giant must not fill the disk of all: it is not copied, and its unit waits."""
    if file.size > MOST_BYTES:
        name, megabytes = readable_name(file.name), file.size >> 20
        reason = f"“{unit_name}”的“{name}”有 {megabytes} MB，没有收取，请单位从文件夹里删去"
        raise InboxDenied(office.inbox.place, reason)


def _looked_again(office: Office, unit: str, period: str, now: datetime) -> tuple[InboxFile, ...]:
    """The files of a folder that could not be opened before; InboxDenied if it still cannot."""
    looks = office.inbox.look(
        [office.programme.unit(unit)],
        period,
        now=now,
        settle_seconds=office.settle_seconds,
    )
    if looks[unit].fault:
        raise InboxDenied(office.inbox.place, looks[unit].fault)
    return looks[unit].ready


@task(
    name="read-again",
    task_run_name="重读 {unit_name} {period}",
    retries=2,
    retry_delay_seconds=2,
    cache_policy=NO_CACHE,
)
def read_again(
    office: Office,
    unit: str,
    unit_name: str,
    period: str,
    *,
    form: str = "",
    loaded_too: bool = False,
) -> Parcel[tuple[SubmissionReading, ...]]:
    """The unit's files from the archive again, each with what in it is to be judged again.

    That is what was returned, with ``loaded_too`` what was accepted as well; of one form only, if
    it is named.
    """
    versions = office.warehouse.submissions(office.programme.id, period, unit=unit)
    readings = []
    for again in due_again(versions, form=form, loaded_too=loaded_too):
        get_run_logger().info(
            "%s %s: version %d is judged again", unit_name, period, again.record.version
        )
        file = _archived(office, again.record)
        whole = reading_of(office, file, unit=unit, period=period)
        accepted = accepted_versions(office, whole)
        reading = narrowed(office.programme, whole, again, form, accepted)
        if reading.forms or not form:
            readings.append(reading)
    return Parcel(tuple(readings))


def _archived(office: Office, record: SubmissionRecord) -> ArchivedFile:
    path = archived_path(office.archive, record.sha256)
    return ArchivedFile(
        record.sha256, path, path.stat().st_size, record.file_name, record.arrived_at
    )
