"""The note of impact: what a later version of a form changes, and what moves with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yuebao.programme.models import Programme
from yuebao.readings import Value
from yuebao.reports.inert import inert
from yuebao.reports.numbers import percent, plain
from yuebao.results import Colour, IndicatorResult
from yuebao.rules.holding import Stage
from yuebao.rules.impact import RankMove, ResultMove
from yuebao.rules.period import Period
from yuebao.rules.places import column_label, row_label
from yuebao.rules.revision import ValueChange

_MOST = 60
_COLOURS = {Colour.GREEN: "达序时", Colour.AMBER: "略慢", Colour.RED: "滞后", Colour.GREY: "不评"}


@dataclass(frozen=True, slots=True)
class Impact:
    """What one form of one file changes; ``issued`` are periods whose issued bulletin moves."""

    unit: str
    period: str
    form: str
    file_name: str
    stage: Stage
    changes: tuple[ValueChange, ...]
    moves: tuple[ResultMove, ...] = ()
    ranks: tuple[RankMove, ...] = ()
    issued: tuple[str, ...] = ()
    later: tuple[str, ...] = ()  # what no longer goes on in later periods, a sentence each


def impact_note(programme: Programme, impact: Impact, reasons: Sequence[str]) -> str:
    """The note as markdown that nothing in a submission can bend."""
    form, unit = programme.form(impact.form), programme.unit(impact.unit)
    parts = [
        f"# 修订说明：{unit.name} {impact.period} {form.id} {form.title}",
        f"文件：{inert(impact.file_name)}。{Period.parse(impact.period).chinese}{impact.stage}。",
        _verdict(impact.stage, reasons),
        *_section(f"改动的数（{len(impact.changes)} 处）", _CHANGED, _changes(programme, impact)),
        *_section(f"变动的指标结果（{len(impact.moves)} 项）", _MOVED, _moves(programme, impact)),
        *_section(f"名次变化（{len(impact.ranks)} 处）", _RANKED, _ranks(programme, impact)),
    ]
    if impact.issued:
        listed = "、".join(Period.parse(period).chinese for period in impact.issued)
        parts.append(f"## 已签发的通报\n\n{listed}的通报已签发，数字会变，须重新审定签发。")
    if impact.later:
        listed = "\n".join(f"- {inert(sentence)}" for sentence in impact.later[:_MOST])
        parts.append(f"## 以后各期对不上之处（{len(impact.later)} 处）\n\n{listed}")
    return "\n\n".join(parts)


def _verdict(stage: Stage, reasons: Sequence[str]) -> str:
    if reasons:
        return f"**待批准**：{'；'.join(reasons)}。"
    return "已直接入库。" if stage is Stage.OPEN else "改动不大，已直接入库。"


_CHANGED = ("单元格", "行", "列", "原数", "改为")
_MOVED = ("期别", "指标", "单位", "原结果", "改为", "进度", "颜色")
_RANKED = ("期别", "指标", "单位", "原名次", "改为")


def _section(title: str, head: Sequence[str], rows: list[Sequence[str]]) -> list[str]:
    """A table under its title, cut where it is too long; nothing without rows."""
    if not rows:
        return []
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(inert(cell) for cell in row) for row in rows[:_MOST]]
    table = "\n".join(f"| {line} |" for line in lines)
    more = f"\n\n只列前 {_MOST} 条。" if len(rows) > _MOST else ""
    return [f"## {title}\n\n{table}{more}"]


def _changes(programme: Programme, impact: Impact) -> list[Sequence[str]]:
    form = programme.form(impact.form)
    tables = {table.id: table for table in form.tables}
    return [
        (
            change.address or "—",
            row_label(programme, tables[change.table], change.row),
            column_label(tables[change.table], change.column),
            _text(change.before),
            _text(change.after),
        )
        for change in impact.changes
        if change.table in tables
    ]


def _moves(programme: Programme, impact: Impact) -> list[Sequence[str]]:
    return [
        (
            move.period,
            programme.indicator(move.indicator).name,
            programme.unit(move.unit).short_name,
            *_figures(move.before, move.after),
        )
        for move in _county_first(programme, impact.moves)
    ]


def _county_first(programme: Programme, moves: Iterable[ResultMove]) -> list[ResultMove]:
    return sorted(moves, key=lambda move: (move.period, move.unit != programme.county))


def _figures(
    before: IndicatorResult | None, after: IndicatorResult | None
) -> tuple[str, str, str, str]:
    old, new = before.colour if before else None, after.colour if after else None
    return (
        plain(before.value if before else None),
        plain(after.value if after else None),
        _arrow(
            percent(before.progress if before else None), percent(after.progress if after else None)
        ),
        _arrow(_COLOURS[old] if old else "—", _COLOURS[new] if new else "—"),
    )


def _ranks(programme: Programme, impact: Impact) -> list[Sequence[str]]:
    return [
        (
            move.period,
            programme.indicator(move.indicator).name,
            programme.unit(move.unit).short_name,
            str(move.before),
            str(move.after),
        )
        for move in impact.ranks
    ]


def _arrow(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _text(value: Value | None) -> str:
    if value is None:
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value, 6) if isinstance(value, Decimal) else str(value)
