"""What the warehouse says of loads and submissions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yuebao.results import FormState, SubmissionState


@dataclass(frozen=True, slots=True)
class LoadReceipt:
    """What one load did. ``changed`` is False where the same bytes had been loaded before.

    ``replaced`` holds the forms an accepted older version gave way for; ``version`` counts the
    submissions of the unit and period from 1.
    """

    unit: str
    period: str
    version: int
    changed: bool
    state: SubmissionState
    accepted: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    observations: int = 0
    issues: int = 0


@dataclass(frozen=True, slots=True)
class FormRecord:
    """One form of a submission: what became of it and whether it is the one that counts."""

    form: str
    state: FormState
    is_current: bool


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """One file a unit handed in, as recorded."""

    unit: str
    period: str
    version: int
    state: SubmissionState
    sha256: str
    file_name: str
    arrived_at: datetime
    loaded_at: datetime
    sample: bool
    forms: tuple[FormRecord, ...]


@dataclass(frozen=True, slots=True)
class RerunRecord:
    """What a re-run did to one unit; ``unit`` is empty where there was nothing to do.

    ``before`` and ``after`` are the unit's standing in words; ``run`` names the run in Prefect.
    """

    period: str
    unit: str
    form: str
    mode: str
    asked_by: str
    reason: str
    run: str
    before: str
    after: str
    changed: bool
    ran_at: datetime


@dataclass(frozen=True, slots=True)
class RuleFiring:
    """In how many submissions of a unit and period a finding of one kind turned up."""

    unit: str
    form: str
    code: str
    period: str
    submissions: int
