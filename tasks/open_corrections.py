"""Corrections that wait for the data team, and the figures that rest on what they correct."""

from __future__ import annotations

from tasks.office import Office
from tasks.touched import touched_periods
from yuebao.corrections.sentences import open_words
from yuebao.rules.period import Period


def open_corrections(office: Office, period: Period) -> tuple[str, ...]:
    """A sentence for each open correction of the period, or of one whose figures go into it."""
    programme = office.programme
    waiting = [one for one in office.warehouse.corrections(programme.id) if one.is_open]
    known = {one.correction.told.period for one in waiting}
    touching = {one for one in known if period in touched_periods(office, Period.parse(one))}
    return tuple(
        open_words(programme, one) for one in waiting if one.correction.told.period in touching
    )
