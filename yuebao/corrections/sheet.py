"""A 更正单 handed in as a workbook: a correction a line under a header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yuebao.corrections.wording import Written
from yuebao.workbooks.cells import shown_raw
from yuebao.workbooks.labels import normalised
from yuebao.workbooks.raw import RawSheet, RawValue, RawWorkbook

HEADER = (
    "单位",
    "期别",
    "表",
    "分表",
    "行",
    "列",
    "原值",
    "更正为",
    "原因",
    "更正人",
    "日期",
    "办理",
)
_FIELDS: Mapping[str, str] = dict(
    zip(
        HEADER,
        (
            *("unit", "period", "form", "table", "row", "column", "expected", "value"),
            *("reason", "made_by", "made_on", "action"),
        ),
        strict=True,
    )
)
_NEEDED = frozenset({"单位", "表", "行", "列", "原值", "更正为", "原因", "更正人", "日期"})
_RAW = frozenset({"expected", "value", "made_on"})
_DEEPEST_HEADER = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a 更正单, counted as Excel counts."""

    number: int
    written: Written


def correction_lines(raw: RawWorkbook, period: str) -> tuple[Line, ...] | None:
    """The lines of all its 更正单 sheets; None where no sheet has the header of one.

    A line that does not say its period is of ``period``.
    """
    lines: list[Line] = []
    is_one = False
    for sheet in raw.sheets:
        header = _header(sheet)
        if header is not None:
            is_one = True
            lines += _lines(sheet, *header, period)
    return tuple(lines) if is_one else None


def _header(sheet: RawSheet) -> tuple[int, dict[str, int]] | None:
    """The row of the header, and the column of each field."""
    for row, values in enumerate(sheet.rows[:_DEEPEST_HEADER]):
        labels = {normalised(v): at for at, v in enumerate(values) if isinstance(v, str)}
        if labels.keys() >= _NEEDED:
            return row, {_FIELDS[label]: at for label, at in labels.items() if label in _FIELDS}
    return None


def _lines(sheet: RawSheet, header: int, places: Mapping[str, int], period: str) -> Iterator[Line]:
    for row in range(header + 1, len(sheet.rows)):
        values = {name: sheet.value(row, at) for name, at in places.items()}
        if any(shown_raw(value).strip() for name, value in values.items() if name != "period"):
            yield Line(row + 1, _written(sheet, row, places, values, period))


def _written(
    sheet: RawSheet,
    row: int,
    places: Mapping[str, int],
    values: Mapping[str, RawValue],
    period: str,
) -> Written:
    texts = {
        name: shown_raw(value).strip()
        for name, value in values.items()
        if name not in _RAW and name != "period"
    }
    return Written(
        **texts,
        period=_period(values.get("period")) or period,
        expected=values["expected"],
        value=values["value"],
        made_on=values["made_on"],
        percent=frozenset(
            side for side in ("expected", "value") if sheet.cell(row, places[side]).percent
        ),
    )


def _period(value: RawValue) -> str:
    """A month as written; Excel makes a date of 2023-09, which is taken back."""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m}"
    return shown_raw(value).strip().upper()
