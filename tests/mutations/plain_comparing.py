"""Whether a workbook as read agrees, cell by cell, with what the plain reader sees in the file."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from plain_cells import LOST, Cell, Place, PlainSheet

from yuebao.workbooks.raw import ErrorValue, NoValue, RawSheet, RawValue, RawWorkbook

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a workbook's days have no zone
DAY_61 = datetime(1900, 3, 1)  # noqa: DTZ001  # as above
SECOND = 1 / 86_400


def disagreements(raw: RawWorkbook, plain: list[PlainSheet]) -> list[str]:
    """Each place where the two differ; none where every cell is as it stands in the file."""
    names = [(s.name, s.visible) for s in raw.sheets]
    expected = [(s.name, s.visible) for s in plain]
    if names != expected:
        return [f"sheets {names} are {expected}"]
    return [
        line
        for read, there in zip(raw.sheets, plain, strict=True)
        for line in sheet_disagreements(read, there)
    ]


def sheet_disagreements(read: RawSheet, there: PlainSheet) -> list[str]:
    cells = filled(read)
    found = [
        f"{read.name} {place}: read {cells.get(place)!r}, there {there.cells.get(place)!r}"
        for place in sorted(cells.keys() | there.cells.keys())
        if not agrees(cells.get(place), there.cells.get(place))
    ]
    shown = there.percent & cells.keys()
    if read.percent & cells.keys() != shown:
        found.append(f"{read.name}: per cent {sorted(read.percent & cells.keys() ^ shown)[:5]}")
    merges = {(m.top, m.left, m.bottom, m.right) for m in read.merges}
    if merges != there.merges:
        found.append(f"{read.name}: merged {sorted(merges ^ there.merges)[:5]}")
    return found


def filled(read: RawSheet) -> dict[Place, RawValue]:
    return {
        (row, column): value
        for row, values in enumerate(read.rows)
        for column, value in enumerate(values)
        if value is not None
    }


def agrees(value: RawValue, cell: Cell | None) -> bool:
    """Whether a value is what the cell says."""
    if cell is None or value is None:
        return value is None and (
            cell is None or (not cleaned(str(cell[1])).strip() and cell != LOST)
        )
    kind, said = cell
    if kind == "text":
        return (as_text(value) or "").strip() in (cleaned(str(said)).strip(), str(said).strip())
    if kind == "number":
        return same_number(value, float(said))
    if kind == "error":
        return isinstance(value, ErrorValue) and value.text == said
    if kind == "truth":
        return value is said
    return isinstance(value, NoValue)


def cleaned(text: str) -> str:
    """A text without what spreadsheets leave in it."""
    plain = ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return "".join(c for c in plain if c in "\t\n" or (ord(c) >= 32 and c != "\x7f"))


def as_text(value: RawValue) -> str | None:
    if isinstance(value, date | time):
        return value.isoformat()
    return value if isinstance(value, str) else None


def same_number(value: RawValue, said: float) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, Decimal):
        return value == Decimal(f"{said:.15g}")
    days = serial(value)
    return days is not None and abs(days - said) < SECOND


def serial(value: RawValue) -> float | None:
    """The number a date is stored as: 1 is the first of January 1900.

    Excel counts a 29th of February 1900 that never was; from there on days are one more.
    """
    if isinstance(value, datetime):
        return (value - DAY_ZERO) / timedelta(days=1) - (value < DAY_61)
    if isinstance(value, date):
        return float((value - DAY_ZERO.date()).days - (value < DAY_61.date()))
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    return None
