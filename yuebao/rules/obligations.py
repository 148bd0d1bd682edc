"""Who owes which form for a period, where each obligation stands, and the five measures of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from yuebao.programme.models import Form, Frequency, Programme, Unit
from yuebao.results import (
    ACCEPTED_STATES,
    FormState,
    Obligation,
    ObligationState,
    ObligationStatus,
)
from yuebao.rules.calendar import due_on, local_date, on_time_until
from yuebao.rules.period import Period

_HUNDRED = Decimal(100)
_MEASURED = frozenset({ObligationState.REPORTED, ObligationState.ZERO})


@dataclass(frozen=True, slots=True)
class FormStanding:
    """What the warehouse knows of one form of one unit in a period.

    ``state`` is that of the version that counts, None where nothing has arrived;
    ``first_accepted_at`` is when the first accepted version arrived; ``held`` says that the last
    version waits for the data team.
    """

    unit: str
    form: str
    state: FormState | None = None
    first_accepted_at: datetime | None = None
    last_arrived_at: datetime | None = None
    errors: int = 0
    warnings: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class ReportingMeasures:
    """The five measures: 应报, 实报, 上报率, 及时数, 及时率. Rates are per cent."""

    expected: int
    actual: int
    on_time: int

    @property
    def rate(self) -> Decimal | None:
        """实报 / 应报; None where nothing is owed."""
        return _HUNDRED * self.actual / self.expected if self.expected else None

    @property
    def on_time_rate(self) -> Decimal | None:
        """及时数 / 应报; None where nothing is owed."""
        return _HUNDRED * self.on_time / self.expected if self.expected else None


def is_named(names: Iterable[str], unit: Unit) -> bool:
    """Whether unit levels and unit names (``filed_by`` and its like) mean this unit."""
    own = {unit.level.value, unit.code, unit.name, unit.short_name, *unit.aliases}
    return not own.isdisjoint(names)


def owes(form: Form, unit: Unit) -> bool:
    """Whether the unit must file the form whenever it is due."""
    named = is_named(form.filed_by, unit)
    return named and not is_named(form.not_applicable, unit)


def forms_of(programme: Programme, period: Period) -> tuple[Form, ...]:
    """The forms filed for a period of this kind, in the programme's order."""
    frequency = Frequency.QUARTERLY if period.is_quarter else Frequency.MONTHLY
    return tuple(form for form in programme.forms if form.frequency is frequency)


def owed_forms(programme: Programme, unit_code: str, period: Period) -> tuple[Form, ...]:
    """The forms a unit must file for a period, in the programme's order."""
    unit = programme.unit(unit_code)
    return tuple(form for form in forms_of(programme, period) if owes(form, unit))


def obligations(programme: Programme, period: Period) -> tuple[Obligation, ...]:
    """Every reporter with each form of the period it is asked for, the not applicable included.

    PeriodError where the programme asks for no report of that period.
    """
    due = due_on(programme, period)
    return tuple(
        Obligation(unit.code, form.id, str(period), due, owes(form, unit))
        for unit in programme.reporters
        for form in forms_of(programme, period)
        if is_named(form.filed_by, unit)
    )


def obligation_statuses(
    programme: Programme, period: Period, standings: Iterable[FormStanding], today: date
) -> tuple[ObligationStatus, ...]:
    """Where each obligation of the period stands on a day, in the order of ``obligations``."""
    known = {(standing.unit, standing.form): standing for standing in standings}
    return tuple(
        _status(programme, period, owed, known.get((owed.unit, owed.form)), today)
        for owed in obligations(programme, period)
    )


def _status(
    programme: Programme,
    period: Period,
    owed: Obligation,
    standing: FormStanding | None,
    today: date,
) -> ObligationStatus:
    standing = standing or FormStanding(owed.unit, owed.form)
    state = _state(owed, standing, today)
    accepted = standing.first_accepted_at if state in _MEASURED else None
    until = on_time_until(programme, period)
    settled_on = local_date(programme, accepted) if accepted else today
    return ObligationStatus(
        obligation=owed,
        state=state,
        arrived_at=accepted or standing.last_arrived_at,
        late=state is not ObligationState.NOT_APPLICABLE and settled_on > until,
        errors=standing.errors,
        warnings=standing.warnings,
        held=standing.held,
    )


def _state(owed: Obligation, standing: FormStanding, today: date) -> ObligationState:
    if standing.state is FormState.ZERO:
        return ObligationState.ZERO
    if standing.state in ACCEPTED_STATES:
        return ObligationState.REPORTED
    if not owed.applicable:
        return ObligationState.NOT_APPLICABLE
    if standing.state is FormState.HELD:
        return ObligationState.HELD
    if standing.state is FormState.RETURNED:
        return ObligationState.RETURNED
    return ObligationState.PENDING if today <= owed.due_on else ObligationState.MISSING


def measures(statuses: Iterable[ObligationStatus]) -> ReportingMeasures:
    """The five measures over these obligations; what is not applicable does not count."""
    owed = [status for status in statuses if status.obligation.applicable]
    met = [status for status in owed if status.state in _MEASURED]
    on_time = [status for status in met if not status.late]
    return ReportingMeasures(len(owed), len(met), len(on_time))


def measures_by_unit(statuses: Iterable[ObligationStatus]) -> Mapping[str, ReportingMeasures]:
    """The five measures of each unit, by unit code, in the order met."""
    return _grouped((status.obligation.unit, status) for status in statuses)


def measures_by_form(statuses: Iterable[ObligationStatus]) -> Mapping[str, ReportingMeasures]:
    """The five measures of each form, by form id, in the order met."""
    return _grouped((status.obligation.form, status) for status in statuses)


def _grouped(pairs: Iterable[tuple[str, ObligationStatus]]) -> Mapping[str, ReportingMeasures]:
    groups: dict[str, list[ObligationStatus]] = {}
    for key, status in pairs:
        groups.setdefault(key, []).append(status)
    return {key: measures(group) for key, group in groups.items()}
