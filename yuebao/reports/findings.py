"""A unit's list of findings as a workbook: where, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from yuebao.findings import Issue
from yuebao.programme.models import Programme, Severity
from yuebao.reports.sheets import Content, ReportBook, ReportSheet
from yuebao.rules.finding_order import by_form
from yuebao.rules.period import Period

SEVERITY_WORDS = {
    Severity.ERROR: "错误",
    Severity.WARNING: "疑问",
    Severity.NOTICE: "提示",
}
_LOOKS = {Severity.ERROR: "red", Severity.WARNING: "amber", Severity.NOTICE: "grey"}
_HEAD = ("序号", "表", "单元格", "问题", "怎么改", "填报值", "应为/参考", "依据", "程度")
_WIDTHS = (6, 24, 13, 46, 40, 16, 18, 10, 8)
_CHARACTERS_A_LINE = 22
_LINE_HEIGHT = 16


def findings_workbook(
    programme: Programme, unit: str, period: str, issues: Sequence[Issue]
) -> bytes:
    """The findings of a unit (by code) and period as .xlsx, form by form, errors first.

    Whatever clerks typed is written as plain text: nothing in it can become a formula or a link.
    """
    name = programme.unit(unit).name
    book = ReportBook(f"{name} {period} 问题清单")
    sheet = book.sheet("问题清单", _WIDTHS)
    sheet.title(f"{name} {Period.parse(period).chinese} 问题清单", _note(issues))
    sheet.head(_HEAD)
    sheet.freeze()
    number = 0
    for title, group in by_form(programme, issues):
        sheet.band(f"{title}（{len(group)} 处）")
        for issue in group:
            number += 1
            _row(sheet, number, title, issue)
    return book.content()


def _note(issues: Sequence[Issue]) -> str:
    counts = [
        f"{words} {sum(issue.severity is severity for issue in issues)} 处"
        for severity, words in SEVERITY_WORDS.items()
    ]
    rule = "错误须改正后重报；疑问请核对，确实无误的在表内“情况说明”栏写明；提示不必处理。"
    return f"{'，'.join(counts)}。{rule}"


def _row(sheet: ReportSheet, number: int, title: str, issue: Issue) -> None:
    where = "、".join(issue.cells[:6]) if len(issue.cells) > 1 else issue.cell
    longest = max(len(issue.message), len(issue.advice))
    cells: list[tuple[Content, str]] = [
        (number, "mid"),
        (title, "text"),
        (where, "mid"),
        (issue.message, "text"),
        (issue.advice, "text"),
        (issue.value, "text"),
        (issue.expected, "text"),
        (issue.clause, "mid"),
        (SEVERITY_WORDS[issue.severity], _LOOKS[issue.severity]),
    ]
    sheet.row(cells, height=_LINE_HEIGHT * max(2, 1 + longest // _CHARACTERS_A_LINE))
