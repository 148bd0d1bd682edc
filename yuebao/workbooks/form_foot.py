"""What stands below the tables of a form's sheet."""

from __future__ import annotations

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from yuebao.workbooks.canvas import Canvas, SheetJob
from yuebao.workbooks.layout import EXPLANATION, ZERO_REPORT, Area, FormLayout
from yuebao.workbooks.prefill import NO, YES
from yuebao.workbooks.styles import lines_needed
from yuebao.workbooks.validation import choice_validation

_SIGNATURES = ("审核人：", "填表人：", "联系电话：")
_ZERO_PROMPT = "本期整张表确无此项工作的选“是”，表内不再填数；有数据的留空。"
_EXPLANATION_PROMPT = "黄色提示确认无误的，在这里写明原因；没有的留空。"


def draw_foot(canvas: Canvas, job: SheetJob) -> None:
    """零报告, 情况说明, the notes and the signatures."""
    layout, entered = job.layout, job.opening.entered
    if layout.zero_label is not None and layout.zero_report is not None:
        canvas.put(layout.zero_label, ZERO_REPORT, "footer_label")
        said = YES if entered is not None and entered.zero_report else ""
        canvas.put(layout.zero_report, said, "input_choice")
        at = layout.zero_report.first
        rule = choice_validation((YES, NO), "零报告", _ZERO_PROMPT)
        canvas.sheet.data_validation(at.row, at.column, at.row, at.column, rule)
        height = lines_needed(ZERO_REPORT, canvas.page.width_of(layout.zero_label)) * 15 + 9
        canvas.raise_row(at.row, height)
        _draw_zero_check(canvas, layout)
    canvas.put(layout.explanation_label, EXPLANATION, "footer_label")
    canvas.put(layout.explanation, entered.explanation if entered else "", "explanation")
    _prompt(canvas.sheet, layout.explanation, EXPLANATION, _EXPLANATION_PROMPT)
    canvas.raise_row(layout.explanation.top, 54)
    _draw_notes(canvas, layout)
    for text, area in zip(_SIGNATURES, canvas.page.thirds(layout), strict=True):
        canvas.put(area, text, "signature")
    canvas.raise_row(layout.signatures_row, 30)


def _draw_zero_check(canvas: Canvas, layout: FormLayout) -> None:
    """是 beside filled rows contradicts itself."""
    if layout.zero_report is None:
        return
    at = layout.zero_report.first
    ranges = ",".join(
        xl_range(table.first_row, min(table.columns.values()), table.last_row, table.right)
        for table in layout.tables
    )
    canvas.sheet.conditional_format(
        at.row,
        at.column,
        at.row,
        at.column,
        {
            "type": "formula",
            "criteria": f'=AND({at.address}="{YES}",COUNTA({ranges})>0)',
            "format": canvas.styles.mark("error"),
        },
    )


def _draw_notes(canvas: Canvas, layout: FormLayout) -> None:
    notes = layout.form.notes
    if len(notes) == 1:
        text = f"注：{notes[0]}"
    else:
        text = "\n".join(
            f"{'注：' if number == 1 else '　　'}{number}. {note}"
            for number, note in enumerate(notes, start=1)
        )
    canvas.put(layout.notes, text, "notes")
    lines = lines_needed(text, canvas.page.width_of(layout.notes) * 1.05) if text else 0
    canvas.raise_row(layout.notes.top, lines * 14 + 8)


def _prompt(sheet: Worksheet, area: Area, title: str, message: str) -> None:
    options = {"validate": "any", "input_title": title, "input_message": message}
    sheet.data_validation(area.top, area.left, area.bottom, area.right, options)
