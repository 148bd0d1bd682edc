"""Workbooks a second, ours against a straightforward script, side by side in one run.

    python benchmarks/ingest.py [--townships 200] [--sample 20] [--months 2] [--memory-months 4]

Ours takes a month of all townships in one batch, as a collect does; the straightforward script
takes a sample of the same files one by one; they take turns, month by month. Both are warm: what
is done once a process (imports, definitions, the database's tables) is not counted. Memory is
measured apart, in a process of its own for each number of files.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.batch_path import BatchPath  # noqa: E402
from benchmarks.county import FORM, TABLE, make_county  # noqa: E402
from benchmarks.filings import Fault, file_month  # noqa: E402
from benchmarks.straightforward import Straightforward, suite  # noqa: E402
from expectations.suites import build_suites  # noqa: E402
from yuebao.programme.models import Programme, Unit  # noqa: E402
from yuebao.workbooks.intake import submissions_folder  # noqa: E402

BAR = 40
PERIODS = tuple(f"2023-{month:02}" for month in range(2, 13))
WARM_UP, MEASURED = PERIODS[0], PERIODS[1:]
WARM_UP_FILES = 2


@dataclass
class Tally:
    """Files taken, seconds used, cells found faulty by one of the two."""

    name: str
    files: set[tuple[str, str]] = field(default_factory=set)  # period and unit
    wall: float = 0.0
    cpu: float = 0.0
    found: set[Fault] = field(default_factory=set)

    @property
    def rate(self) -> float:
        return len(self.files) / self.wall

    def __str__(self) -> str:
        files, busy = len(self.files), self.cpu / len(self.files) * 1000
        return (
            f"{self.name:16} {files:5} files {self.wall:8.2f} s {self.rate:9.1f} workbooks/s"
            f"   {busy:7.1f} ms CPU each"
        )


@dataclass(frozen=True)
class Bench:
    """A county with its workbooks waiting in the inbox, and what is wrong with them."""

    programme: Programme
    folder: Path
    periods: tuple[str, ...]
    planted: frozenset[Fault]

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"


def main() -> int:
    """Run the comparison and the memory measurement; 1 if findings differ or the bar is missed."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="ingest-") as folder:
        periods = MEASURED[: max(asked.months, asked.memory_months)]
        bench = make_bench(Path(folder), asked.townships, periods)
        ours, theirs = _compare(bench, asked.months, asked.sample)
        ratio = ours.rate / theirs.rate
        same = _same_findings(bench, ours, theirs)
        print(f"ratio: {ratio:.1f} times as many workbooks a second (bar: {BAR})")
        for months in sorted({1, asked.memory_months}):
            print(_memory(bench, months))
    return 0 if same and ratio >= BAR else 1


def make_bench(folder: Path, townships: int, periods: tuple[str, ...]) -> Bench:
    """A county in ``folder``, its workbooks of the periods in its inbox."""
    began = time.perf_counter()
    programme = make_county(folder / "county", townships)
    inbox = folder / "inbox"
    file_month(programme, programme.townships[:WARM_UP_FILES], WARM_UP, inbox)
    planted: frozenset[Fault] = frozenset()
    for period in periods:
        planted |= file_month(programme, programme.townships, period, inbox)
    table = programme.form(FORM).table(TABLE)
    ours = len(build_suites(programme)[f"{FORM}-{TABLE}"].expectations)
    print(
        f"{townships * len(periods)} workbooks of 30 rows × {len(table.columns)} columns made in"
        f" {time.perf_counter() - began:.0f} s; the same rules are {ours} expectations once a"
        f" batch of {townships}, or {len(suite(['-']).expectations)} a file"
    )
    return Bench(programme, folder, periods, planted)


def straightforward(bench: Bench) -> Straightforward:
    """The straightforward script with a database of its own."""
    programme = bench.programme
    villages = {
        township.code: {village.name: village.code for village in programme.villages(township.code)}
        for township in programme.townships
    }
    return Straightforward(bench.folder / "straightforward.db", villages)


def _compare(bench: Bench, months: int, sample: int) -> tuple[Tally, Tally]:
    ours, theirs = Tally("ours"), Tally("straightforward")
    script = straightforward(bench)
    few = bench.programme.townships[:sample]
    first = bench.programme.townships[:WARM_UP_FILES]
    with BatchPath(bench.programme, bench.folder / "ours", bench.inbox) as path:
        take_ours(path, first, WARM_UP, Tally("warm-up"))
        take_theirs(bench, script, first, WARM_UP, Tally("warm-up"))
        for period in bench.periods[:months]:
            take_ours(path, bench.programme.townships, period, ours)
            take_theirs(bench, script, few, period, theirs)
    ours.cpu += _children_cpu()
    script.close()
    print(ours, theirs, sep="\n")
    return ours, theirs


def take_ours(path: BatchPath, townships: tuple[Unit, ...], period: str, tally: Tally) -> None:
    """One batch of a month."""
    now = datetime.now(UTC)
    arrived = path.archive(townships, period, now)  # intake: the script keeps no archive either
    wall, cpu = time.perf_counter(), time.process_time()
    found = path.collect(arrived, period, now)
    tally.wall += time.perf_counter() - wall
    tally.cpu += time.process_time() - cpu
    tally.found |= found
    tally.files |= {(period, unit.code) for unit in townships}


def take_theirs(
    bench: Bench, script: Straightforward, townships: tuple[Unit, ...], period: str, tally: Tally
) -> None:
    """The month's files of some townships, one by one."""
    files = [
        (unit.code, path)
        for unit in townships
        for path in submissions_folder(bench.inbox, unit, period).iterdir()
    ]
    wall, cpu = time.perf_counter(), time.process_time()
    for unit, path in files:
        tally.found |= script.load(path, unit, period)
    tally.wall += time.perf_counter() - wall
    tally.cpu += time.process_time() - cpu
    tally.files |= {(period, unit) for unit, _ in files}


def _children_cpu() -> float:
    """Seconds the reading children, ended by now, have used."""
    used = os.times()
    return used.children_user + used.children_system


def _same_findings(bench: Bench, ours: Tally, theirs: Tally) -> bool:
    """Whether both found what was planted in the files they saw, and nothing else."""
    planted = {fault for fault in bench.planted if fault[:2] in ours.files}
    shared = {fault for fault in bench.planted if fault[:2] in theirs.files}
    wrong = [*_wrong(ours, planted), *_wrong(theirs, shared)]
    print(
        f"findings: of {len(planted)} faulty cells planted ours found {len(ours.found)}; ", end=""
    )
    print(f"of {len(shared)} in its files the straightforward script {len(theirs.found)}; ", end="")
    print("NOT AS PLANTED" if wrong else "each as planted, none besides, both the same")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return not wrong


def _wrong(tally: Tally, planted: set[Fault]) -> list[str]:
    return [
        f"  {tally.name}: {' '.join(fault)} {'too many' if fault in tally.found else 'missed'}"
        for fault in sorted(tally.found ^ planted)
    ]


def _memory(bench: Bench, months: int) -> str:
    """The peak memory of a fresh process that collects so many months."""
    asked = [str(bench.folder), str(len(bench.programme.townships)), *bench.periods[:months]]
    outcome = subprocess.run(  # noqa: S603  # our own module, no shell
        [sys.executable, "-m", "benchmarks.memory", *asked],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return outcome.stdout.strip()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--townships", type=int, default=200, help="workbooks in a batch")
    parser.add_argument("--months", type=int, default=2, help="batches that are timed")
    parser.add_argument("--sample", type=int, default=20, help="files a month one by one")
    parser.add_argument("--memory-months", type=int, default=4, help="batches, memory measured")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
