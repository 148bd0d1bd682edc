"""The bulletin as a workbook: five sheets, a sixth for corrections; numbers as numbers."""

from __future__ import annotations

from decimal import Decimal

from yuebao.reports.bulletin import Bulletin
from yuebao.reports.headline import stands
from yuebao.reports.html import COLOUR_WORDS, ORIGIN_WORDS
from yuebao.reports.lines import Cell, Line
from yuebao.reports.numbers import percent, shown, target_text
from yuebao.reports.reporting import Grid, Outstanding
from yuebao.reports.sheets import Content, ReportBook, ReportSheet
from yuebao.results import Colour
from yuebao.rules.obligations import ReportingMeasures

_LINE_HEAD = (
    "编号",
    "指标",
    "单位",
    "目标",
    "完成",
    "较上期",
    "进度",
    "序时应达",
    "与序时比",
    "色标",
    "每月还需",
    "预计全年",
    "已报单位",
    "牵头单位",
    "责任领导",
    "方案条目",
    "目标来源",
)
_LINE_WIDTHS = (8, 28, 6, 9, 10, 8, 8, 10, 9, 7, 9, 10, 8, 17, 9, 9, 9)
_MEASURES = ("应报", "实报", "上报率", "及时数", "及时率")
_TONES = {"good": "green", "late": "amber", "bad": "red", "wait": "grey", "none": "grey"}
_PLACES = 2
_TALL = 66


def bulletin_workbook(bulletin: Bulletin) -> bytes:
    """The bulletin's whole content as an .xlsx file."""
    book = ReportBook(f"{bulletin.title}{bulletin.kind}（{bulletin.period.chinese}）")
    _overview(book, bulletin)
    _works(book, bulletin)
    _townships(book, bulletin)
    _reporting(book, bulletin)
    _doubts(book, bulletin)
    _corrections(book, bulletin)
    return book.content()


def _opened(
    book: ReportBook, bulletin: Bulletin, name: str, widths: tuple[int, ...]
) -> ReportSheet:
    sheet = book.sheet(name, widths)
    sample = "【样例】" if bulletin.sample else ""
    draft = "【送审稿】" if bulletin.draft else ""
    waiting = "【更正待处理：还是从前汇总的数】" if bulletin.waiting else ""
    note = f"{bulletin.period.chinese}　{bulletin.issuer}　{bulletin.issued_on}"
    sheet.title(f"{bulletin.title}{bulletin.kind}·{name}", f"{waiting}{draft}{sample}{note}")
    return sheet


def _overview(book: ReportBook, bulletin: Bulletin) -> None:
    sheet = _opened(book, bulletin, "总览", (28, 10, 10, 18, 14, 10, 66))
    head, overall = bulletin.headline, bulletin.reporting.overall
    words = [COLOUR_WORDS[colour] for colour in Colour]
    sheet.head(("重点工作", "指标数", *words, "说明"))
    for section in bulletin.sections:
        counts = [_count(section.count(colour), colour) for colour in Colour]
        sheet.row(
            [(section.work.title, "text"), (len(section.lines), "whole"), *counts, ("", "text")]
        )
    totals = [_count(head.counts[colour], colour) for colour in Colour]
    told = (
        f"应报 {overall.expected} 张，实报 {overall.actual} 张，上报率 {percent(overall.rate)}，"
        f"及时率 {percent(overall.on_time_rate)}"
    )
    sheet.row([("合计", "band"), (head.total, "whole"), *totals, (told, "text")])
    sheet.skip()
    sheet.head(("需要关注", "编号", "色标", "牵头单位", "责任领导", "已报单位", "情况"))
    for section in bulletin.sections:
        for line in section.lines:
            if line.colour in (Colour.RED, Colour.AMBER):
                sheet.row(_concern(line), height=30)


def _count(number: int, colour: Colour) -> tuple[Content, str]:
    return (number, f"{colour} whole") if number else (None, "text")


def _concern(line: Line) -> list[tuple[Content, str]]:
    return [
        (line.indicator.name, "text"),
        (line.indicator.id, "mid"),
        (COLOUR_WORDS[line.colour], str(line.colour)),
        ("、".join(line.indicator.lead_units), "text"),
        ("、".join(line.indicator.leaders), "mid"),
        (f"{line.units_reported}/{line.units_expected}", "mid"),
        (stands(line), "text"),
    ]


def _works(book: ReportBook, bulletin: Bulletin) -> None:
    sheet = _opened(book, bulletin, "十项重点工作", _LINE_WIDTHS)
    sheet.head(_LINE_HEAD)
    sheet.freeze(2)
    for section in bulletin.sections:
        sheet.band(f"{section.work.title}（方案 {section.work.clause}）")
        for line in section.lines:
            sheet.row(_line(line), height=30)


def _line(line: Line) -> list[tuple[Content, str]]:
    ratio = line.pace_ratio * 100 if line.pace_ratio is not None else None
    return [
        (line.indicator.id, "mid"),
        (line.indicator.name, "text"),
        (line.indicator.unit, "mid"),
        (target_text(line.indicator.target, line.target), "mid"),
        (_seen(line.value), "number"),
        (_seen(line.gain), "number"),
        (line.progress, "rate"),
        (_seen(line.expected), "number"),
        (ratio, "rate"),
        (COLOUR_WORDS[line.colour], str(line.colour)),
        (_seen(line.needed), "number"),
        (_seen(line.landing), "number"),
        (f"{line.units_reported}/{line.units_expected}", "mid" if line.complete else "amber"),
        ("、".join(line.indicator.lead_units), "text"),
        ("、".join(line.indicator.leaders), "text"),
        (line.indicator.clause, "mid"),
        (ORIGIN_WORDS[line.origin] or "方案", "mid"),
    ]


def _townships(book: ReportBook, bulletin: Bulletin) -> None:
    names = [unit.short_name for unit in bulletin.townships]
    sheet = _opened(book, bulletin, "分乡镇", (9, 42, 7, 10, *(11 for _ in names)))
    sheet.head(("编号", "指标", "单位", "项目", *names))
    sheet.freeze(4)
    for section in bulletin.sections:
        if not section.by_township:
            continue
        sheet.band(f"{section.work.title}（方案 {section.work.clause}）")
        for line in section.by_township:
            _township_rows(sheet, line)


def _township_rows(sheet: ReportSheet, line: Line) -> None:
    """Three rows an indicator: what is done, the target, and whose word the target is."""
    name = [(line.indicator.id, "mid"), (line.indicator.name, "text"), (line.indicator.unit, "mid")]
    blank = [("", "mid"), ("", "text"), ("", "mid")]
    sheet.row([*name, ("完成", "mid"), *(_done(cell) for cell in line.townships)])
    if any(cell.target is not None for cell in line.townships):
        targets = [(_seen(cell.target), "number") for cell in line.townships]
        origins = [(ORIGIN_WORDS[cell.origin], "grey") for cell in line.townships]
        sheet.row([*blank, ("目标", "mid"), *targets])
        if any(words for words, _ in origins):
            sheet.row([*blank, ("目标来源", "mid"), *origins])


def _done(cell: Cell) -> tuple[Content, str]:
    if not cell.owed:
        return ("—", "grey")
    if not cell.reported:
        return ("未报", "red")
    return (_seen(cell.value), f"{cell.colour} number")


def _reporting(book: ReportBook, bulletin: Bulletin) -> None:
    most = max((len(grid.forms) for grid in bulletin.reporting.grids), default=0)
    sheet = _opened(book, bulletin, "报送情况", (22, *(9 for _ in range(most + len(_MEASURES)))))
    for grid in bulletin.reporting.grids:
        _grid(sheet, grid)
        sheet.skip()
    for words, units in (
        ("未报", bulletin.reporting.missing),
        ("退回", bulletin.reporting.returned),
        ("待报", bulletin.reporting.pending),
        ("待批准", bulletin.reporting.held),
        ("迟报", bulletin.reporting.late),
    ):
        _names(sheet, words, units)


def _grid(sheet: ReportSheet, grid: Grid) -> None:
    forms = [f"{form.id} {form.title}" for form in grid.forms]
    sheet.head(("单位", *forms, *_MEASURES), height=_TALL)
    for unit in grid.units:
        marks: list[tuple[Content, str]] = [(c.mark, _TONES[c.tone]) for c in unit.cells]
        sheet.row([(unit.name, "text"), *marks, *_measure_cells(unit.measures)])


def _measure_cells(found: ReportingMeasures) -> list[tuple[Content, str]]:
    return [
        (found.expected, "whole"),
        (found.actual, "whole"),
        (found.rate, "rate"),
        (found.on_time, "whole"),
        (found.on_time_rate, "rate"),
    ]


def _names(sheet: ReportSheet, words: str, units: tuple[Outstanding, ...]) -> None:
    for unit in units:
        sheet.row([(f"{words}：{unit.name}", "note"), ("、".join(unit.forms), "note")])


def _doubts(book: ReportBook, bulletin: Bulletin) -> None:
    sheet = _opened(book, bulletin, "方案疑点", (7, 14, 110))
    sheet.head(("序号", "方案条目", "方案自身对不上之处（原样列出，未作改动）"))
    sheet.freeze()
    for number, doubt in enumerate(bulletin.doubts, start=1):
        sheet.row([(number, "mid"), (doubt.clause, "mid"), (doubt.text, "text")], height=34)
    for text in bulletin.county_issues:
        sheet.row([("", "mid"), ("全县合计", "mid"), (text, "text")], height=34)


def _corrections(book: ReportBook, bulletin: Bulletin) -> None:
    """What counts otherwise than reported, and what waits; no sheet where there is none."""
    told = [(text, "mid") for text in bulletin.corrections]
    told += [(f"待处理：{text}", "red") for text in bulletin.waiting]
    if not told:
        return
    sheet = _opened(book, bulletin, "数据更正", (7, 125))
    sheet.head(("序号", "更正（按更正后的数汇总，单位填报的原数不动）"))
    sheet.freeze()
    for number, (text, look) in enumerate(told, start=1):
        sheet.row([(number, look), (text, "text")], height=34)


def _seen(value: Decimal | None) -> Decimal | None:
    return shown(value, _PLACES) if value is not None else None
