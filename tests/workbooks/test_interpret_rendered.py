"""What a template is filled with is what is read from it: interpret(render(values)) == values."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuebao.programme.models import Column, ColumnType, Form, Frequency, Programme, RowsKind, Table
from yuebao.readings import FormValues, RowValues, SubmissionReading, Value
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.layout import lay_out_form
from yuebao.workbooks.parse import parse_workbook
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.template import render_workbook

ARRIVED_AT = datetime(2023, 9, 25, 8, 0, tzinfo=UTC)
MONTH, QUARTER = Period.parse("2023-09"), Period.parse("2023-Q3")


def texts() -> st.SearchStrategy[str]:
    return st.text(alphabet="天台村大棚项目甲乙丙丁abc123（）-", min_size=1, max_size=8).filter(
        lambda text: not text.startswith(("说明", "注"))
    )


def values_of(column: Column, programme: Programme, unit: str) -> st.SearchStrategy[Value]:
    villages = programme.villages(unit) or programme.villages(programme.townships[0].code)
    if column.type is ColumnType.INTEGER:
        return st.integers(0, 10**9).map(Decimal)
    if column.is_number:
        return st.decimals(0, 10**6, places=4, allow_nan=False).map(Decimal.normalize)
    if column.type is ColumnType.CHOICE:
        return st.sampled_from(column.choices)
    if column.type is ColumnType.YES_NO:
        return st.booleans()
    if column.type is ColumnType.DATE:
        return st.dates(date(2000, 1, 1), date(2050, 12, 31))
    if column.type is ColumnType.VILLAGE:
        return st.sampled_from([village.code for village in villages])
    if column.type is ColumnType.TOWNSHIP:
        return st.sampled_from([township.code for township in programme.townships])
    return texts()


@st.composite
def rows_of(
    draw: st.DrawFn, programme: Programme, form: Form, table: Table, unit: str
) -> tuple[RowValues, ...]:
    if table.rows is RowsKind.OPEN:
        keys = [""] * draw(st.integers(1, 4))
    else:
        period = QUARTER if form.frequency is Frequency.QUARTERLY else MONTH
        keys = [r.key for r in lay_out_form(programme, form, unit, period).table(table.id).rows]
    return tuple(
        RowValues(
            key,
            {
                column.id: draw(values_of(column, programme, unit))
                for column in table.columns
                if not column.prefilled
            },
        )
        for key in keys
    )


def read_back(content: bytes, programme: Programme, unit: str, period: Period) -> SubmissionReading:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        raw = parse_workbook(Path(file.name), LIMITS)
    return interpret(
        raw,
        programme,
        unit=unit,
        period=str(period),
        sha256="0" * 64,
        file_name="月报.xlsx",
        arrived_at=ARRIVED_AT,
    )


def cases(programme: Programme) -> Iterator[tuple[str, Period, Form]]:
    for unit in ("532323101", "532323-10", "532323-12", "532323-14"):
        for period in (MONTH, QUARTER):
            for form in owed_forms(programme, unit, period):
                yield unit, period, form


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_every_value_comes_back(programme: Programme, data: st.DataObject) -> None:
    unit, period, form = data.draw(st.sampled_from(list(cases(programme))))
    tables = {t.id: data.draw(rows_of(programme, form, t, unit)) for t in form.tables}
    explanation = data.draw(st.sampled_from(["", "因灾减产，已核实"]))
    values = FormValues(form.id, tables, explanation=explanation)
    content = render_workbook(programme, unit, period, (form,), entered={form.id: values})
    submission = read_back(content, programme, unit, period)
    assert submission.issues == ()
    (reading,) = submission.forms
    assert reading.issues == ()
    assert reading.explanation == explanation
    found = {(e.table, e.position, e.column): e.value for e in reading.entries}
    expected = {
        (table, position, column): value
        for table, rows in tables.items()
        for position, row in enumerate(rows)
        for column, value in row.values.items()
    }
    assert found == expected


@pytest.mark.parametrize("unit", ["532323101", "532323103", "532323-14"])
def test_an_untouched_template_is_no_report(programme: Programme, unit: str) -> None:
    forms = owed_forms(programme, unit, MONTH)
    submission = read_back(render_workbook(programme, unit, MONTH, forms), programme, unit, MONTH)
    assert [reading.form for reading in submission.forms] == [form.id for form in forms]
    assert {i.code for reading in submission.forms for i in reading.issues} == {"blank-form"}
