"""What stands below a form's tables: the 零报告 cell, the 情况说明 and who filled it in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yuebao.workbooks.cells import shown_raw
from yuebao.workbooks.labels import normalised
from yuebao.workbooks.notes import FormNotes, Spot
from yuebao.workbooks.raw import RawSheet, RawValue, cell_address
from yuebao.workbooks.rows import EXPLANATION, ZERO_REPORT, ends_table

_AFTER_COLON = re.compile(r"^[^:：]*[:：](.*)$", re.DOTALL)
_FILLED_BY = ("填表人", "填报人", "制表人")
_LONGEST_NAME = 30
_YES = frozenset({"是", "y"})
_NO = frozenset({"", "否", "n"})


@dataclass(frozen=True, slots=True)
class Remarks:
    """The explicit 零报告, what the clerk explains, and the clerk's name."""

    zero_report: bool = False
    explanation: str = ""
    filled_by: str = ""


def read_remarks(sheet: RawSheet, first: int, until: int, notes: FormNotes) -> Remarks:
    """The remarks in rows ``first`` to before ``until``, found by their labels."""
    zero, explanation, filled_by = False, "", ""
    for row in range(first, min(until, len(sheet.rows))):
        values = sheet.rows[row]
        at = next((c for c, value in enumerate(values) if value is not None), None)
        label = values[at] if at is not None else None
        if at is None or not isinstance(label, str):
            continue
        known = normalised(label)
        if known.startswith(ZERO_REPORT) and notes.form.zero_report:
            zero = _is_zero(sheet, row, at, notes) or zero
        elif known.startswith(EXPLANATION):
            explanation = explanation or _right_of(sheet, row, at)[0] or _after_colon(label)
        filled_by = filled_by or _filled_by(sheet, row)
    return Remarks(zero, explanation, filled_by)


def _filled_by(sheet: RawSheet, row: int) -> str:
    """The name behind 填表人 in a row of signatures; empty where nobody signed."""
    for at, value in enumerate(sheet.rows[row]):
        if _may_sign(value) and normalised(str(value)).startswith(_FILLED_BY):
            beside = _right_of(sheet, row, at)[0]
            name = _after_colon(str(value)) or ("" if ends_table(beside) else beside)
            return name[:_LONGEST_NAME]
    return ""


def _may_sign(value: RawValue) -> bool:
    """A quick look, for most rows below a header are data."""
    return isinstance(value, str) and not {"填", "制"}.isdisjoint(value[:12])


def _is_zero(sheet: RawSheet, row: int, at: int, notes: FormNotes) -> bool:
    answer, place = _right_of(sheet, row, at)
    if not answer:
        answer, place = _after_colon(shown_raw(sheet.value(row, at))), at
    said = normalised(answer)
    if said not in _YES | _NO:
        spot = Spot("", "", "", cell_address(row, place))
        notes.note("choice", spot, value=answer, expected="是、否", column=ZERO_REPORT)
    return said in _YES


def _right_of(sheet: RawSheet, row: int, at: int) -> tuple[str, int]:
    """The first text right of a label, and its column."""
    for place in range(at + 1, len(sheet.rows[row])):
        text = shown_raw(sheet.value(row, place))
        if text:
            return text, place
    return "", at


def _after_colon(label: str) -> str:
    match = _AFTER_COLON.match(label)
    return match[1].strip() if match else ""
