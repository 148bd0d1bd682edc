"""Histories and traces as lines of Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from sql.provenance import TracedCell, ValueEvent
from tasks.tracing import Trace, TracedMonth
from yuebao.corrections.record import Held, in_words
from yuebao.programme.models import Indicator, Programme, Rollup
from yuebao.results import ACCEPTED_STATES, Components, IndicatorResult
from yuebao.rules.calendar import local_time
from yuebao.rules.entering import Part

_OF_VILLAGES = frozenset({Rollup.SHARE_OF_UNITS, Rollup.COVERAGE})
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


def cell_words(cell: TracedCell, part: Part) -> str:
    """A cell behind a figure, on one line: whose, its value, its part, its file and address."""
    now = in_words(_held(cell.value, cell.text_value))
    was = in_words(_held(cell.submitted_value, cell.submitted_text))
    corrected = f"（填报 {was}，更正 {cell.correction}）" if cell.correction else ""
    return (
        f"{cell.unit_name} {cell.form} {cell.row_name}·{cell.column_name} = {now}{corrected}"
        f" 【{part}】  "
        f"{cell.file_name} [{cell.sha256[:12]}] 第 {cell.version} 版 {cell.sheet}!{cell.cell}"
    )


def month_words(indicator: Indicator, month: TracedMonth) -> str:
    """What a month's cells come to, and whether that is still what was computed."""
    told = f"以上各格{_come_to(indicator, month.now)}"
    if month.holds:
        return f"{told}，与结果一致。"
    then = _come_to(indicator, month.result)
    return f"{told}，与汇总时的{then}不一致：汇总之后数据有变化，请重新汇总。"


def total_words(found: Trace) -> str:
    """What all of the cells come to, and whether that is the figure."""
    told = f"由以上各格算得 {in_words(found.value)}"
    if found.value == found.result.value:
        return f"{told}，与结果一致。"
    return f"{told}，与结果 {in_words(found.result.value)} 不一致，请重新汇总。"


def _come_to(indicator: Indicator, parts: Components | IndicatorResult) -> str:
    over, under = in_words(parts.numerator), in_words(parts.denominator)
    if indicator.rollup is Rollup.MINIMUM:
        return f"最小 {over}"
    if indicator.rollup in _OF_VILLAGES:
        return f"计数 {over} 行，登记的村（社区）{under} 个"
    if indicator.rollup is Rollup.SHARE_OF_ROWS:
        return f"计数 {over} 行，共 {under} 行"
    if indicator.rollup is Rollup.COUNT_ROWS:
        return f"计数 {over} 行"
    if indicator.rollup is Rollup.RATIO:
        return f"分子合计 {over}，分母合计 {under}"
    return f"合计 {over}"


def _held(number: Held, text: str | None) -> Held:
    return number if text is None else text
