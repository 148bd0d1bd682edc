"""Give a unit the receipt of each file it handed in, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from prefect import get_run_logger

from tasks.office import Office
from tasks.reading import reading_of
from tasks.writing import write_whole
from yuebao.programme.models import Unit
from yuebao.readings import FormReading
from yuebao.reports.receipt import Compared, FiledVersion, receipt
from yuebao.reports.receipt_changes import form_changes
from yuebao.reports.receipt_html import receipt_html
from yuebao.workbooks.archive import ArchivedFile, archived_path
from yuebao.workbooks.inbox import InboxUnreachable, receipt_name

_UNREAD = "没有比较"


def hand_out_receipts(office: Office, unit: Unit, period: str) -> str:
    """Put the receipts that the unit has not been given into its folder and among the outputs.

    Returns what kept one from reaching the unit, in Chinese, or nothing: the next run tries again.
    """
    versions = office.warehouse.filed_versions(office.programme.id, unit.code, period)
    for number, version in enumerate(versions, start=1):
        name = receipt_name(unit, period, version.version, version.sha256)
        kept = office.outputs / period / "回执" / name
        if kept.exists():
            continue
        try:
            page = _page(office, versions[:number])
        except Exception:  # whatever is odd about a file, its list of findings must reach the unit
            get_run_logger().exception("%s: no receipt of version %d", unit.code, version.version)
            continue
        fault = _sent(office, unit, kept, page)
        if fault:
            return fault
    return ""


def _page(office: Office, versions: Sequence[FiledVersion]) -> bytes:
    compared = _compared(office, versions)
    return receipt_html(receipt(office.programme, versions, compared)).encode()


def _sent(office: Office, unit: Unit, kept: Path, page: bytes) -> str:
    try:
        office.inbox.hand_out(unit, kept.name, page)
    except InboxUnreachable as fault:
        get_run_logger().error("%s: receipt not handed out: %s", unit.code, fault)
        return f"回执没有写回收件箱，下次收表时再写（{fault}）"
    write_whole(kept, page)
    return ""


def _compared(office: Office, versions: Sequence[FiledVersion]) -> Mapping[str, Compared]:
    """The last version's forms against the version each last came in, by form."""
    version = versions[-1]
    last = {form.form: one for one in versions[:-1] for form in one.forms}
    before = {form.form: last[form.form] for form in version.forms if form.form in last}
    texts = {version.version: version} | {one.version: one for one in before.values()}
    read = {number: _forms(office, one) for number, one in texts.items()} if before else {}
    return {
        form: _form_compared(office, form, one, read[one.version], read[version.version])
        for form, one in before.items()
    }


def _form_compared(
    office: Office,
    form: str,
    earlier: FiledVersion,
    before: Mapping[str, FormReading],
    after: Mapping[str, FormReading],
) -> Compared:
    if form not in before or form not in after:
        return Compared(earlier.version, note=_UNREAD)
    return Compared(earlier.version, form_changes(office.programme, before[form], after[form]))


def _forms(office: Office, version: FiledVersion) -> Mapping[str, FormReading]:
    """What the version's file says, by form; nothing where it cannot be read any more."""
    path = archived_path(office.archive, version.sha256)
    try:
        size = path.stat().st_size
    except OSError:
        return {}
    file = ArchivedFile(version.sha256, path, size, version.file_name, version.arrived_at)
    reading = reading_of(office, file, unit=version.unit, period=version.period)
    return {form.form: form for form in reading.forms}
