"""A dry run: judge without loading, and show what would change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prefect.client.schemas import State
from prefect.states import Completed, Crashed

from flows.runs.artifacts import show_table
from flows.runs.asking import Asked
from flows.steps.collecting import preview
from tasks.office import Office
from tasks.standings import statuses_of
from yuebao.programme.models import Severity
from yuebao.readings import Accepted
from yuebao.results import FormState, JudgedForm, JudgedSubmission
from yuebao.rules.revision import ValueChange, value_changes
from yuebao.rules.wording import state_mark

_MARKS = {
    FormState.ACCEPTED: "已报",
    FormState.EXPLAINED: "已报（有说明）",
    FormState.ZERO: "零报告",
    FormState.HELD: "待批准",
}
_MOST_VALUES = 5
_UNCHANGED = "不变"


def rehearse(office: Office, asked: Asked) -> State[Any]:
    """Show what a reload would change, form by form; nothing is loaded."""
    verdicts, outcome = preview(office, asked)
    rows = [
        *(row for verdict in verdicts for row in _rows(office, asked, verdict)),
        *(_fault_row(office, unit, detail) for unit, detail in outcome.faults.items()),
    ]
    changes = sum(row["变化"] != _UNCHANGED for row in rows)
    words = f"试算：{len(asked.units)} 个单位，{changes} 处会变"
    show_table(
        f"rehearsal-{asked.period.lower()}",
        rows or [{"单位": "—", "变化": "没有可重报的内容"}],
        f"{asked.period} {words}，没有入库",
    )
    if outcome.faults:
        return Crashed(name="系统故障", message=words)
    message = "；".join(f"{row['单位']} {row['表']}：{row['变化']}" for row in rows if row["表"])
    return Completed(name=words, message=message[:2000])


def _rows(office: Office, asked: Asked, verdict: JudgedSubmission) -> Iterable[dict[str, str]]:
    name = office.programme.unit(verdict.unit).name
    now = {
        status.obligation.form: state_mark(status)
        for status in statuses_of(office, asked.period, asked.today)
        if status.obligation.unit == verdict.unit
    }
    standing = office.warehouse.accepted_in(office.programme, asked.period, unit=verdict.unit)
    for issue in verdict.issues:
        if issue.severity is Severity.ERROR:
            yield _row(name, verdict.file_name, "", "—", "无法读取", issue.message)
    for form in verdict.forms:
        before = now.get(form.reading.form, "—")
        after = _MARKS.get(form.state) or _returned(form)
        said = _said(before, after, form, verdict.unit, standing)
        yield _row(name, verdict.file_name, form.reading.form, before, after, said)


def _said(before: str, after: str, form: JudgedForm, unit: str, standing: Accepted) -> str:
    parts = [f"{before} → {after}"] if before.removesuffix("(迟)") != after else []
    if form.state in (FormState.ACCEPTED, FormState.EXPLAINED, FormState.HELD):
        parts += _values(value_changes(form.reading, standing.get((unit, form.reading.form))))
    return "；".join(parts) or _UNCHANGED


def _values(changes: tuple[ValueChange, ...]) -> list[str]:
    if not changes:
        return []
    shown = "、".join(
        f"{change.address or change.row} {_text(change.before)}→{_text(change.after)}"
        for change in changes[:_MOST_VALUES]
    )
    return [f"{len(changes)} 个数会变：{shown}{'…' if len(changes) > _MOST_VALUES else ''}"]


def _text(value: object) -> str:
    return "空" if value is None else str(value)


def _returned(form: JudgedForm) -> str:
    errors = sum(issue.severity is Severity.ERROR for issue in form.issues)
    warnings = sum(issue.severity is Severity.WARNING for issue in form.issues)
    return f"退回{errors or warnings}"


def _row(unit: str, file: str, form: str, before: str, after: str, said: str) -> dict[str, str]:
    return {"单位": unit, "表": form, "现在": before, "重报后": after, "变化": said, "文件": file}


def _fault_row(office: Office, unit: str, detail: str) -> dict[str, str]:
    return _row(office.programme.unit(unit).name, "", "", "—", "系统故障", detail)
