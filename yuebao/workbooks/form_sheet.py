"""One form's sheet of a template, drawn from its layout."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from yuebao.programme.models import Column, ColumnType, RowsKind
from yuebao.readings import Value
from yuebao.workbooks.canvas import Canvas, SheetJob
from yuebao.workbooks.cell_checks import Filled, is_listed
from yuebao.workbooks.checks import table_checks
from yuebao.workbooks.form_foot import draw_foot
from yuebao.workbooks.layout import TOTAL, Area, FormLayout, RowPlace, TableLayout
from yuebao.workbooks.page import ITEM_ROW, ROW, basis, folded, page_of, set_up_page
from yuebao.workbooks.prefill import RowStart, row_starts, shown
from yuebao.workbooks.styles import Styles, lines_needed, text_width
from yuebao.workbooks.validation import Lists, cell_validation, list_options

SAMPLE_SUFFIX = "【样例数据】"


def draw_form(job: SheetJob, sheet: Worksheet, styles: Styles, lists: Lists) -> None:
    """The whole sheet: frame, tables, live checks, protection and page setup."""
    starts = tuple(row_starts(table, job.opening) for table in job.layout.tables)
    canvas = Canvas(sheet, styles, lists, page_of(job.layout))
    set_up_page(sheet, job.layout, canvas.page, sample=job.sample)
    _draw_head(canvas, job)
    form = tuple(zip(job.layout.tables, starts, strict=True))
    for table, rows in form:
        _draw_table(canvas, job, table, rows)
        _draw_checks(canvas, job, table, form)
    draw_foot(canvas, job)
    _protect(sheet, job.layout)


def _draw_head(canvas: Canvas, job: SheetJob) -> None:
    form, last = job.layout.form, job.layout.width - 1
    suffix, role = (SAMPLE_SUFFIX, "sample") if job.sample else ("", "title")
    canvas.put(Area(0, 0, 0, last), job.layout.title + suffix, role)
    canvas.raise_row(0, 36)
    left, right = canvas.page.corners
    middle = f"表号：{form.id}　依据：{basis(form)}"
    canvas.put(Area(1, 0, 1, left), f"填报单位：{job.unit.name}（盖章）", "corner_left")
    gap = Area(1, left + 1, 1, right - 1)
    has_room = right - left > 1 and canvas.page.width_of(gap) > text_width(middle) + 2
    if right - left > 1:
        canvas.put(gap, middle if has_room else "", "corner_middle")
    period = job.opening.period.chinese
    canvas.put(Area(1, right, 1, last), f"填报时间：{period}", "corner_right")
    canvas.raise_row(1, 24)


# --- a table --------------------------------------------------------------------------------


def _draw_table(
    canvas: Canvas, job: SheetJob, table: TableLayout, starts: tuple[RowStart, ...]
) -> None:
    if table.title_row is not None:
        area = Area(table.title_row, 0, table.title_row, job.layout.width - 1)
        canvas.put(area, table.table.title, "section")
        canvas.raise_row(table.title_row, 24)
    for cell in table.header:
        canvas.put(cell.area, folded(cell.text, canvas.page.width_of(cell.area)), "header")
    for header_row, height in canvas.page.header_heights(table).items():
        canvas.raise_row(header_row, height)
    for row, start in zip(table.rows, starts, strict=True):
        canvas.sheet.write_number(row.row, 0, row.position + 1, canvas.styles.of("sequence"))
        if table.label_column is not None:
            label = canvas.styles.of("label")
            canvas.sheet.write_string(row.row, table.label_column, row.label, label)
        canvas.raise_row(row.row, _row_height(canvas, job, table, row, start))
    for column in table.table.columns:
        _draw_column(canvas, job, table, column, starts)
    if table.total_row is not None:
        _draw_total(canvas, table, starts)


def _draw_column(
    canvas: Canvas,
    job: SheetJob,
    table: TableLayout,
    column: Column,
    starts: tuple[RowStart, ...],
) -> None:
    at = table.columns[column.id]
    style = canvas.styles.of(_role(column))
    for row, start in zip(table.rows, starts, strict=True):
        value: Value | None = start.values.get(column.id)
        if column.prefilled:
            value = job.figures.get(row.key, "")
        elif value is not None:
            value = shown(job.programme, column, value)
        _write(canvas.sheet, row.row, at, value, style)
    if not column.prefilled:
        rule = cell_validation(job.programme, job.unit.code, column, canvas.lists)
        canvas.sheet.data_validation(table.first_row, at, table.last_row, at, rule)


def _write(sheet: Worksheet, row: int, at: int, value: Value | None, style: object) -> None:
    """A value in its own cell type; numbers exactly as a clerk would have typed them."""
    if value is None or value == "":
        sheet.write_blank(row, at, None, style)
    elif isinstance(value, Decimal):
        sheet.write_number(row, at, float(value), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, style)
    else:
        sheet.write_string(row, at, str(value), style)


def _role(column: Column) -> str:
    if column.prefilled:
        return "prefilled"
    if column.is_number:
        return "input"
    if column.type is ColumnType.DATE:
        return "input_date"
    if column.type is ColumnType.YES_NO:
        return "input_choice"
    return "input_text"


def _draw_total(canvas: Canvas, table: TableLayout, starts: tuple[RowStart, ...]) -> None:
    row = table.total_row or 0
    columns = dict(zip(table.columns.values(), table.table.columns, strict=True))
    first = min(columns)
    canvas.put(Area(row, 0, row, first - 1), TOTAL, "total_label")
    style = canvas.styles.of("total")
    for at, column in columns.items():
        if is_summed(column):
            total = sum((_number(start.values.get(column.id)) for start in starts), Decimal(0))
            formula = f"=SUM({xl_range(table.first_row, at, table.last_row, at)})"
            canvas.sheet.write_formula(row, at, formula, style, float(total))
        else:
            canvas.sheet.write_blank(row, at, None, style)
    canvas.raise_row(row, 24)


def is_summed(column: Column) -> bool:
    """Whether the 合计 row adds a column up: numbers, but no rates."""
    return column.is_number and column.type is not ColumnType.PERCENT


def _number(value: Value | None) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _row_height(
    canvas: Canvas, job: SheetJob, table: TableLayout, row: RowPlace, start: RowStart
) -> float:
    """High enough for the longest text that stands in the row, with room to write."""
    width = canvas.page.widths
    texts = [(row.label, width[table.label_column or 0])]
    for column in table.table.columns:
        value = start.values.get(column.id, "")
        if column.prefilled:
            value = job.figures.get(row.key, "")
        if isinstance(value, str) and value:
            text = str(shown(job.programme, column, value))
            texts.append((text, width[table.columns[column.id]]))
    lines = max(lines_needed(text, wide) for text, wide in texts)
    least = ITEM_ROW if table.table.rows is RowsKind.ITEMS else ROW
    return float(min(max(least, lines * 15 + 8), 400))


def _draw_checks(canvas: Canvas, job: SheetJob, table: TableLayout, form: Filled) -> None:
    lists = {
        column.id: canvas.lists.named(list_options(job.programme, job.unit.code, column))
        for column in table.table.columns
        if is_listed(column)
    }
    for check in table_checks(job.programme, table, job.opening, form, lists):
        area = check.area
        canvas.sheet.conditional_format(
            area.top,
            area.left,
            area.bottom,
            area.right,
            {
                "type": "formula",
                "criteria": check.formula,
                "format": canvas.styles.mark(check.mark),
                "stop_if_true": check.mark != "carried",
            },
        )


def _protect(sheet: Worksheet, layout: FormLayout) -> None:
    """Only the open cells take input; rows may be added where a table is open-ended."""
    grows = any(table.table.rows is RowsKind.OPEN for table in layout.tables)
    sheet.protect(
        "",
        {
            "objects": True,
            "scenarios": True,
            "format_columns": True,
            "format_rows": True,
            "insert_rows": grows,
            "select_locked_cells": True,
            "select_unlocked_cells": True,
        },
    )
