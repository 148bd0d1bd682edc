"""Re-run the failed, the missing or all units of a period, in one press; or only try it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from prefect import flow
from prefect.client.schemas import State

from flows.office import office
from flows.runs.asking import Asked, Rejudge, ask
from flows.runs.choices import (
    ALL_FORMS,
    FormChoice,
    Mode,
    ModeChoice,
    PeriodChoice,
    UnitName,
    form_id,
    parameter,
)
from flows.runs.naming import reload_run_name
from flows.runs.this_run import add_tags, asked_by
from flows.runs.tracing import Rerun
from flows.steps.collecting_units import RUNNER, alone
from flows.steps.rehearsing import rehearse
from tasks.office import Office
from tasks.standings import standings_of, statuses_of
from tasks.unfinished import has_unfinished
from yuebao.programme.models import Unit
from yuebao.results import ObligationState, SubmissionState
from yuebao.rules.unit_standing import Standing

_REJUDGE = {
    Mode.FAILED: Rejudge.RETURNED,
    Mode.MISSING: Rejudge.NOTHING,
    Mode.ALL: Rejudge.ALL,
}
_FAILED = frozenset({Standing.RETURNED, Standing.REFUSED})
_MISSING = frozenset({ObligationState.MISSING, ObligationState.PENDING})


@flow(name="reload", flow_run_name=reload_run_name, task_runner=RUNNER)
def reload(
    period: PeriodChoice = parameter("期别", "哪个月，或哪个季度"),
    mode: ModeChoice = parameter(
        "范围",
        "失败的：被退回、无法读取或系统出过故障的；缺报的：还有表没报的，只收新文件；"
        "全部：每个单位都收新文件，已入库的也按现行规则重新审核",
        default="失败的",
    ),
    units: tuple[UnitName, ...] = parameter("单位", "只在这些单位里做；不选为所有单位", default=()),
    form: FormChoice = parameter("表", "只重新审核这张表；新文件总是整份收", default=ALL_FORMS),
    dry_run: bool = parameter("试算", "只看会有什么变化，不入库", default=False),
    reason: str = parameter("原因", "为什么重报，记入留痕", default=""),
    by: str = parameter("经办人", "谁要求的，记入留痕", default=""),
) -> State[Any]:
    """Judge or collect again what the mode says; months and quarters it touches follow."""
    here = office()
    chosen = Mode(mode)
    wanted = ask(here, period, units, rejudge=_REJUDGE[chosen], form=form_id(form))
    add_tags(wanted.period, *units)
    wanted = replace(wanted, units=chosen_units(here, wanted, chosen))
    if dry_run:
        return rehearse(here, wanted)
    return alone(here, wanted, Rerun(mode=mode, asked_by=asked_by(by), reason=reason))


def chosen_units(here: Office, wanted: Asked, mode: Mode) -> tuple[Unit, ...]:
    """Those of the units asked for that the mode is about."""
    if mode is Mode.ALL:
        return wanted.units
    codes = _failed(here, wanted) if mode is Mode.FAILED else _missing(here, wanted)
    return tuple(unit for unit in wanted.units if unit.code in codes)


def _failed(here: Office, wanted: Asked) -> frozenset[str]:
    """Where a form stands returned, the last file was refused, or a file got stuck half-way."""
    standings = standings_of(here, wanted.period, wanted.units, wanted.today)
    returned = {standing.unit for standing in standings if standing.standing in _FAILED}
    last = {
        record.unit: record.state
        for record in here.warehouse.submissions(here.programme.id, wanted.period)
    }
    refused = {unit for unit, state in last.items() if state is SubmissionState.REFUSED}
    stuck = {u.code for u in wanted.units if has_unfinished(here, u.code, wanted.period)}
    return frozenset(returned | refused | stuck)


def _missing(here: Office, wanted: Asked) -> frozenset[str]:
    return frozenset(
        status.obligation.unit
        for status in statuses_of(here, wanted.period, wanted.today)
        if status.state in _MISSING and wanted.form in ("", status.obligation.form)
    )
