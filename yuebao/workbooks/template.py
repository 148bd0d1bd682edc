"""The workbook a unit fills in for a period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO

from yuebao.programme.models import Form, Programme
from yuebao.readings import Accepted, FormValues
from yuebao.rules.period import Period
from yuebao.workbooks.book import Book
from yuebao.workbooks.canvas import SheetJob
from yuebao.workbooks.form_sheet import draw_form
from yuebao.workbooks.guide import GUIDE_SHEET, GuideJob, draw_guide
from yuebao.workbooks.layout import FormLayout, lay_out_form
from yuebao.workbooks.prefill import NO, YES, Opening, open_counts
from yuebao.workbooks.styles import Styles
from yuebao.workbooks.validation import Lists

IDENTITY_SHEET = "_yuebao"


def render_workbook(
    programme: Programme,
    unit_code: str,
    period: Period | str,
    forms: tuple[Form, ...],
    *,
    carried: Accepted | None = None,
    entered: Mapping[str, FormValues] | None = None,
    figures: Mapping[str, str] | None = None,
    sample: bool = False,
    due_on: date | None = None,
) -> bytes:
    """The workbook (.xlsx) with a sheet for each of ``forms``; the same input, the same bytes.

    ``carried`` are the last accepted values, from which cumulatives and rosters are prefilled;
    ``entered`` fills forms in as a clerk would (then nothing is prefilled in them); ``figures``
    are the texts of locked prefilled columns by row key. ValueError where entered values have no
    row in the form, or a form has no rows for the unit.
    """
    unit = programme.unit(unit_code)
    period = as_period(period)
    openings = {
        form.id: Opening(
            period, (entered or {}).get(form.id), (carried or {}).get((unit_code, form.id))
        )
        for form in forms
    }
    layouts = tuple(
        _layout(programme, form, unit_code, period, openings[form.id]) for form in forms
    )
    buffer = BytesIO()
    with Book(buffer, {"in_memory": True}) as workbook:
        _describe(workbook, programme, f"{unit.name}{period.chinese}", period)
        styles, lists = Styles(workbook), Lists(workbook)
        guide = workbook.add_worksheet(GUIDE_SHEET)
        draw_guide(GuideJob(programme, unit, period, layouts, due_on, sample), guide, styles)
        for layout in layouts:
            job = SheetJob(programme, unit, layout, openings[layout.form.id], figures or {}, sample)
            draw_form(job, workbook.add_worksheet(layout.sheet), styles, lists)
        lists.write()
        _write_identity(workbook, programme, unit_code, period, sample=sample)
    return buffer.getvalue()


def filled_layout(
    programme: Programme,
    form: Form,
    unit_code: str,
    period: Period | str,
    *,
    carried: Accepted | None = None,
    entered: FormValues | None = None,
) -> FormLayout:
    """The geometry ``render_workbook`` gives a form for the same values."""
    period = as_period(period)
    opening = Opening(period, entered, (carried or {}).get((unit_code, form.id)))
    return _layout(programme, form, unit_code, period, opening)


def as_period(period: Period | str) -> Period:
    """The period itself, or the one a text names; PeriodError if it names none."""
    return Period.parse(period) if isinstance(period, str) else period


def _layout(
    programme: Programme, form: Form, unit_code: str, period: Period, opening: Opening
) -> FormLayout:
    counts = open_counts(opening, form.tables)
    return lay_out_form(programme, form, unit_code, period, counts)


def _describe(workbook: Book, programme: Programme, what: str, period: Period) -> None:
    """Document properties; the date is the period's, so that bytes do not depend on the day."""
    workbook.set_properties(
        {
            "title": what,
            "subject": programme.title,
            "author": programme.report_to,
            "created": datetime(period.year, period.month, 1),  # noqa: DTZ001
        }
    )
    workbook.set_size(24000, 15000)


def _write_identity(
    workbook: Book, programme: Programme, unit_code: str, period: Period, *, sample: bool
) -> None:
    """The hidden sheet by which a returned workbook is recognised."""
    sheet = workbook.add_worksheet(IDENTITY_SHEET)
    lines = (
        ("programme", programme.id),
        ("version", programme.version),
        ("unit", unit_code),
        ("period", str(period)),
        ("sample", YES if sample else NO),
        ("signature", ""),
    )
    for row, (name, value) in enumerate(lines):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()
    sheet.protect()
