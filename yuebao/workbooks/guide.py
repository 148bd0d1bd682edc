"""The first sheet of a workbook: what is to be filled in, how, by when, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xlsxwriter.worksheet import Worksheet

from yuebao.programme.models import Form, Frequency, Programme, RowsKind, Unit
from yuebao.rules.period import Period
from yuebao.workbooks.layout import FormLayout
from yuebao.workbooks.page import A4, basis
from yuebao.workbooks.styles import GUIDE_TAB, SAMPLE_TAB, Styles, lines_needed

GUIDE_SHEET = "填报说明"
_WIDTHS = (6.0, 9.0, 38.0, 14.0, 9.0, 12.0, 18.0)
_LAST = len(_WIDTHS) - 1
_HEADINGS = ("序号", "表号", "表名（点击打开）", "方案依据", "报送", "可否零报告", "填写方式")

_STEPS = (
    "只填浅绿色的格子。其余格子已锁定，不需要改动；点中格子会显示填写提示。",
    "数字只填数字，不带单位、逗号和文字，计量单位看表头括号；百分数 98% 填 98。",
    "空白不等于 0：没有的填 0。整张表本期确无此项工作的，在表下“零报告”处选“是”，表内不再填数。",
    "“本月”“本期”填当期新发生的数，“累计”填 1 月 1 日起到本期末的数。",
    "蓝色斜体是上期已入库的数，供接着填：有变化的直接改写为本期数，没有变化的不用动。",
    "格子变红说明有错或漏填，请改正；变黄请再核对，确实无误的在表下“情况说明”写明原因。",
    "数字、日期写成了文字（如 12户、2023.9.25）也会变黄：认得出的照收，不必说明。",
    "合计行自动计算，不必手填。登记表行数不够时，选中表内一行插入新行即可。",
    "请不要改动表头和工作表名称，不要增删列；不要填写身份证号、银行卡号等个人信息。",
)
_COLOURS = (
    ("input", "", "请在这里填写"),
    ("swatch_carried", "128", "上期已入库的数，请改为本期数（无变化可不动）"),
    ("swatch_error", "128", "有错或漏填，改正后再报"),
    ("swatch_due", "", "本表已开始填，这一格还没有填；没有的填 0"),
    (
        "swatch_warning",
        "128",
        "请再核对；确实无误的，在“情况说明”写明原因；数字、日期写成文字的也变黄",
    ),
    ("swatch_alarm", "128", "未达到方案规定的标准，照实填报即可"),
    ("prefilled", "", "由系统填好或自动计算，不必填"),
)
_HOW = {
    RowsKind.UNIT: "本单位一行",
    RowsKind.VILLAGES: "每个村（社区）一行",
    RowsKind.LISTED: "按列出的各行填",
    RowsKind.ITEMS: "每项任务一行",
    RowsKind.OPEN: "有几项登记几行",
}


@dataclass(frozen=True, slots=True)
class GuideJob:
    """What the guide tells of."""

    programme: Programme
    unit: Unit
    period: Period
    layouts: tuple[FormLayout, ...]
    due_on: date | None
    sample: bool


class _Writer:
    """Writes line under line."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self.sheet = sheet
        self.styles = styles
        self.row = 0

    def across(self, text: str, role: str, *, first: int = 0, height: float = 0) -> None:
        """A text from column ``first`` to the right edge, as high as it needs."""
        style = self.styles.of(role)
        self.sheet.merge_range(self.row, first, self.row, _LAST, "", style)
        self.sheet.write_string(self.row, first, text, style)
        lines = lines_needed(text, sum(_WIDTHS[first:]))
        self.sheet.set_row(self.row, height or lines * 16 + 6)
        self.row += 1

    def heading(self, text: str) -> None:
        self.sheet.set_row(self.row, 8)
        self.row += 1
        self.across(text, "guide_heading", height=24)

    def pair(self, name: str, text: str) -> None:
        style = self.styles.of("guide_key")
        self.sheet.merge_range(self.row, 0, self.row, 1, "", style)
        self.sheet.write_string(self.row, 0, name, style)
        self.across(text, "guide_text", first=2)


def draw_guide(job: GuideJob, sheet: Worksheet, styles: Styles) -> None:
    """The sheet 填报说明, one page wide."""
    _set_up(sheet, sample=job.sample)
    writer = _Writer(sheet, styles)
    mark, role = ("【样例数据】", "sample") if job.sample else ("", "title")
    kind = "季报" if job.period.is_quarter else "月报"
    title = f"{job.unit.name}{job.period.chinese}{kind}填报说明{mark}"
    writer.across(title, role, height=40)
    _draw_facts(writer, job)
    _draw_forms(writer, job.layouts)
    writer.heading("三、怎么填")
    for number, step in enumerate(_STEPS, start=1):
        sheet.write_string(writer.row, 0, f"{number}.", styles.of("guide_key"))
        writer.across(step, "guide_text", first=1)
    _draw_colours(writer)
    _draw_delivery(writer, job)
    sheet.print_area(0, 0, writer.row - 1, _LAST)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.activate()
    sheet.set_first_sheet()


def _set_up(sheet: Worksheet, *, sample: bool) -> None:
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.set_tab_color(SAMPLE_TAB if sample else GUIDE_TAB)


def _draw_facts(writer: _Writer, job: GuideJob) -> None:
    writer.heading("一、基本情况")
    if job.sample:
        writer.pair("性　　质", "样例数据，仅供演示和培训，不是真实填报。")
    writer.pair("依　　据", job.programme.title)
    writer.pair("填报单位", job.unit.name)
    writer.pair("填报时间", job.period.chinese)
    if job.due_on is not None:
        due = f"{job.due_on.year}年{job.due_on.month}月{job.due_on.day}日"
        writer.pair("报送时限", f"{due}前")
    writer.pair("报　　送", job.programme.report_to)


def _draw_forms(writer: _Writer, layouts: tuple[FormLayout, ...]) -> None:
    writer.heading(f"二、要填的表（共 {len(layouts)} 张）")
    for at, text in enumerate(_HEADINGS):
        writer.sheet.write_string(writer.row, at, text, writer.styles.of("header"))
    writer.sheet.set_row(writer.row, 24)
    writer.row += 1
    for number, layout in enumerate(layouts, start=1):
        _draw_form_line(writer, number, layout)


def _draw_form_line(writer: _Writer, number: int, layout: FormLayout) -> None:
    form, row, sheet = layout.form, writer.row, writer.sheet
    text, center = writer.styles.of("guide_cell"), writer.styles.of("guide_center")
    sheet.write_number(row, 0, number, center)
    sheet.write_string(row, 1, form.id, center)
    link = f"internal:'{layout.sheet}'!A1"
    sheet.write_url(row, 2, link, writer.styles.of("guide_link"), form.title)
    sheet.write_string(row, 3, basis(form), text)
    often = "每季" if form.frequency is Frequency.QUARTERLY else "每月"
    sheet.write_string(row, 4, often, center)
    sheet.write_string(row, 5, "可以" if form.zero_report else "不可以", center)
    sheet.write_string(row, 6, _how(form), text)
    sheet.set_row(row, 22)
    writer.row += 1


def _how(form: Form) -> str:
    return _HOW[form.tables[0].rows]


def _draw_colours(writer: _Writer) -> None:
    writer.heading("四、颜色的意思")
    for role, text, meaning in _COLOURS:
        writer.sheet.write_string(writer.row, 1, text, writer.styles.of(role))
        writer.across(meaning, "guide_text", first=2)


def _draw_delivery(writer: _Writer, job: GuideJob) -> None:
    writer.heading("五、怎么报送")
    writer.across(
        f"填好保存（.xlsx），放入共享文件夹“{job.unit.name}/{job.period}/”，文件名不限。"
        "发现填错的，改正后再放一次即可；请不要放到别的单位或别的月份的文件夹。",
        "guide_text",
    )
