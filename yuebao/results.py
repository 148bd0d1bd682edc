"""Outcomes: what became of a form and a submission, what is owed, and what the figures come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from yuebao.findings import Issue
from yuebao.readings import FormReading
from yuebao.revisions import Revision, RevisionDecision


class FormState(StrEnum):
    """What became of one form of one submission."""

    ACCEPTED = "accepted"
    EXPLAINED = "explained"  # accepted with warnings the clerk explained (强制上报)
    ZERO = "zero"  # 零报告
    RETURNED = "returned"
    HELD = "held"  # nothing wrong with it; it counts once the data team agrees


ACCEPTED_STATES = frozenset({FormState.ACCEPTED, FormState.EXPLAINED, FormState.ZERO})


@dataclass(frozen=True, slots=True)
class JudgedForm:
    """A form with its verdict; ``issues`` holds the reading's and the judging's, settled."""

    reading: FormReading
    state: FormState
    issues: tuple[Issue, ...]


class SubmissionState(StrEnum):
    """What became of one file."""

    LOADED = "loaded"  # every form in it accepted
    PARTLY = "partly"  # some forms accepted, some returned
    HELD = "held"  # nothing returned, some forms wait for the data team
    RETURNED = "returned"  # no form accepted
    REFUSED = "refused"  # the file itself could not be taken


@dataclass(frozen=True, slots=True)
class JudgedSubmission:
    """A file with its verdicts, ready to be loaded in one transaction."""

    unit: str
    period: str
    sha256: str
    file_name: str
    arrived_at: datetime
    state: SubmissionState
    forms: tuple[JudgedForm, ...]
    issues: tuple[Issue, ...]  # of the file itself
    sample: bool = False  # a made-up submission, marked so wherever it is shown
    revisions: tuple[Revision, ...] = ()  # of its forms, those that change what counted
    answered: RevisionDecision | None = None  # where the data team's answer brought it about


@dataclass(frozen=True, slots=True)
class Obligation:
    """A form a unit owes for a period."""

    unit: str
    form: str
    period: str
    due_on: date
    applicable: bool = True


class ObligationState(StrEnum):
    REPORTED = "reported"
    ZERO = "zero"
    RETURNED = "returned"
    HELD = "held"  # in and in order, but for a closed period: the data team decides
    MISSING = "missing"
    PENDING = "pending"  # not in yet, not due yet
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class ObligationStatus:
    """An obligation and where it stands. ``arrived_at`` is the accepted file's or the last's."""

    obligation: Obligation
    state: ObligationState
    arrived_at: datetime | None = None
    late: bool = False
    errors: int = 0
    warnings: int = 0
    held: bool = False  # a later version waits for the data team, whatever counts meanwhile


class Colour(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"  # no number to judge by: tracked, not due yet, or nothing reported


class TargetOrigin(StrEnum):
    """Where a unit's target comes from; shown wherever the target is shown."""

    PLAN = "plan"  # printed in the plan
    RULE = "rule"  # given out by the stated rule
    OVERRIDE = "override"  # set by the data team in allocations.csv
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Components:
    """What one indicator's cells come to in one unit (county: Σ of units) before any division.

    For shares, ``numerator`` counts rows that meet the conditions and ``denominator`` the rows
    registered or reported. None where nothing was reported.
    """

    indicator: str
    unit: str
    period: str
    numerator: Decimal | None
    denominator: Decimal | None
    units_expected: int
    units_reported: int


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator of one unit and period (month or quarter).

    ``expected`` is the value pace asks for by now; ``progress`` value/target in per cent;
    ``pace_ratio`` how far along against ``expected`` (1 = on pace); ``needed`` the monthly rate
    still needed; ``landing`` the forecast for the year's end. Decimals are unrounded to 6 places.
    """

    indicator: str
    unit: str
    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    target: Decimal | None
    target_origin: TargetOrigin
    expected: Decimal | None
    progress: Decimal | None
    pace_ratio: Decimal | None
    colour: Colour
    needed: Decimal | None
    landing: Decimal | None
    units_expected: int
    units_reported: int

    @property
    def complete(self) -> bool:
        return self.units_reported >= self.units_expected
