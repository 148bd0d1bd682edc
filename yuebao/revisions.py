"""What becomes of a version that would change what counted: weighed, held, decided on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Revision:
    """A form that changes accepted values, or comes after its period was closed, as weighed.

    ``reasons`` say why it must wait for the data team; without any it is loaded at once. ``note``
    is the note of impact, as markdown; ``cells`` counts the values that differ.
    """

    form: str
    cells: int
    reasons: tuple[str, ...] = ()
    note: str = ""
    closed: bool = False  # held because its period is closed

    @property
    def is_held(self) -> bool:
        return bool(self.reasons)


class Answer(StrEnum):
    """What the data team says to a held version."""

    YES = "同意"
    NO = "不同意"


@dataclass(frozen=True, slots=True)
class HeldForm:
    """A form of the version of that number, which waits for the data team."""

    unit: str
    period: str
    form: str
    version: int
    sha256: str
    file_name: str
    arrived_at: datetime
    reasons: tuple[str, ...]
    note: str
    cells: int


@dataclass(frozen=True, slots=True)
class RevisionDecision:
    """A person's answer to the held forms of one version of a unit and period."""

    period: str
    unit: str
    forms: tuple[str, ...]
    version: int
    sha256: str
    answer: Answer
    name: str
    remark: str
    decided_at: datetime


class NotDecidedError(ValueError):
    """There is nothing held, or no reason given; the message says so in Chinese."""
