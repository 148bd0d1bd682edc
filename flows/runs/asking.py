"""What a run was asked for, checked and completed before it starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from tasks.office import Office
from yuebao.programme.models import Programme, Unit
from yuebao.rules.calendar import due_on, local_date
from yuebao.rules.period import Period


class Rejudge(StrEnum):
    """What of the files taken earlier is judged afresh, by the rules as they are now."""

    NOTHING = "nothing"
    RETURNED = "returned"
    ALL = "all"


@dataclass(frozen=True)
class Asked:
    """What a run is to do: a period, the units, the moment it takes as now."""

    period: str
    units: tuple[Unit, ...]
    now: datetime
    today: date
    rejudge: Rejudge = Rejudge.NOTHING
    form: str = ""  # of that, only this form
    recorded_at: datetime | None = None  # where the clock has gone back: the moment after the last

    @property
    def moment(self) -> datetime:
        """What the run does is recorded as of this moment, after all that is on record."""
        return self.recorded_at or self.now

    def from_now(self) -> Asked:
        """The same, of this moment: what had to wait for another run comes after it."""
        return replace(self, now=datetime.now(UTC))


class AskedError(ValueError):
    """What was asked for makes no sense; the message says why, in Chinese."""


def ask(
    office: Office,
    period: str,
    units: Iterable[str] = (),
    *,
    rejudge: Rejudge = Rejudge.NOTHING,
    form: str = "",
) -> Asked:
    """The period and units by name, and the present moment.

    Raises AskedError for an unknown unit or form, PeriodError for a period nobody reports.
    """
    chosen = Period.parse(period)
    due_on(office.programme, chosen)
    _check_form(office.programme, form)
    now = datetime.now(UTC)
    return Asked(
        period=str(chosen),
        units=reporters_named(office.programme, tuple(units)),
        now=now,
        today=local_date(office.programme, now),
        rejudge=rejudge,
        form=form,
    )


def _check_form(programme: Programme, form: str) -> None:
    known = [known.id for known in programme.forms]
    if form and form not in known:
        raise AskedError(f"没有“{form}”这张表。可选：{'、'.join(known)}。")


def reporters_named(programme: Programme, names: tuple[str, ...]) -> tuple[Unit, ...]:
    """The reporting units of these names, codes or aliases; all of them for no names."""
    if not names:
        return programme.reporters
    return tuple(_reporter(programme, name) for name in names)


def _reporter(programme: Programme, name: str) -> Unit:
    for unit in programme.reporters:
        if name in (unit.name, unit.short_name, unit.code, *unit.aliases):
            return unit
    known = "、".join(unit.name for unit in programme.reporters)
    raise AskedError(f"没有“{name}”这个报送单位。可选：{known}。")
