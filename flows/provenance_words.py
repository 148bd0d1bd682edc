"""Histories and traces as lines of Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from sql.provenance import TracedCell, ValueEvent
from yuebao.corrections.record import Held, in_words
from yuebao.programme.models import Programme
from yuebao.results import ACCEPTED_STATES
from yuebao.rules.calendar import local_time

_EVENTS = {"reported": "报送", "correction": "更正", "withdrawal": "撤销更正"}
_STATES = {
    "accepted": "已入库",
    "explained": "已入库（有说明）",
    "zero": "零报告",
    "returned": "退回",
    "held": "待批准",
    "applied": "已生效",
    "idle": "待入库",
    "differs": "原值不符，未生效",
    "absent": "没有这一格，未生效",
    "repeated": "行不唯一，未生效",
    "twice": "重复更正，未生效",
    "withdrawn": "已撤销",
    "withdrawal": "",
}


def history_words(programme: Programme, events: Sequence[ValueEvent]) -> list[str]:
    """What happened to a form or a value, a line an event, and which version counts now."""
    counting = next((e.version for e in events if e.event == "reported" and _counts(e)), 0)
    return [_event_words(programme, event, counting) for event in events]


def _event_words(programme: Programme, event: ValueEvent, counting: int) -> str:
    """On one line: when, what became of it, from which file and cell."""
    moment = local_time(programme, event.arrived_at)
    source = f"{event.file_name} [{event.sha256[:12]}]" if event.file_name else ""
    if event.event == "reported":
        where = f"{event.sheet}!{event.cell}" if event.cell else event.sheet
        return (
            f"{moment} 第 {event.version} 版 {_STATES[event.state]}{_standing(event, counting)}"
            f" {_place(event)}"
            f"{_value(event)} {source} {where}".rstrip()
        )
    before = in_words(_held(event.expected_value, event.expected_text))
    after = in_words(_held(event.value, event.text_value))
    return (
        f"{moment} {_EVENTS[event.event]} {_STATES[event.state]} {_place(event)}"
        f"{before}→{after}（{event.reason}；{event.made_by}）{source}"
    )


def _standing(event: ValueEvent, counting: int) -> str:
    """Whether a version counts, or which one took its place; nothing of what never counted."""
    if _counts(event):
        return "（现在计数）"
    if event.state not in ACCEPTED_STATES:
        return ""
    return f"（已由第 {counting} 版代替，不再计数）" if counting else "（现在不计数）"


def _counts(event: ValueEvent) -> bool:
    return event.counts == "是"


def _place(event: ValueEvent) -> str:
    return f"{event.row_name}·{event.column_name} " if event.column_id else f"{event.form} "


def _value(event: ValueEvent) -> str:
    if event.is_of_form and not event.cell:
        return ""
    said = event.raw if event.text_value is not None else in_words(event.value)
    return f"= {said}"


def cell_words(cell: TracedCell) -> str:
    """A cell behind a figure, on one line: whose, its value, its file and address."""
    now = in_words(_held(cell.value, cell.text_value))
    was = in_words(_held(cell.submitted_value, cell.submitted_text))
    corrected = f"（填报 {was}，更正 {cell.correction}）" if cell.correction else ""
    return (
        f"{cell.unit_name} {cell.form} {cell.row_name}·{cell.column_name} = {now}{corrected}  "
        f"{cell.file_name} [{cell.sha256[:12]}] 第 {cell.version} 版 {cell.sheet}!{cell.cell}"
    )


def sum_words(total: Held, numerator: Held) -> str:
    """What the cells add up to, and whether that is still the figure."""
    told = f"以上各格合计 {in_words(total)}"
    if total == numerator:
        return f"{told}，与结果一致。"
    return f"{told}，与结果 {in_words(numerator)} 不一致：汇总之后数据有变化，请重新汇总。"


def _held(number: Held, text: str | None) -> Held:
    return number if text is None else text
