"""Close a period, or open it again: pressed in the UI."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from prefect import flow
from prefect.client.schemas import State
from prefect.states import Completed, Failed

from flows.office import office
from flows.runs.asking import ask
from flows.runs.choices import ALL_FORMS, FormChoice, PeriodChoice, UnitName, form_id, parameter
from flows.runs.this_run import add_tags, asked_by
from tasks.closing import Reopening, close, reopen
from yuebao.rules.closing import NotClosedError
from yuebao.rules.period import Period


@flow(name="close-month", flow_run_name="定稿 {period}")
def close_month(
    period: PeriodChoice = parameter("期别", "哪个月，或哪个季度"),
    remark: str = parameter("备注", "可不填", default=""),
    by: str = parameter("经办人", "可不填", default=""),
) -> State[Any]:
    """From now on what comes for the period waits for the data team; recorded who and when."""
    here = office()
    asked = Period.parse(ask(here, period).period)
    add_tags(str(asked))
    try:
        said = close(here, asked, name=asked_by(by), remark=remark, now=datetime.now(UTC))
    except NotClosedError as error:
        return Failed(name="没有定稿", message=str(error))
    return Completed(name="已定稿", message=said)


@flow(name="reopen-month", flow_run_name="重开 {period}")
def reopen_month(
    period: PeriodChoice = parameter("期别", "哪个月，或哪个季度"),
    until_on: date = parameter("到哪天为止", "到这一天（含）为止收下的可以直接入库"),
    reason: str = parameter("原因", "为什么重开，记入留痕"),
    units: tuple[UnitName, ...] = parameter("单位", "只给这些单位重开；不选为全部", default=()),
    form: FormChoice = parameter("表", "只重开这张表；不选为全部", default=ALL_FORMS),
    by: str = parameter("经办人", "可不填", default=""),
) -> State[Any]:
    """Let the units report for a closed period again until a day; recorded who, why and when."""
    here = office()
    asked = ask(here, period, units, form=form_id(form))
    add_tags(asked.period, *units)
    codes = [unit.code for unit in asked.units] if units else [""]
    try:
        said = [
            reopen(
                here,
                Period.parse(asked.period),
                Reopening(until_on, code, asked.form),
                name=asked_by(by),
                reason=reason,
                now=datetime.now(UTC),
            )
            for code in codes
        ]
    except NotClosedError as error:
        return Failed(name="没有重开", message=str(error))
    return Completed(name="已重开", message="".join(said))
