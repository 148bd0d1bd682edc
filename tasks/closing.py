"""Close a period, open it again: kept beside the archive, and in the warehouse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from tasks.office import Office
from tasks.ordering import in_order
from tasks.standings import results_of
from yuebao.decision import Verdict
from yuebao.rules.calendar import local_date, local_time
from yuebao.rules.closing import ClosingStep, NotClosedError, Step, last_closing, reopenings
from yuebao.rules.period import Period
from yuebao.workbooks.desk_archive import keep_closing


@dataclass(frozen=True, slots=True)
class Reopening:
    """For whom a period is opened again (all units, all forms, if empty), and until when."""

    until_on: date
    unit: str = ""
    form: str = ""


def close(office: Office, period: Period, *, name: str, remark: str, now: datetime) -> str:
    """Close the period from now on; what was open again is closed too. Says so in Chinese.

    NotClosedError where it has no results yet, a held version waits, or nobody is named.
    """
    _named(name)
    if not results_of(office, period):
        raise NotClosedError(f"{period.chinese}还没有汇总，没有可定稿的数。")
    held = office.warehouse.held(office.programme.id, period)
    if held:
        units = "、".join(dict.fromkeys(office.programme.unit(one.unit).name for one in held))
        raise NotClosedError(f"{period.chinese}还有待批准的改动（{units}），请先决定。")
    _record(office, ClosingStep(str(period), Step.CLOSED, name.strip(), remark.strip(), now))
    issued = "" if _is_issued(office, period) else "通报还没有签发，定稿后仍可审定签发。"
    return f"{period} 已由{name.strip()}定稿，此后报来的先等批准。{issued}"


def reopen(
    office: Office, period: Period, asked: Reopening, *, name: str, reason: str, now: datetime
) -> str:
    """Open a closed period again; says for whom and until when, in Chinese.

    NotClosedError where it is not closed, no reason is given, or the last day is past.
    """
    _named(name)
    if last_closing(office.warehouse.closings(office.programme.id, period)) is None:
        raise NotClosedError(f"{period.chinese}没有定稿，不用重开。")
    if not reason.strip():
        raise NotClosedError("请写明重开的原因。")
    if asked.until_on < local_date(office.programme, now):
        raise NotClosedError(f"截止日期 {asked.until_on} 已经过去。")
    step = ClosingStep(
        str(period),
        Step.REOPENED,
        name.strip(),
        reason.strip(),
        now,
        asked.unit,
        asked.form,
        asked.until_on,
    )
    _record(office, step)
    return f"{period} {scope(office, step)}已重开，到 {asked.until_on} 为止。"


def desk_lines(office: Office, period: str, today: date) -> tuple[str, ...]:
    """Whether the period is closed, for whom it is open again, and what waits, a line each."""
    programme = office.programme
    steps = office.warehouse.closings(programme.id, period)
    lines = []
    closed = last_closing(steps)
    if closed is not None:
        lines.append(f"已定稿：{closed.name}，{local_time(programme, closed.at)}。{closed.reason}")
    for step in reopenings(steps, today):
        lines.append(
            f"重开到 {step.until_on}：{scope(office, step)}（{step.reason}；"
            f"{step.name}，{local_time(programme, step.at)}）。"
        )
    for one in office.warehouse.held(programme.id, period):
        unit = programme.unit(one.unit).name
        lines.append(f"待批准：{unit} {one.form} 第{one.version}版（{'；'.join(one.reasons)}）。")
    return tuple(lines)


def scope(office: Office, step: ClosingStep) -> str:
    """For whom a step is: 全部, a unit, a unit and a form, or 各单位 and a form."""
    unit = office.programme.unit(step.unit).name if step.unit else ""
    if not (unit or step.form):
        return "全部"
    return " ".join(part for part in (unit or "各单位", step.form) if part)


def _record(office: Office, step: ClosingStep) -> None:
    step = replace(step, at=in_order(office, step.at))
    keep_closing(office.archive, step)
    office.warehouse.record_closing(office.programme.id, step)


def _named(name: str) -> None:
    if not name.strip():
        raise NotClosedError("请填经办人姓名。")


def _is_issued(office: Office, period: Period) -> bool:
    known = office.warehouse.decisions(office.programme.id, period)
    return bool(known) and known[-1].verdict is Verdict.APPROVED
