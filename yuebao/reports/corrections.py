"""Workbooks about corrections: the blank 更正单, what became of one, the register of a period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yuebao.corrections.record import StandingCorrection
from yuebao.corrections.sentences import (
    STATE_WORDS,
    cell_words,
    standing_words,
    value_words,
)
from yuebao.corrections.sheet import HEADER
from yuebao.programme.models import Programme
from yuebao.reports.sheets import Content, ReportBook
from yuebao.rules.calendar import local_time

_BLANK_LINES = 40
_BLANK_WIDTHS = (14, 10, 8, 12, 20, 24, 12, 12, 36, 10, 12, 8)
_HOW = (
    "一行更正一格。单位、表、行、列照报表上的叫法写；原值是现在入库的数，空白的格写“空”。"
    "只有一张分表的不填“分表”；“办理”不填就是更正，撤销从前的一条写“撤销”，其余照原样写。"
)
_REGISTER_HEAD = (
    *("状态", "单位", "哪一格", "原值", "更正为", "现在的填报值", "原因", "更正人", "日期"),
    *("登记时间", "来自", "说明"),
)
_REGISTER_WIDTHS = (10, 14, 52, 12, 12, 12, 30, 10, 12, 16, 26, 60)


def blank_corrections(period: str) -> bytes:
    """A 更正单 to be filled in; the period stands in it as text."""
    book = ReportBook(f"更正单 {period}")
    sheet = book.sheet("更正单", _BLANK_WIDTHS)
    sheet.title(f"更正单 {period}", _HOW)
    sheet.head(HEADER)
    sheet.freeze()
    for _ in range(_BLANK_LINES):
        sheet.row([("", "text"), (period, "mid"), *((("", "text"),) * (len(HEADER) - 2))])
    return book.content()


def outcome_workbook(period: str, lines: Sequence[tuple[str, int, str, str]]) -> bytes:
    """What became of the lines of 更正单 files: file, line, outcome, what to do."""
    book = ReportBook(f"更正单办理结果 {period}")
    sheet = book.sheet("办理结果", (34, 8, 12, 90))
    sheet.title(f"更正单办理结果 {period}", "未受理的改好后，原样存回本期文件夹，下次收表时再办。")
    sheet.head(("文件", "行号", "结果", "说明"))
    sheet.freeze()
    for file, line, outcome, words in lines:
        number: Content = line or None
        look = "red" if outcome == "未受理" else "green"
        sheet.row([(file, "text"), (number, "mid"), (outcome, look), (words, "text")], height=34)
    return book.content()


def register_workbook(
    programme: Programme, period: str, standings: Iterable[StandingCorrection]
) -> bytes:
    """Every correction of a period and how it stands now."""
    book = ReportBook(f"更正登记 {period}")
    sheet = book.sheet("更正登记", _REGISTER_WIDTHS)
    sheet.title(f"更正登记 {period}", "填报的原数一律不动；更正另记，原值变了就不再生效。")
    sheet.head(_REGISTER_HEAD)
    sheet.freeze()
    for standing in standings:
        sheet.row(_register_row(programme, standing), height=34)
    return book.content()


def _register_row(programme: Programme, standing: StandingCorrection) -> list[tuple[Content, str]]:
    correction = standing.correction
    told = correction.told
    source = f"{correction.file_name} 第 {correction.line} 行" if correction.file_name else "命令行"
    return [
        (STATE_WORDS[standing.state], "red" if standing.is_open else "mid"),
        (programme.unit(told.unit).name, "text"),
        (cell_words(programme, told), "text"),
        (value_words(programme, told, told.expected), "mid"),
        (value_words(programme, told, told.value), "mid"),
        (value_words(programme, told, standing.found) if standing.found else "", "mid"),
        (told.reason, "text"),
        (told.made_by, "mid"),
        (told.made_on.isoformat(), "mid"),
        (local_time(programme, correction.recorded_at), "mid"),
        (source, "text"),
        (standing_words(programme, standing), "text"),
    ]
