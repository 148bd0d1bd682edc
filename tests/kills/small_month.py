"""A month of a few units, small enough to be collected hundreds of times."""

import os
import shutil
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from yuebao.programme.models import Programme
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import write_corrected
from yuebao.workbooks.inbox import passing_name

MONTH = Period.parse("2023-06")
CLEAN, RETURNED, TWICE, REFUSED = "县委组织部", "县水务局", "县教育体育局", "县林草局"
UNITS = (CLEAN, RETURNED, TWICE, REFUSED)
# Between what belongs together, step by step from the inbox to the bulletins.
IN_BETWEEN = (
    "archive/arrivals",
    "INSERT INTO core_form_version",
    "INSERT INTO core_observation",
    "INSERT INTO core_issue",
    "INSERT INTO audit_load",
    f"outputs/{MONTH}/回执/.",
    f"os.rename {passing_name(f'{RETURNED}_{MONTH}_问题清单.xlsx')}",
    f"os.rename {passing_name(f'{RETURNED}_{MONTH}_退回.xlsx')}",
    f"outputs/{MONTH}/退回/.",
    "INSERT INTO out_monthly__indicator",
    f"outputs/{MONTH}/.",
    "DELETE FROM out_quarterly__indicator",
    "outputs/2023-Q2/.",
)
_DROPPED_AT = datetime(2023, 6, 25, 1, 30, tzinfo=UTC)


def write_month(programme: Programme, out: Path, others: tuple[str, ...] = ()) -> Path:
    """An inbox: a clean file, a faulty one, a faulty one and its correction, one nobody can read.

    ``others`` are further units, with clean files.
    """
    profile = load_profile(
        Path(__file__).parents[2] / "targets" / programme.id / "samples", programme
    )
    clean = {
        name: write_corrected(
            programme, profile, out / "clean", programme.unit_named(name).code, MONTH, seed=1
        ).path.read_bytes()
        for name in (*UNITS, *others)
    }
    shutil.rmtree(out / "clean")
    inbox = out / "inbox"
    for minute, name in enumerate((CLEAN, *others)):
        _drop(inbox, name, "报表.xlsx", clean[name], minute)
    _drop(inbox, RETURNED, "报表.xlsx", _spoilt(clean[RETURNED]), 20)
    _drop(inbox, TWICE, "报表.xlsx", _spoilt(clean[TWICE]), 21)
    _drop(inbox, TWICE, "报表（更正）.xlsx", clean[TWICE], 40)
    _drop(inbox, REFUSED, "报表.xlsx", clean[REFUSED][:2000], 22)
    return inbox


def _spoilt(content: bytes) -> bytes:
    """The workbook with a word in place of its first number."""
    book = load_workbook(BytesIO(content))
    numbers = (
        cell
        for sheet in book.worksheets[1:]
        if sheet.sheet_state == "visible"
        for row in sheet.iter_rows(min_row=5)
        for cell in row
        if isinstance(cell.value, int | float) and cell.column > 2
    )
    next(numbers).value = "不详"
    spoilt = BytesIO()
    book.save(spoilt)
    return spoilt.getvalue()


def _drop(inbox: Path, unit: str, name: str, content: bytes, minute: int) -> None:
    path = inbox / unit / str(MONTH) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    at = _DROPPED_AT.timestamp() + 60 * minute
    os.utime(path, (at, at))
