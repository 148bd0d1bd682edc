"""A workbook of 15 sheets with 500 findings: read, judged and returned. Time, and peak memory.

Once cold, with all that a process pays the first time, and once more in the same process. Seconds
of the processor stand beside those of the clock: on a busy machine only they tell of the work.
"""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from yuebao.findings import Issue
from yuebao.programme.allocate import allocated_targets
from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme, Unit
from yuebao.rules.period import Period
from yuebao.samples.plant import Workbooks
from yuebao.samples.profile import load_profile
from yuebao.samples.year import SampleYear
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.returned import returned_workbook

if TYPE_CHECKING:
    from expectations.judge import Judge

FOLDER = Path(__file__).parents[1] / "targets" / "mouding-2023"
FINDINGS, MONTH = 500, Period.parse("2023-09")
SECONDS_AT_MOST, MB_AT_MOST = 10, 500


def main() -> None:
    """Print how long it took and the most memory the process held."""
    programme = load_programme(FOLDER)
    unit = max(programme.townships, key=lambda town: len(programme.villages(town.code)))
    content = faulty(clean(programme, unit))
    begun = moment()
    judge = judge_of(programme)
    imported = moment()
    print(f"judge: imported and ready in {spent(begun, imported)}, once a process")
    for name in ("cold", "warm"):
        told = returned(judge, programme, unit, content)
        print(f"returned, {name}: {told} (at most {SECONDS_AT_MOST} s, importing included)")
    from benchmarks.memory import peak_mb  # only now: it imports the judge

    print(f"memory: {peak_mb('self'):.0f} MB at the peak (at most {MB_AT_MOST})")


def judge_of(programme: Programme) -> Judge:
    """A judge, with Great Expectations imported for it."""
    from expectations.judge import Judge

    return Judge(programme)


def returned(judge: Judge, programme: Programme, unit: Unit, content: bytes) -> str:
    """Read, judge and mark the workbook; how long each took, in words."""
    begun = moment()
    issues = findings(judge, programme, unit, content)
    judged = moment()
    back = returned_workbook(content, issues, programme, unit.code, str(MONTH), version=1)
    done = moment()
    sheets = len(openpyxl.load_workbook(io.BytesIO(back), read_only=True).sheetnames)
    return (
        f"{len(issues)} findings, {sheets} sheets, {len(back) / 1024:.0f} kB:"
        f" read and judged in {spent(begun, judged)}, marked in {spent(judged, done)}"
    )


def moment() -> tuple[float, float]:
    """The clock and the processor time so far."""
    return time.perf_counter(), time.process_time()


def spent(begun: tuple[float, float], done: tuple[float, float]) -> str:
    """What passed between two moments, in words."""
    return f"{done[0] - begun[0]:.1f} s ({done[1] - begun[1]:.1f} of the processor)"


def clean(programme: Programme, unit: Unit) -> bytes:
    """A township's good month."""
    profile = load_profile(FOLDER / "samples", programme)
    return Workbooks(programme, SampleYear(programme, profile, 1)).clean(unit, MONTH)


def faulty(good: bytes) -> bytes:
    """The month with a word instead of a number in some cells of every sheet."""
    book = openpyxl.load_workbook(io.BytesIO(good))
    sheets = [sheet for sheet in book.worksheets if sheet.title.startswith("T")]
    left = FINDINGS
    for number, sheet in enumerate(sheets):
        left -= spoilt(sheet, -(-left // (len(sheets) - number)))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def spoilt(sheet: Worksheet, wanted: int) -> int:
    """How many cells were spoilt, at most as many as wanted."""
    numbers = [
        cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "n" and cell.value is not None and not cell.protection.locked
    ][:wanted]
    for cell in numbers:
        cell.value = "无"
    return len(numbers)


def findings(judge: Judge, programme: Programme, unit: Unit, content: bytes) -> tuple[Issue, ...]:
    """What reading and judging find in the workbook."""
    about = {"unit": unit.code, "period": str(MONTH), "sha256": "0" * 64, "file_name": "月报.xlsx"}
    raw = parse_content(content, LIMITS)
    reading = interpret(raw, programme, arrived_at=datetime.now(UTC), **about)
    (verdict,) = judge.judge(
        [reading], accepted={}, standing={}, targets=allocated_targets(programme)
    )
    return (*verdict.issues, *(issue for form in verdict.forms for issue in form.issues))


if __name__ == "__main__":
    main()
