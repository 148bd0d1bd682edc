"""One cell's value by its column's type: the value, or what is wrong with the cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from yuebao.programme.models import Column, ColumnType
from yuebao.readings import Value
from yuebao.workbooks.labels import normalised
from yuebao.workbooks.names import Names
from yuebao.workbooks.numbers import fits, number_in, rounded, shown
from yuebao.workbooks.raw import ErrorValue, NoValue, RawValue

_HUNDRED = Decimal(100)
_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)
_YEARS = range(1950, 2101)
_DATE_TEXT = re.compile(
    r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[T ]*\d{1,2}:\d{2}(?::\d{2})?)?"
)
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YES_NO: Mapping[str, bool] = {"是": True, "否": False, "y": True, "n": False}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to be said of a cell: a code of the catalogue and the words for it."""

    code: str
    value: str
    expected: str = ""


Reading: TypeAlias = tuple[Value | None, Fault | None]


def read_cell(column: Column, raw: RawValue, names: Names, *, percent: bool) -> Reading:
    """The cell's value and what is to be said of it.

    A blank cell is None without a fault; whether it may be blank is judged elsewhere. Faults that
    only inform (number-read, number-rounded) come with a value, all others with None.
    """
    if raw is None:
        return None, None
    if isinstance(raw, ErrorValue):
        return None, Fault("error-cell", raw.text)
    if isinstance(raw, NoValue):
        return None, Fault("formula-without-value", "")
    if isinstance(raw, str) and not raw.strip():
        return None, None
    if column.is_number:
        return _number(column, raw, percent=percent)
    return _word(column, raw, names, percent=percent)


def _word(column: Column, raw: RawValue, names: Names, *, percent: bool) -> Reading:
    text = shown_raw(raw, percent=percent)
    if column.type is ColumnType.TEXT:
        return text, None
    if column.type is ColumnType.DATE:
        return _date(raw, text)
    if column.type is ColumnType.YES_NO:
        return _yes_no(text)
    if column.type is ColumnType.CHOICE:
        return _choice(column.choices, text)
    if column.type is ColumnType.VILLAGE:
        return _named(names.village(text), Fault("village-unknown", text))
    return _named(names.township(text), Fault("choice", text, names.township_choices))


def is_informative(fault: Fault) -> bool:
    """Whether the fault leaves the value standing."""
    return fault.code in {"number-read", "number-rounded"}


def shown_raw(raw: RawValue, *, percent: bool = False) -> str:
    """A cell as text, as the clerk sees it."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, Decimal):
        return f"{shown(raw * _HUNDRED)}%" if percent else shown(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    return _shown_special(raw)


def _shown_special(raw: datetime | date | time | ErrorValue | NoValue) -> str:
    if isinstance(raw, ErrorValue):
        return raw.text
    if isinstance(raw, NoValue):
        return "（公式）"
    if isinstance(raw, datetime) and raw.time() == time():
        return raw.date().isoformat()
    return raw.isoformat(sep=" ") if isinstance(raw, datetime) else raw.isoformat()


# --- numbers --------------------------------------------------------------------------------


def _number(column: Column, raw: RawValue, *, percent: bool) -> Reading:
    if isinstance(raw, Decimal):
        return _typed_number(column, raw, percent=percent)
    if isinstance(raw, str):
        return _number_from_text(column, raw)
    return None, Fault("not-a-number", shown_raw(raw))


def _typed_number(column: Column, raw: Decimal, *, percent: bool) -> Reading:
    if not percent:
        return _checked_number(column, raw, "")
    text = shown_raw(raw, percent=True)
    if column.type is not ColumnType.PERCENT:
        return None, Fault("other-unit", text, column.unit or "数字")
    return _checked_number(column, raw * _HUNDRED, text)


def _number_from_text(column: Column, raw: str) -> Reading:
    text = raw.strip()
    found = number_in(raw)
    if found is None:
        return None, Fault("not-a-number", text)
    own = normalised(column.unit) or ("%" if column.type is ColumnType.PERCENT else "")
    if found.suffix and normalised(found.suffix) != own:
        return None, Fault("other-unit", text, column.unit or ("%" if own else "数字"))
    value, fault = _checked_number(column, found.value, text)
    if fault is None and not found.plain:
        fault = Fault("number-read", raw, shown(found.value))
    return value, fault


def _checked_number(column: Column, number: Decimal, typed: str) -> Reading:
    """The number within what can be stored; ``typed`` is how it was written, if not plainly."""
    kept, code = _kept(number, whole=column.type is ColumnType.INTEGER)
    if not code:
        return kept, None
    expected = "" if kept is None else shown(kept)
    return kept, Fault(code, typed or shown(number), expected)


@lru_cache(maxsize=1 << 14)  # the numbers of a county's forms repeat themselves
def plain_number(raw: Decimal, whole: bool) -> tuple[Decimal | None, str]:  # a hashed key
    """A number of which nothing is to be said, and how it is shown; None where something is."""
    kept, code = _kept(raw, whole=whole)
    return (None, "") if code else (kept, shown(raw))


def _kept(number: Decimal, *, whole: bool) -> tuple[Decimal | None, str]:
    """The number as it is stored, and the code of what is to be said of it, if anything."""
    if not number.is_finite():
        return None, "not-a-number"
    if not fits(number):
        return None, "number-too-long"
    kept = number.to_integral_value() if whole else rounded(number)
    if kept == number:
        return kept, ""
    return (None, "not-whole") if whole else (kept, "number-rounded")


# --- dates, choices, texts ------------------------------------------------------------------


def _date(raw: RawValue, text: str) -> Reading:
    day = _day(raw)
    if day is None or day.year not in _YEARS:
        return None, Fault("not-a-date", text)
    return day, None


def _day(raw: RawValue) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, Decimal):
        if raw == raw.to_integral_value() and int(raw) in _SERIALS:
            return _DAY_ZERO + timedelta(days=int(raw))
        return _day_in(shown(raw))
    return _day_in(raw) if isinstance(raw, str) else None


def _day_in(text: str) -> date | None:
    plain = normalised(text)
    match = _DATE_TEXT.fullmatch(plain) or _DATE_DIGITS.fullmatch(plain)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _yes_no(text: str) -> Reading:
    answer = _YES_NO.get(normalised(text))
    return (answer, None) if answer is not None else (None, Fault("choice", text, "是、否"))


def _choice(choices: tuple[str, ...], text: str) -> Reading:
    wanted = normalised(text)
    for choice in choices:
        if normalised(choice) == wanted:
            return choice, None
    return None, Fault("choice", text, "、".join(choices))


def _named(code: str, fault: Fault) -> Reading:
    return (code, None) if code else (None, fault)
