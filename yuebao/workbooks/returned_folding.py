"""A long run of the same finding in one column is told on one line; its cells stay marked each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from yuebao.findings import Issue, finding_id
from yuebao.workbooks.raw import cell_address
from yuebao.workbooks.returned_places import place_of

FOLDED_FROM = 6  # fewer than that are told one by one
_SHOWN = 3


def runs(issues: Sequence[Issue]) -> list[tuple[Issue, ...]]:
    """The findings in their order, those of a long run together where the first of them stands."""
    kinds: dict[tuple[object, ...], list[Issue]] = {}
    for at, issue in enumerate(issues):
        kinds.setdefault(_kind(issue, at), []).append(issue)
    groups: list[tuple[Issue, ...]] = []
    for group in kinds.values():
        groups += [tuple(group)] if len(group) >= FOLDED_FROM else [(one,) for one in group]
    order = {id(issue): at for at, issue in enumerate(issues)}
    return sorted(groups, key=lambda group: order[id(group[0])])


def told(run: Sequence[Issue]) -> Issue:
    """What is said of a run: the first finding's words, and of how many cells they hold."""
    first = run[0]
    if len(run) == 1:
        return first
    return replace(
        first,
        message=f"{first.message}（这一列共 {len(run)} 处同样的问题，各格另有批注）",
        value=_some(issue.value for issue in run),
        expected=_some(issue.expected for issue in run),
    )


def where(run: Sequence[Issue]) -> str:
    """The cells of a finding or a run in few words: ``D7:D95，共 89 处``."""
    first = run[0]
    if len(run) > 1:
        found = spans(issue.cell for issue in run)
        named = "、".join(found[:_SHOWN]) + (" 等" if len(found) > _SHOWN else "")
        return f"{named}，共 {len(run)} 处"
    if not first.cell:
        return "整张表" if first.sheet else "整个文件"
    others = len({first.cell, *first.cells})
    return f"{first.cell} 等 {others} 处" if others > 1 else first.cell


def target(run: Sequence[Issue]) -> str:
    """Where the link of a line leads: the cell, or the first stretch of a run."""
    return spans(issue.cell for issue in run)[0] if len(run) > 1 else run[0].cell or "A1"


def said_of(run: Iterable[Issue], texts: Mapping[str, str]) -> str:
    """What was said of any finding of the run, each text once."""
    said = (texts.get(finding_id(issue), "") for issue in run)
    return "；".join(dict.fromkeys(text for text in said if text))


def spans(cells: Iterable[str]) -> list[str]:
    """Cells of one column as stretches of neighbouring rows, from the top."""
    places = sorted({place for place in map(place_of, cells) if place is not None})
    stretches: list[tuple[int, int, int]] = []
    for row, column in places:
        if stretches and stretches[-1][1:] == (row - 1, column):
            stretches[-1] = (stretches[-1][0], row, column)
        else:
            stretches.append((row, row, column))
    return [
        cell_address(top, column) + (f":{cell_address(bottom, column)}" if bottom > top else "")
        for top, bottom, column in stretches
    ]


def _kind(issue: Issue, at: int) -> tuple[object, ...]:
    """What makes findings the same but for their row; of its own, where there is no cell."""
    if not issue.cell or not issue.column:
        return (at,)
    about = (issue.sheet, issue.table, issue.column, issue.cell.rstrip("0123456789"))
    return (*about, issue.code, issue.rule, issue.severity)


def _some(texts: Iterable[str]) -> str:
    different = list(dict.fromkeys(text for text in texts if text))
    return "、".join(different[:_SHOWN]) + (" 等" if len(different) > _SHOWN else "")
