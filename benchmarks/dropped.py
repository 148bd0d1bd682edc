"""From a file dropped into the inbox to the marked workbook in 回执/: one unit, and all 21.

The real flow runs against a private Prefect server; the process is warm, as a collection that is
running already. A file is taken once it has not changed for YUEBAO_SETTLE_SECONDS; the wait for
that is part of the time. The moment of return is the returned file's own.
"""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from flows.office import office, settings
from flows.services.server import prefect_api
from yuebao.programme.models import Programme, Unit
from yuebao.rules.period import Period
from yuebao.samples.plant import Workbooks
from yuebao.samples.profile import load_profile
from yuebao.samples.year import SampleYear

if TYPE_CHECKING:
    from tasks.office import Office

WARMING, ALONE, TOGETHER = map(Period.parse, ("2023-05", "2023-06", "2023-07"))
_A_MOMENT = 0.1
SECONDS_AT_MOST = {1: 10, 21: 60}


def main() -> None:
    """Print the seconds from drop to return for one unit and for all."""
    with tempfile.TemporaryDirectory(prefix="dropped-") as home:
        os.environ["YUEBAO_HOME"] = home
        here = office()
        try:
            with prefect_api(settings()):
                compare(here)
        finally:
            here.close()


def compare(here: Office) -> None:
    """One unit after another has warmed the process, then all of them at once."""
    from flows.runs.records import flush_logs

    first, other, *_ = here.programme.reporters
    print(f"first of a process: returned after {from_drop_to_return(here, WARMING, [other]):.1f} s")
    alone = from_drop_to_return(here, ALONE, [first])
    told(1, alone, here)
    everyone = here.programme.reporters
    together = from_drop_to_return(here, TOGETHER, everyone)
    told(len(everyone), together, here)
    print(f"{len(everyone)} units take {together / alone:.1f} times as long as one")
    flush_logs()


def told(units: int, seconds: float, here: Office) -> None:
    """One line of the outcome."""
    print(
        f"{units} dropped: the last returned after {seconds:.1f} s, {here.settle_seconds:.0f} s of"
        f" them to see that it is whole (at most {SECONDS_AT_MOST[units]})"
    )


def from_drop_to_return(here: Office, period: Period, units: Sequence[Unit]) -> float:
    """Seconds from the last file's drop until every unit has its workbook back."""
    from flows.collect_month import collect_month
    from flows.runs.records import wait_until_recorded

    ready = {unit: faulty(here.programme, here.programme_folder, unit, period) for unit in units}
    for unit, content in ready.items():
        folder = here.inbox_folder / unit.name / str(period)
        folder.mkdir(parents=True)
        (folder / "月报.xlsx").write_bytes(content)
    dropped = time.time()
    time.sleep(here.settle_seconds + _A_MOMENT)
    begun = time.process_time()
    state = collect_month(str(period), tuple(unit.name for unit in units), return_state=True)
    wait_until_recorded(seconds=30)
    back = [here.inbox_folder / u.name / "回执" / f"{u.name}_{period}_退回.xlsx" for u in units]
    if not all(path.is_file() for path in back):
        raise SystemExit(f"not returned: {state.name} {state.message}")
    print(f"  the flow's process took {time.process_time() - begun:.1f} s of the processor")
    return max(path.stat().st_mtime for path in back) - dropped


def faulty(programme: Programme, folder: Path, unit: Unit, period: Period) -> bytes:
    """The unit's good month with a word instead of a number in one cell."""
    year = SampleYear(programme, load_profile(folder / "samples", programme), 1)
    book = openpyxl.load_workbook(io.BytesIO(Workbooks(programme, year).clean(unit, period)))
    spoil(book.worksheets)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def spoil(sheets: Sequence[Worksheet]) -> None:
    """A word in the first cell that takes a number."""
    for sheet in sheets:
        for asked in sheet.data_validations.dataValidation:
            if asked.type in ("whole", "decimal"):
                first = next(iter(asked.sqref.ranges))
                sheet.cell(first.min_row, first.min_col).value = "无"
                return


if __name__ == "__main__":
    main()
