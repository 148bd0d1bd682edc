"""The trace every re-run leaves: who, when, why, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from flows.runs.artifacts import show_reruns
from flows.runs.asking import Asked
from flows.runs.this_run import this_run
from sql.records import RerunRecord
from tasks.office import Office
from yuebao.rules.unit_standing import UnitStanding


@dataclass(frozen=True)
class Rerun:
    """Why something is run again: the kind of re-run, who asked for it, the reason given."""

    mode: str
    asked_by: str
    reason: str


def leave_trace(
    office: Office,
    asked: Asked,
    rerun: Rerun,
    before: Iterable[UnitStanding],
    after: Iterable[UnitStanding],
    *,
    changed: Set[str],
) -> None:
    """A record for each unit of the re-run, one without a unit where there was none; and shown."""
    then = {standing.unit: standing.words for standing in before}
    now = {standing.unit: standing.words for standing in after}
    units = [unit.code for unit in asked.units] or [""]
    office.warehouse.record_reruns(
        office.programme.id,
        [
            RerunRecord(
                period=asked.period,
                unit=unit,
                form=asked.form,
                mode=rerun.mode,
                asked_by=rerun.asked_by,
                reason=rerun.reason,
                run=this_run().name,
                before=then.get(unit, ""),
                after=now.get(unit, "") if unit else "没有需要重报的单位",
                changed=unit in changed,
                ran_at=asked.now,
            )
            for unit in units
        ],
    )
    show_reruns(office, asked.period)
