"""``yuebao verify``: the archive against its hashes, the warehouse against the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.cell_check import cell_faults
from tasks.correction_check import correction_faults
from tasks.desk_check import desk_faults
from tasks.office import Office
from tasks.result_check import counting_faults, result_faults
from yuebao.rules.calendar import quarters, reportable_periods
from yuebao.workbooks.archive_check import archive_faults, archived_files
from yuebao.workbooks.arrivals import Arrival, read_records


@dataclass(frozen=True)
class Verified:
    """What was looked at, and each fault with its place, in Chinese."""

    files: int
    submissions: int
    faults: tuple[tuple[str, str], ...]


def verify(office: Office, *, cells: bool) -> Verified:
    """Every archived file by its hash, every submission by its file, and the other way round.

    With ``cells`` each file that counts is read once more, every stored cell compared, and every
    stored result computed once more.
    """
    records = read_records(office.archive)
    handed_in_by_units = [a for a in records.arrivals if a.unit != office.programme.county]
    found = [(fault.place, fault.text) for fault in archive_faults(office.archive, records)]
    files = archived_files(office.archive)
    submissions = 0
    found += correction_faults(office)
    found += desk_faults(office)
    for period in _periods(office, handed_in_by_units):
        arrivals = [arrival for arrival in handed_in_by_units if arrival.period == period]
        loaded = office.warehouse.submissions(office.programme.id, period)
        handed_in = [(record.unit, record.sha256, record.file_name) for record in loaded]
        submissions += len(handed_in)
        found += _between(office, period, handed_in, arrivals, files.keys())
        found += counting_faults(office, period, loaded)
        if cells:
            known = {(a.unit, a.sha256): a for a in arrivals if a.sha256 in files}
            found += cell_faults(office, period, loaded, known)
    if cells:
        found += result_faults(office)
    return Verified(len(files), submissions, tuple(found))


def _periods(office: Office, arrivals: Iterable[Arrival]) -> Sequence[str]:
    reported = (*reportable_periods(office.programme), *quarters(office.programme))
    return sorted({*map(str, reported), *(arrival.period for arrival in arrivals)})


def _between(
    office: Office,
    period: str,
    handed_in: Sequence[tuple[str, str, str]],
    arrivals: Sequence[Arrival],
    files: Iterable[str],
) -> Iterator[tuple[str, str]]:
    """Submissions without a file or a record, records without a submission."""
    kept = set(files)
    arrived = {(arrival.unit, arrival.sha256): arrival.name for arrival in arrivals}
    loaded: Mapping[tuple[str, str], str] = {(unit, sha): name for unit, sha, name in handed_in}
    for (unit, sha256), name in loaded.items():
        place = f"{office.programme.unit(unit).name} {period}"
        if sha256 not in kept:
            yield place, f"库里有“{name}”，档案里没有这个文件"
        elif (unit, sha256) not in arrived:
            yield place, f"库里有“{name}”，档案里没有它的到达记录"
    for (unit, sha256), name in arrived.items():
        if (unit, sha256) not in loaded:
            place = f"{_name(office, unit)} {period}"
            yield place, f"“{name}”已存入档案，没有入库；请再收集一次，或用 yuebao rebuild 补上"


def _name(office: Office, unit: str) -> str:
    known = {one.code: one.name for one in office.programme.units}
    return known.get(unit, unit)
