"""Sample submissions on disk, laid out as an inbox, with the answer key of what is planted."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

from yuebao.programme.models import Programme, Unit
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period, periods_between
from yuebao.samples.delivery import Delivery, arrival, delivery
from yuebao.samples.faults import Fault, FileEdit, FileEditKind
from yuebao.samples.file_edits import suffix_after
from yuebao.samples.plant import Planted, Workbooks
from yuebao.samples.profile import SampleProfile
from yuebao.samples.year import SampleYear

ANSWER_KEY = "答案.csv"
OTHER_KEY = "答案-其他.csv"  # what is no finding: read as usual, late, missing, the same bytes
_CORRECTED = "（更正）"


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file written, and the moment it is dated."""

    unit: str
    period: str
    path: Path
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class SampleReport:
    """What was written. ``planted`` must be found; ``others`` must not be taken for a fault.

    The code of ``others`` says what they are: read-as-usual, late, missing, same-bytes.
    """

    files: tuple[SampleFile, ...]
    planted: tuple[Planted, ...]
    others: tuple[Planted, ...]


def write_samples(
    programme: Programme,
    profile: SampleProfile,
    out: Path,
    *,
    first: Period,
    last: Period,
    seed: int,
    faults: bool,
) -> SampleReport:
    """Every submission from ``first`` to ``last`` (months, and the quarters that end in them).

    They lie at ``out/<unit name>/<period>/<file>``, dated as they would arrive; the answer keys
    lie in ``out``. The same seed writes the same files.
    """
    chosen = profile.faults if faults else ()
    writer = _Writer(programme, profile, out, seed)
    files: list[SampleFile] = []
    planted: list[Planted] = []
    others: list[Planted] = []
    for period in sample_periods(programme, first, last):
        for unit in programme.reporters:
            if not owed_forms(programme, unit.code, period):
                continue
            here = [f for f in chosen if (f.unit, f.period) == (unit.name, str(period))]
            files += writer.write(unit, period, here)
            planted += writer.workbooks.answers(unit, period, here)
            others += [_other(fault) for fault in here if fault.outcome]
    _write_key(out / ANSWER_KEY, planted)
    _write_key(out / OTHER_KEY, others)
    return SampleReport(tuple(files), tuple(planted), tuple(others))


def write_corrected(
    programme: Programme, profile: SampleProfile, out: Path, unit: str, period: Period, seed: int
) -> SampleFile:
    """The clean file of a unit (code) and period beside the faulty one, dropped the day after."""
    writer = _Writer(programme, profile, out, seed)
    found = programme.unit(unit)
    sent = delivery(programme, profile, found, period, seed)
    name = f"{Path(sent.name).stem}{_CORRECTED}.xlsx"
    content = writer.workbooks.clean(found, period)
    return writer.drop(found, period, name, sent.arrived_at + timedelta(days=1), content)


def sample_periods(programme: Programme, first: Period, last: Period) -> tuple[Period, ...]:
    """The months from first to last, each quarter that is reported after its last month."""
    periods: list[Period] = []
    for month in periods_between(first, last):
        periods.append(month)
        quarter = month.quarter
        if month.month == quarter.month and str(quarter) in programme.calendar.quarter_due_on:
            periods.append(quarter)
    return tuple(periods)


class _Writer:
    """Writes the files of one programme, profile and seed."""

    def __init__(self, programme: Programme, profile: SampleProfile, out: Path, seed: int) -> None:
        self._programme = programme
        self._profile = profile
        self._out = out
        self._seed = seed
        self.workbooks = Workbooks(programme, SampleYear(programme, profile, seed))

    def write(self, unit: Unit, period: Period, faults: Sequence[Fault]) -> list[SampleFile]:
        """The unit's file for the period; none where it is to be missing, two where it is twice."""
        kinds = _file_edits(faults)
        if FileEditKind.MISSING in kinds:
            return []
        sent = self._sent(unit, period, kinds)
        if not faults:
            content = self.workbooks.clean(unit, period)
        else:
            content = self.workbooks.faulty(unit, period, faults)
        files = [self.drop(unit, period, sent.name, sent.arrived_at, content)]
        if FileEditKind.SAME_BYTES in kinds:
            again = f"{Path(sent.name).stem} - 副本.xlsx"
            later = sent.arrived_at + timedelta(minutes=7)
            files.append(self.drop(unit, period, again, later, content))
        return files

    def _sent(self, unit: Unit, period: Period, kinds: frozenset[FileEditKind]) -> Delivery:
        sent = delivery(self._programme, self._profile, unit, period, self._seed)
        name, arrived_at = sent.name, sent.arrived_at
        for kind in kinds:
            name = str(Path(name).with_suffix(suffix_after(kind)))
        if FileEditKind.LATE in kinds:
            arrived_at = arrival(self._programme, unit, period, self._seed, is_late=True)
        return Delivery(name, arrived_at)

    def drop(
        self, unit: Unit, period: Period, name: str, arrived_at: datetime, content: bytes
    ) -> SampleFile:
        """A file put into the unit's folder, dated as it arrives."""
        folder = self._out / unit.name / str(period)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(content)
        os.utime(path, (arrived_at.timestamp(), arrived_at.timestamp()))
        return SampleFile(unit.name, str(period), path, arrived_at)


def _file_edits(faults: Iterable[Fault]) -> frozenset[FileEditKind]:
    edits = [edit for fault in faults for edit in fault.edits]
    return frozenset(edit.kind for edit in edits if isinstance(edit, FileEdit))


def _other(fault: Fault) -> Planted:
    return Planted(fault.unit, fault.period, fault.form, "", "", fault.outcome, "", fault.note)


def _write_key(path: Path, lines: Iterable[Planted]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Planted)])
        writer.writerows(astuple(line) for line in lines)
