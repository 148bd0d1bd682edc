"""What the command line shows: tables and sentences in Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from yuebao.findings import Issue
from yuebao.programme.models import Programme, Severity
from yuebao.results import Colour, IndicatorResult, ObligationState, ObligationStatus
from yuebao.rules.obligations import measures
from yuebao.rules.wording import state_mark

console = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)

_STATE_STYLES = {
    ObligationState.REPORTED: "green",
    ObligationState.ZERO: "green",
    ObligationState.HELD: "yellow",
    ObligationState.RETURNED: "red",
    ObligationState.MISSING: "yellow",
    ObligationState.PENDING: "dim",
    ObligationState.NOT_APPLICABLE: "dim",
}
_SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "预警", Severity.NOTICE: "提示"}
_COLOURS = {
    Colour.GREEN: "达到序时",
    Colour.AMBER: "略慢",
    Colour.RED: "滞后",
    Colour.GREY: "不评",
}


_MOST_NAMES = 5


def print_grid(programme: Programme, statuses: tuple[ObligationStatus, ...]) -> None:
    """Two grids: the townships' forms, and the bureaus'; then the five measures."""
    groups: dict[tuple[str, ...], dict[str, dict[str, ObligationStatus]]] = {}
    by_unit: dict[str, dict[str, ObligationStatus]] = {}
    for status in statuses:
        by_unit.setdefault(status.obligation.unit, {})[status.obligation.form] = status
    levels: dict[str, dict[str, dict[str, ObligationStatus]]] = {}
    for code, row in by_unit.items():
        levels.setdefault(programme.unit(code).level.value, {})[code] = row
    for rows in levels.values():
        groups[tuple(dict.fromkeys(form for row in rows.values() for form in row))] = rows
    for forms, rows in groups.items():
        _print_group(programme, forms, rows)
    total = measures(statuses)
    rate = f"{total.rate:.1f}%" if total.rate is not None else "—"
    on_time = f"{total.on_time_rate:.1f}%" if total.on_time_rate is not None else "—"
    console.print(
        f"应报 {total.expected} 张，实报 {total.actual} 张，上报率 {rate}；"
        f"及时 {total.on_time} 张，及时率 {on_time}。"
    )


def _print_group(
    programme: Programme,
    forms: tuple[str, ...],
    rows: dict[str, dict[str, ObligationStatus]],
) -> None:
    """The shorter side goes across, so that the grid fits a terminal."""
    names = [programme.unit(code).name for code in rows]
    if len(forms) > len(rows):
        table = Table("表", *names, pad_edge=False)
        for form in forms:
            table.add_row(form, *(_cell(row.get(form)) for row in rows.values()))
    else:
        table = Table("单位", *forms, pad_edge=False)
        for name, row in zip(names, rows.values(), strict=True):
            table.add_row(name, *(_cell(row.get(form)) for form in forms))
    console.print(table)


def _cell(status: ObligationStatus | None) -> str:
    if status is None:
        return ""
    return f"[{_STATE_STYLES[status.state]}]{state_mark(status)}[/]"


def print_issues(programme: Programme, issues: Iterable[Issue]) -> None:
    """Findings a line each: where, how grave, what is wrong, what to do."""
    for issue in issues:
        place = " ".join(part for part in (issue.form, issue.sheet, issue.cell) if part)
        console.print(
            f"  {programme.unit(issue.unit).name} {escape(place)} "
            f"[{_SEVERITIES[issue.severity]}] {escape(issue.message)}{escape(issue.advice)}",
            highlight=False,
        )


def print_headline(programme: Programme, results: Iterable[IndicatorResult]) -> None:
    """The county's indicators by colour, and those behind by name."""
    county = [result for result in results if result.unit == programme.county]
    if not county:
        console.print("还没有汇总结果。")
        return
    counts = "，".join(
        f"{word} {sum(result.colour is colour for result in county)} 项"
        for colour, word in _COLOURS.items()
    )
    console.print(f"全县 {len(county)} 项指标：{counts}。")
    behind = [
        programme.indicator(result.indicator).name
        for result in county
        if result.colour is Colour.RED
    ]
    if behind:
        more = f"等 {len(behind)} 项" if len(behind) > _MOST_NAMES else ""
        console.print(f"滞后：{'、'.join(behind[:_MOST_NAMES])}{more}。", highlight=False)
