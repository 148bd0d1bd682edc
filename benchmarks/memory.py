"""Peak memory of collecting some months in one process; started by the benchmark, one a figure."""

from __future__ import annotations

import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.batch_path import BatchPath
from yuebao.programme.load import load_programme

_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def main(folder: Path, townships: int, periods: list[str]) -> None:
    """Collect the periods into a fresh warehouse; print the peaks of this process and children."""
    programme = load_programme(folder / "county")
    with tempfile.TemporaryDirectory(prefix="memory-") as root:
        with BatchPath(programme, Path(root), folder / "inbox") as path:
            idle = peak_mb("self")
            for period in periods:
                now = datetime.now(UTC)
                arrived = path.archive(programme.townships[:townships], period, now)
                path.collect(arrived, period, now)
            reading = max(peak_mb(child) for child in children())
        print(
            f"memory: {townships * len(periods):4} workbooks, {peak_mb('self'):.0f} MB at the peak"
            f" ({idle:.0f} before the first), reading children {reading:.0f} MB"
        )


def children() -> list[str]:
    """The process ids of this process's children."""
    lists = Path("/proc/self/task").glob("*/children")
    return [child for found in lists for child in found.read_text().split()]


def peak_mb(process: str) -> float:
    """The most memory a process has held so far, in MB (Linux only)."""
    found = _PEAK.search(Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
