"""A correction: a record of the county's that one reported value is to count as another.

What was reported stays as reported. The record says which value it expects to find; where another
one is found it is not applied. Values are as the warehouse holds them: numbers as Decimal, all
else as text (是/否, 2023-12-31, the code of a village).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from yuebao.readings import Value
from yuebao.workbooks.numbers import shown

Held: TypeAlias = Decimal | str | None
Place: TypeAlias = tuple[str, str, str, str, str, str]
YES, NO, BLANK = "是", "否", "空"
_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody asks for: the cell by its codes, the value expected there, the one to count.

    ``withdraws`` takes back the earlier correction of the same cell from and to the same values.
    """

    unit: str
    period: str
    form: str
    table: str
    row: str
    column: str
    expected: Held
    value: Held
    reason: str
    made_by: str
    made_on: date
    withdraws: bool = False

    @property
    def place(self) -> Place:
        """The cell: unit, period, form, table, row key, column."""
        return self.unit, self.period, self.form, self.table, self.row, self.column

    @property
    def id(self) -> str:
        """A name made of all it says: the same said twice is one record."""
        return hashlib.sha256(_canonical(_said(self)).encode()).hexdigest()[:_ID_LENGTH]


@dataclass(frozen=True, slots=True)
class Correction:
    """What was told, as it was recorded: when, and the sheet and line it came in, if in one."""

    told: Told
    recorded_at: datetime
    file_name: str = ""
    sha256: str = ""
    line: int = 0

    @property
    def id(self) -> str:
        return self.told.id

    def is_taken_back_by(self, other: Correction) -> bool:
        """Whether the other is a later withdrawal of this one."""
        mine, theirs = self.told, other.told
        return (
            theirs.withdraws
            and not mine.withdraws
            and other.recorded_at > self.recorded_at
            and (mine.place, mine.expected, mine.value)
            == (theirs.place, theirs.expected, theirs.value)
        )


class CorrectionState(StrEnum):
    """What became of a correction, given what is accepted now."""

    APPLIED = "applied"
    IDLE = "idle"  # no version of the form counts: nothing of it is published either
    DIFFERS = "differs"  # another value than expected stands there
    ABSENT = "absent"  # the form counts, the cell is not in it
    REPEATED = "repeated"  # several rows of that name
    TWICE = "twice"  # another correction wants the same cell
    WITHDRAWN = "withdrawn"
    WITHDRAWAL = "withdrawal"


OPEN_STATES = frozenset(
    {
        CorrectionState.DIFFERS,
        CorrectionState.ABSENT,
        CorrectionState.REPEATED,
        CorrectionState.TWICE,
    }
)


@dataclass(frozen=True, slots=True)
class StandingCorrection:
    """A correction and how it stands; ``found`` is the value in its cell now, in words."""

    correction: Correction
    state: CorrectionState
    found: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the data team must decide before the period is aggregated again."""
        return self.state in OPEN_STATES


def held(value: Value | None) -> Held:
    """A value as the warehouse holds it."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Decimal):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return value


def in_words(value: Held) -> str:
    """A value as people write it; 空 for a blank."""
    if value is None:
        return BLANK
    return shown(value) if isinstance(value, Decimal) else value


def as_json(correction: Correction) -> str:
    """The record as it is archived."""
    said = {
        **_said(correction.told),
        "recorded_at": correction.recorded_at.isoformat(),
        "file_name": correction.file_name,
        "sha256": correction.sha256,
        "line": correction.line,
    }
    return json.dumps(said, ensure_ascii=False, indent=1)


def from_json(text: str) -> Correction:
    """The record an archived text is; ValueError, KeyError or TypeError where it is none."""
    said: dict[str, Any] = json.loads(text)
    told = Told(
        **{name: str(said[name]) for name in _TEXTS},
        expected=_held(said["expected"]),
        value=_held(said["value"]),
        made_on=date.fromisoformat(said["made_on"]),
        withdraws=bool(said["withdraws"]),
    )
    return Correction(
        told,
        recorded_at=datetime.fromisoformat(said["recorded_at"]),
        file_name=str(said["file_name"]),
        sha256=str(said["sha256"]),
        line=int(said["line"]),
    )


_TEXTS = ("unit", "period", "form", "table", "row", "column", "reason", "made_by")


def _said(told: Told) -> dict[str, Any]:
    return {
        **{name: getattr(told, name) for name in _TEXTS},
        "expected": _plain(told.expected),
        "value": _plain(told.value),
        "made_on": told.made_on.isoformat(),
        "withdraws": told.withdraws,
    }


def _canonical(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Held) -> dict[str, str] | None:
    if value is None:
        return None
    return {"number": shown(value)} if isinstance(value, Decimal) else {"text": value}


def _held(said: dict[str, str] | None) -> Held:
    if said is None:
        return None
    return Decimal(said["number"]) if "number" in said else str(said["text"])
