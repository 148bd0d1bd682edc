"""Whatever is typed into a form's tables: each cell is an observation, ignored by rule, or told."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuebao.programme.models import Programme, RowsKind
from yuebao.readings import FormReading, SubmissionReading
from yuebao.rules.period import Period
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.layout import FormLayout, TableLayout, lay_out_form
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.raw import (
    ErrorValue,
    NoValue,
    RawSheet,
    RawValue,
    RawWorkbook,
    cell_address,
    trimmed_rows,
)
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.template import render_workbook

EXAMPLES = int(os.environ.get("YUEBAO_EXAMPLES", "40"))
PERIOD = Period.parse("2023-09")
FORMS = {"532323104": ("T02", "T05", "T08", "T12"), "532323-12": ("P01",)}
BESIDE = 3  # columns right of a table that are written to as well
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAMES_ROW = frozenset(
    {"row-unnamed", "row-unknown", "row-duplicate", "village-unknown", "village-duplicate"}
)
MISSES_ROW = frozenset({"row-missing", "village-missing"})
TYPED = (
    "约12", "１２", "12户", "1,234", "/", "无", "是", "合计", "小计", "天台", " ", "猫街村民委员会",
    "98%", "2023-09-25", "2023年9月", "备用", "村", "注意", "说明", "x" * 300, "12-15", True,
    ErrorValue("#REF!"), NoValue(), date(2023, 9, 25), Decimal(10) ** 13,
)  # fmt: skip
values = st.one_of(
    st.sampled_from(TYPED), st.integers(-5, 10**6).map(Decimal), st.decimals(-10, 10**6, places=8)
)
Typed = dict[tuple[int, int], RawValue]
Template = tuple[RawWorkbook, FormLayout]


@pytest.fixture(scope="module")
def templates(programme: Programme) -> dict[str, Template]:
    """An empty workbook of each form, by form."""
    found = {}
    for unit, names in FORMS.items():
        for name in names:
            form = programme.form(name)
            content = render_workbook(programme, unit, PERIOD, (form,))
            layout = lay_out_form(programme, form, unit, PERIOD)
            found[name] = parse_content(content, LIMITS), layout
    return found


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(name=st.sampled_from([n for names in FORMS.values() for n in names]), data=st.data())
def test_every_cell_is_accounted_for(
    programme: Programme,
    templates: dict[str, Template],
    name: str,
    data: st.DataObject,
) -> None:
    empty, layout = templates[name]
    table = data.draw(st.sampled_from(layout.tables))
    places = st.tuples(
        st.integers(table.first_row, table.last_row), st.integers(0, table.right + BESIDE)
    )
    typed = data.draw(st.dictionaries(places, values, min_size=1, max_size=12))
    sheet, submission = typed_into(empty, layout, typed, programme)
    assert [form.form for form in submission.forms] == [name]
    (form,) = submission.forms
    told, rows = told_cells(form, submission), told_rows(form, sheet)
    left = [p for p in filled(sheet, table) if cell_address(*p) not in told and p[0] not in rows]
    assert [p for p in left if not ignored(sheet, table, form, p)] == []


def typed_into(
    empty: RawWorkbook, layout: FormLayout, typed: Typed, programme: Programme
) -> tuple[RawSheet, SubmissionReading]:
    """The form with these cells typed over it, as a sheet of values and as a submission."""
    sheet = empty.sheet(layout.sheet)
    assert sheet is not None
    sheet = replace(sheet, rows=with_values(sheet, typed))
    others = [s for s in empty.sheets if s.name != layout.sheet]
    unit = next(unit for unit, names in FORMS.items() if layout.form.id in names)
    return sheet, interpret(
        RawWorkbook("xlsx", (*others, sheet)),
        programme,
        unit=unit,
        period=str(PERIOD),
        sha256="0" * 64,
        file_name="月报.xlsx",
        arrived_at=datetime(2023, 9, 25, tzinfo=UTC),
    )


def with_values(sheet: RawSheet, typed: Typed) -> tuple[tuple[RawValue, ...], ...]:
    rows = [list(row) for row in sheet.rows]
    for (row, column), value in typed.items():
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = value
    return trimmed_rows(rows)


def told_cells(form: FormReading, submission: SubmissionReading) -> set[str]:
    """The cells that came out as an observation, or that a finding names."""
    found = {entry.address for entry in form.entries if entry.raw}
    for issue in (*form.issues, *submission.issues):
        found |= {issue.cell, *issue.cells}
    return found


def told_rows(form: FormReading, sheet: RawSheet) -> set[int]:
    """The rows of which a finding says that they are not taken, or are missing."""
    cells = [issue.cell for issue in form.issues if issue.code in NAMES_ROW and issue.cell]
    missing = {issue.expected for issue in form.issues if issue.code in MISSES_ROW}
    named = {at for at, row in enumerate(sheet.rows) if missing & {str(value) for value in row}}
    return {int("".join(c for c in cell if c.isdigit())) - 1 for cell in cells} | named


def filled(sheet: RawSheet, table: TableLayout) -> Iterator[tuple[int, int]]:
    for row in range(table.first_row, table.last_row + 1):
        for column in range(len(sheet.rows[row]) if row < len(sheet.rows) else 0):
            value = sheet.value(row, column)
            if value is not None and str(value).strip():
                yield row, column


def ignored(sheet: RawSheet, table: TableLayout, form: FormReading, place: tuple[int, int]) -> bool:
    """The rules by which a cell is passed over.

    The running number, the name of a row that is taken, a row of totals, columns the template
    fills in, a form that nobody filled in, and below the word that ends a table whatever is no
    figure of a row: a row that must be there is told to be missing.
    """
    row, column = place
    if column == 0 or "blank-form" in {issue.code for issue in form.issues}:
        return True
    if is_total(sheet, row) or (row_is_taken(form, row) and column == table.label_column):
        return True
    prefilled = {table.columns[c.id] for c in table.table.columns if c.prefilled}
    if column in prefilled:
        return True
    figure = isinstance(sheet.value(*place), Decimal) and column in table.columns.values()
    told_by_name = table.table.rows is not RowsKind.OPEN  # what is missing then is told
    below_end = any(ended(sheet, at) for at in range(table.first_row, row + 1))
    return below_end and (told_by_name or not figure)


def row_is_taken(form: FormReading, row: int) -> bool:
    return cell_address(row, 0)[1:] in {entry.address.lstrip(LETTERS) for entry in form.entries}


def is_total(sheet: RawSheet, row: int) -> bool:
    first = [value for value in sheet.rows[row] if value is not None][:3]
    return any(value in ("合计", "小计") for value in first)


def ended(sheet: RawSheet, row: int) -> bool:
    first = next((value for value in sheet.rows[row] if value is not None), "")
    return first == "说明"
