"""A sample year through the library, as the tasks take it in, without an orchestrator."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from flows import office as composition
from tasks.figures import compute_figures
from tasks.office import Office
from tasks.reading import reading_of
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import SampleFile, write_samples
from yuebao.workbooks.archive import ArchivedFile

INBOX = "inbox"


@contextmanager
def office_at(root: Path) -> Iterator[Office]:
    """The process's office with its home in a fresh folder."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("YUEBAO_HOME", str(root))
        composition.settings.cache_clear()
        composition.office.cache_clear()
        try:
            yield composition.office()
        finally:
            composition.office().close()
            composition.settings.cache_clear()
            composition.office.cache_clear()


def collect_samples(office: Office, first: Period, last: Period, seed: int) -> list[Period]:
    """Write faulty samples, and collect and aggregate them period by period; the periods."""
    profile = load_profile(office.programme_folder / "samples", office.programme)
    report = write_samples(
        office.programme,
        profile,
        office.root / INBOX,
        first=first,
        last=last,
        seed=seed,
        faults=True,
    )
    periods = [Period.parse(text) for text in dict.fromkeys(file.period for file in report.files)]
    for period in periods:
        collect(office, period, [file for file in report.files if file.period == str(period)])
    return periods


def collect(office: Office, period: Period, files: Iterable[SampleFile]) -> None:
    """Read, judge, load and aggregate one period."""
    readings, seen = [], set()
    for file in files:
        unit = office.programme.unit_named(file.unit).code
        content = file.path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        kept = ArchivedFile(sha256, file.path, len(content), file.path.name, file.arrived_at)
        if (unit, kept.sha256) not in seen:
            seen.add((unit, kept.sha256))
            readings.append(reading_of(office, kept, unit=unit, period=str(period)))
    now = max(reading.arrived_at for reading in readings) + timedelta(hours=1)
    judged = office.judge.judge(
        readings,
        accepted=office.warehouse.accepted_before(office.programme, period),
        standing=office.warehouse.accepted_in(office.programme, period),
        targets=office.targets,
    )
    for submission in judged:
        office.warehouse.load(office.programme, submission, loaded_at=now)
    compute_figures(office, period, now)
