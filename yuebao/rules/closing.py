"""Whether a period is closed (定稿), for whom it is open again and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Step(StrEnum):
    """What was done to a period."""

    CLOSED = "定稿"
    REOPENED = "重开"


@dataclass(frozen=True, slots=True)
class ClosingStep:
    """A period closed, or opened again for a unit (all, if empty) and form (all, if empty)."""

    period: str
    step: Step
    name: str
    reason: str
    at: datetime
    unit: str = ""
    form: str = ""
    until_on: date | None = None  # the last day it is open again


class NotClosedError(ValueError):
    """The period cannot be closed or reopened; the message says why, in Chinese."""


def last_closing(steps: Iterable[ClosingStep]) -> ClosingStep | None:
    """The step that last closed the period; None where it never was."""
    closed = [step for step in _in_time(steps) if step.step is Step.CLOSED]
    return closed[-1] if closed else None


def reopenings(steps: Iterable[ClosingStep], today: date) -> tuple[ClosingStep, ...]:
    """What was opened again since the last closing and is open today."""
    known = _in_time(steps)
    closed = last_closing(known)
    if closed is None:
        return ()
    since = known[known.index(closed) + 1 :]
    return tuple(step for step in since if step.until_on is not None and today <= step.until_on)


def is_closed(steps: Iterable[ClosingStep], unit: str, form: str, today: date) -> bool:
    """Whether the form of the unit may not be changed today without the data team's yes."""
    known = tuple(steps)
    if last_closing(known) is None:
        return False
    return not any(_covers(step, unit, form) for step in reopenings(known, today))


def _covers(step: ClosingStep, unit: str, form: str) -> bool:
    return step.unit in ("", unit) and step.form in ("", form)


def _in_time(steps: Iterable[ClosingStep]) -> list[ClosingStep]:
    return sorted(steps, key=lambda step: step.at)
