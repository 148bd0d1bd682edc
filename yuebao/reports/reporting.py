"""Who reported and who did not: the five measures, the grid, and the names to chase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yuebao.programme.models import Programme
from yuebao.results import ObligationState, ObligationStatus
from yuebao.rules.obligations import (
    ReportingMeasures,
    forms_of,
    measures,
    measures_by_form,
    measures_by_unit,
)
from yuebao.rules.period import Period
from yuebao.rules.wording import state_mark

_TONES = {
    ObligationState.REPORTED: "good",
    ObligationState.ZERO: "good",
    ObligationState.HELD: "wait",
    ObligationState.RETURNED: "bad",
    ObligationState.MISSING: "bad",
    ObligationState.PENDING: "wait",
    ObligationState.NOT_APPLICABLE: "none",
}


@dataclass(frozen=True, slots=True)
class GridCell:
    """A unit's form in the grid. ``tone``: good, late, bad, wait or none."""

    mark: str
    tone: str


@dataclass(frozen=True, slots=True)
class UnitReport:
    """One unit's measures and its marks, form by form in the order of ``Reporting.forms``."""

    unit: str
    name: str
    measures: ReportingMeasures
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class FormReport:
    """One form's measures over all units that owe it."""

    id: str
    title: str
    measures: ReportingMeasures


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A unit with forms in one trouble; ``forms`` are their ids and titles."""

    name: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The units that file the same set of forms, as one table."""

    forms: tuple[FormReport, ...]
    units: tuple[UnitReport, ...]


@dataclass(frozen=True, slots=True)
class Reporting:
    """Everything about who reported for a period."""

    due_on: date | None
    overall: ReportingMeasures
    grids: tuple[Grid, ...]
    missing: tuple[Outstanding, ...]
    returned: tuple[Outstanding, ...]
    pending: tuple[Outstanding, ...]
    late: tuple[Outstanding, ...]
    held: tuple[Outstanding, ...] = ()

    @property
    def all_in(self) -> bool:
        return not (self.missing or self.returned or self.pending or self.held)


def reporting(
    programme: Programme, period: Period, statuses: Sequence[ObligationStatus]
) -> Reporting:
    """The period's reporting, units in register order and townships apart from bureaus."""
    return Reporting(
        due_on=statuses[0].obligation.due_on if statuses else None,
        overall=measures(statuses),
        grids=_grids(programme, period, statuses),
        missing=_outstanding(programme, _in_state(statuses, ObligationState.MISSING)),
        returned=_outstanding(programme, _in_state(statuses, ObligationState.RETURNED)),
        pending=_outstanding(programme, _in_state(statuses, ObligationState.PENDING)),
        late=_outstanding(programme, [s for s in statuses if s.late and _is_in(s)]),
        held=_outstanding(programme, [s for s in statuses if s.held]),
    )


def _is_in(status: ObligationStatus) -> bool:
    return status.state in (ObligationState.REPORTED, ObligationState.ZERO)


def _in_state(
    statuses: Iterable[ObligationStatus], state: ObligationState
) -> list[ObligationStatus]:
    return [status for status in statuses if status.state is state]


def _outstanding(
    programme: Programme, statuses: Iterable[ObligationStatus]
) -> tuple[Outstanding, ...]:
    forms: dict[str, list[str]] = {}
    for status in statuses:
        form = programme.form(status.obligation.form)
        forms.setdefault(status.obligation.unit, []).append(f"{form.id} {form.title}")
    return tuple(Outstanding(programme.unit(unit).name, tuple(f)) for unit, f in forms.items())


def _grids(
    programme: Programme, period: Period, statuses: Sequence[ObligationStatus]
) -> tuple[Grid, ...]:
    """One grid for each level of unit, so that no half of a table is empty."""
    townships = {unit.code for unit in programme.townships}
    halves = (
        [s for s in statuses if s.obligation.unit in townships],
        [s for s in statuses if s.obligation.unit not in townships],
    )
    return tuple(_grid(programme, period, half) for half in halves if half)


def _grid(programme: Programme, period: Period, statuses: Sequence[ObligationStatus]) -> Grid:
    of_form, of_unit = measures_by_form(statuses), measures_by_unit(statuses)
    forms = [form for form in forms_of(programme, period) if form.id in of_form]
    known = {(s.obligation.unit, s.obligation.form): s for s in statuses}
    units = tuple(
        UnitReport(
            unit=unit,
            name=programme.unit(unit).short_name,
            measures=found,
            cells=tuple(_cell(known.get((unit, form.id))) for form in forms),
        )
        for unit, found in of_unit.items()
    )
    return Grid(tuple(FormReport(f.id, f.title, of_form[f.id]) for f in forms), units)


def _cell(status: ObligationStatus | None) -> GridCell:
    if status is None:
        return GridCell("", "none")
    if status.state is ObligationState.NOT_APPLICABLE:
        return GridCell("—", "none")
    tone = "late" if status.late and _is_in(status) else _TONES[status.state]
    return GridCell(state_mark(status), tone)
