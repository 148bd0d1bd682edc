"""Whether the warehouse holds what the files say: every cell that counts, read once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from sql.records import SubmissionRecord
from tasks.office import Office
from tasks.reading import archived, reading_of
from yuebao.readings import Entry, SubmissionReading
from yuebao.workbooks.arrivals import Arrival

Stored: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, str, int, str]  # form, table, row number, column


def cell_faults(
    office: Office,
    period: str,
    records: Iterable[SubmissionRecord],
    arrivals: Mapping[tuple[str, str], Arrival],
) -> Iterator[tuple[str, str]]:
    """Where the period's stored cells differ from the archived files: the place, what is wrong.

    ``arrivals`` by (unit, hash); files without an arrival are passed over, others tell of them.
    """
    all_stored = _stored(office, period)
    for (unit, sha256), forms in _counting(records).items():
        arrival = arrivals.get((unit, sha256))
        if arrival is None:
            continue
        stored, name = all_stored.get((unit, sha256), {}), office.programme.unit(unit).name
        reading = reading_of(office, archived(office, arrival), unit=unit, period=period)
        read = _entries(reading, forms)
        for key in sorted(stored.keys() | read.keys()):
            difference = _difference(stored.get(key), read.get(key))
            if difference:
                form, table, row, column = key
                yield f"{name} {period} {form}", f"{table} 第 {row} 行 {column}：{difference}"


def _counting(records: Iterable[SubmissionRecord]) -> dict[tuple[str, str], set[str]]:
    """By unit and file, the forms of it that count."""
    found: dict[tuple[str, str], set[str]] = {}
    for record in records:
        for form in record.forms:
            if form.is_current:
                found.setdefault((record.unit, record.sha256), set()).add(form.form)
    return found


def _stored(office: Office, period: str) -> dict[tuple[str, str], dict[Key, Stored]]:
    columns, rows = office.warehouse.export(office.programme.id, "observations", period)
    names = [column.name for column in columns]
    found: dict[tuple[str, str], dict[Key, Stored]] = {}
    for row in rows:
        cell: dict[str, Any] = dict(zip(names, row, strict=True))
        key = (cell["form"], cell["table_id"], cell["row_number"], cell["column_id"])
        found.setdefault((cell["unit_code"], cell["sha256"]), {})[key] = cell
    return found


def _entries(reading: SubmissionReading, forms: set[str]) -> dict[Key, Entry]:
    return {
        (form.form, entry.table, entry.position + 1, entry.column): entry
        for form in reading.forms
        if form.form in forms and not form.zero_report
        for entry in form.entries
    }


def _difference(stored: Stored | None, entry: Entry | None) -> str:
    if stored is None:
        return f"文件里有“{entry.raw if entry else ''}”，库里没有"
    if entry is None:
        return f"库里有“{stored['raw']}”，文件里没有"
    number = entry.value if isinstance(entry.value, Decimal) else None
    if stored["submitted_value"] != number:  # what was handed in, not what it was corrected to
        return f"库里是 {stored['submitted_value']}，文件里是 {number}（{entry.address}）"
    if stored["raw"] != entry.raw:
        return f"库里的原文是“{stored['raw']}”，文件里是“{entry.raw}”（{entry.address}）"
    return ""
