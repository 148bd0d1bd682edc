"""Our own way from the archive into the warehouse: what a collect does, without its tasks.

The calls are those of the tasks that read, judge and load; all units of a month make one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from benchmarks.filings import Fault
from expectations.judge import Judge
from sql.store import Warehouse
from yuebao.process import settle_process
from yuebao.programme.allocate import allocated_targets
from yuebao.programme.models import Programme, Severity, Unit
from yuebao.readings import SubmissionReading
from yuebao.results import JudgedSubmission
from yuebao.workbooks.intake import ArchivedFile, archive_file, arrival_time, waiting_files
from yuebao.workbooks.interpret import refused_reading
from yuebao.workbooks.read import GuardedReader
from yuebao.workbooks.refusal import Refused

Arrived: TypeAlias = tuple[str, ArchivedFile]  # by unit code

READERS = 2  # reading children, and a thread for each
THREADS = 2


class BatchPath:
    """Collects months of one county, batch by batch, into a SQLite warehouse under ``root``."""

    def __init__(self, programme: Programme, root: Path, inbox: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._programme, self._inbox, self._archive = programme, inbox, root / "archive"
        self._reader = GuardedReader(memory_mb=1024, children=READERS)
        self._threads = ThreadPoolExecutor(THREADS)
        self._judge = Judge(programme)
        settle_process()  # as the office does
        self._targets = allocated_targets(programme)
        self.warehouse = Warehouse(f"sqlite:///{root / 'warehouse.db'}")
        self.warehouse.migrate()
        self.warehouse.register(programme)

    def __enter__(self) -> BatchPath:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown()
        self._reader.close()
        self.warehouse.close()

    def archive(self, townships: Sequence[Unit], period: str, now: datetime) -> list[Arrived]:
        """What the townships handed in for a month, kept in the archive; not known before."""
        return [
            (unit.code, self._kept(path, unit.code, period, now))
            for unit in townships
            for path in waiting_files(self._inbox, unit, period, now=now, settle_seconds=0).ready
        ]

    def collect(self, arrived: Sequence[Arrived], period: str, now: datetime) -> frozenset[Fault]:
        """Read, judge and load a month's files; the cells found faulty."""
        under_way = self._threads.map(lambda one: self._reading(*one, period), arrived)
        accepted = self.warehouse.accepted_before(self._programme, period)
        judged = self._judge.judge(
            list(under_way),
            accepted=accepted,
            standing=self.warehouse.accepted_in(self._programme, period),
            targets=self._targets,
        )
        for submission in judged:
            self.warehouse.load(self._programme, submission, loaded_at=now)
        return frozenset(fault for submission in judged for fault in _faults(submission))

    def _kept(self, path: Path, unit: str, period: str, now: datetime) -> ArchivedFile:
        arrived_at = arrival_time(path, now=now)
        kept = archive_file(path, self._archive, unit=unit, period=period, arrived_at=arrived_at)
        assert not self.warehouse.is_known(self._programme.id, unit, period, kept.sha256)
        return kept

    def _reading(self, unit: str, kept: ArchivedFile, period: str) -> SubmissionReading:
        about = {
            "unit": unit,
            "period": period,
            "sha256": kept.sha256,
            "file_name": kept.name,
        }
        try:
            return self._reader.interpreted(
                kept.path, self._programme, arrived_at=kept.arrived_at, **about
            )
        except Refused as refused:
            return refused_reading(refused, arrived_at=kept.arrived_at, **about)


def _faults(judged: JudgedSubmission) -> list[Fault]:
    issues = [*judged.issues, *(issue for form in judged.forms for issue in form.issues)]
    return [
        (issue.period, issue.unit, issue.row, issue.column)
        for issue in issues
        if issue.severity is not Severity.NOTICE
    ]
