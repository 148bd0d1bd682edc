"""The whole files that are changed: a filled template, as it is and as other programs save it."""

import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from mutating_zip import members, zipped
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from yuebao.programme.models import Column, ColumnType, Form, Programme, RowsKind, Table, Unit
from yuebao.readings import FormValues, RowValues, Value
from yuebao.rules.period import Period
from yuebao.workbooks.layout import FormLayout, lay_out_form
from yuebao.workbooks.template import render_workbook

FIXTURES = Path(__file__).parents[1] / "fixtures"
UNIT, PERIOD = "532323104", Period.parse("2023-09")
FIXTURE_UNIT = "532323203"  # whose the saved workbooks are
FORMS = ("T03", "T08", "T11")
READING_AID = b'<r><t>%s</t></r><rPh sb="0" eb="1"><t>cun</t></rPh>'


@dataclass(frozen=True)
class Seed:
    """A file as it was before anything was changed."""

    name: str
    kind: str
    content: bytes
    unit: str = UNIT


def seeds(programme: Programme) -> list[Seed]:
    """One seed a way of saving."""
    template = filled_template(programme)
    return [
        Seed("template", "xlsx", template),
        Seed("saved elsewhere", "xlsx", saved_elsewhere(template)),
        Seed("with macros", "xlsx", with_macros(with_reading_aid(template))),
        Seed("Excel 97", "xls", (FIXTURES / "returned.xls").read_bytes(), FIXTURE_UNIT),
        Seed("OpenDocument", "ods", (FIXTURES / "returned.ods").read_bytes(), FIXTURE_UNIT),
    ]


def filled_template(programme: Programme) -> bytes:
    forms = [form for form in programme.forms if form.id in FORMS]
    entered = {form.id: values_for(programme, form) for form in forms}
    return render_workbook(programme, UNIT, PERIOD, forms, entered=entered)


def values_for(
    programme: Programme, form: Form, unit: str = UNIT, period: Period = PERIOD
) -> FormValues:
    """A value of its own for each cell."""
    laid_out = lay_out_form(programme, form, unit, period)
    villages = programme.villages(unit)
    tables = {table.id: rows_for(table, laid_out, villages) for table in form.tables}
    return FormValues(form.id, tables, explanation="已核实")


def rows_for(
    table: Table, laid_out: FormLayout, villages: tuple[Unit, ...]
) -> tuple[RowValues, ...]:
    layout = laid_out.table(table.id)
    keys = ["", "", ""] if table.rows is RowsKind.OPEN else [row.key for row in layout.rows]
    return tuple(
        RowValues(key, {c.id: value_for(c, at, n, villages) for n, c in columns(table)})
        for at, key in enumerate(keys)
    )


def columns(table: Table) -> list[tuple[int, Column]]:
    return [(n, column) for n, column in enumerate(table.columns) if not column.prefilled]


def value_for(column: Column, row: int, place: int, villages: tuple[Unit, ...]) -> Value:
    number = 100 + 20 * row + place
    if column.type is ColumnType.INTEGER:
        return Decimal(number)
    if column.is_number:
        return Decimal(number) + Decimal("0.25")
    if column.type is ColumnType.CHOICE:
        return column.choices[row % len(column.choices)]
    if column.type is ColumnType.YES_NO:
        return row % 2 == 0
    if column.type is ColumnType.DATE:
        return date(2023, 1 + row % 9, 1 + place)
    if column.type is ColumnType.VILLAGE:
        return villages[row % len(villages)].code
    return f"项目{row}之{place}"


def saved_elsewhere(template: bytes) -> bytes:
    """As openpyxl writes it, with the cells clerks make: texts, shares, dates, errors, formulas."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = next(s for s in book.worksheets if s.title.startswith("T08"))
    place = next(c for row in sheet.iter_rows() for c in row if c.value == 100)
    below = [sheet.cell(place.row + n, place.column) for n in range(1, 6)]
    below[0].value, below[1].value, below[2].value = "１２０户", "=SUM(A1:A2)", "#REF!"
    below[3].value, below[3].number_format = 0.98, "0.0%"
    below[4].value = date(2023, 9, 25)
    sheet.cell(place.row, place.column + 1).value = True
    sheet.row_dimensions[place.row + 2].hidden = True
    title = sheet.cell(1, 1)
    title.value = CellRichText(str(title.value), TextBlock(InlineFont(b=True), "（更正）"))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_reading_aid(content: bytes) -> bytes:
    """A text with the reading aid above it that Chinese and Japanese editions write."""
    parts = dict(members(content))
    texts = parts["xl/sharedStrings.xml"]
    match = re.search(rb"<si><t>([^<]*\xe6\x9d\x91[^<]*)</t></si>", texts)
    assert match is not None
    aided = texts.replace(match[0], b"<si>" + READING_AID % match[1] + b"</si>", 1)
    return zipped([*(parts | {"xl/sharedStrings.xml": aided}).items()])


def with_macros(template: bytes) -> bytes:
    """The template as .xlsm; its macros are never run nor read."""
    parts = [(name, as_macro_book(name, part)) for name, part in members(template)]
    return zipped([*parts, ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(2044))])


def as_macro_book(name: str, part: bytes) -> bytes:
    if name != "[Content_Types].xml":
        return part
    plain = b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return part.replace(plain, b"ms-excel.sheet.macroEnabled.main+xml")
