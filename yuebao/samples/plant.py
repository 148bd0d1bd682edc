"""One unit's workbook for one period: clean, or with the faults that are planted in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yuebao.programme.models import Programme, Table, Unit
from yuebao.readings import FormValues, Value
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.samples.cell_writes import with_cell
from yuebao.samples.enter import entered_wrongly, position_of
from yuebao.samples.faults import (
    Expected,
    Fault,
    FileEdit,
    FileEditKind,
    Part,
    RowAt,
    SheetEdit,
    SheetEditKind,
    Write,
)
from yuebao.samples.file_edits import spoilt
from yuebao.samples.sheet_edits import with_changed_sheet
from yuebao.samples.year import SampleYear
from yuebao.workbooks.layout import FormLayout, Place, TableLayout
from yuebao.workbooks.template import filled_layout, render_workbook

_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True, slots=True)
class Planted:
    """A line of the answer key: what must be found, and where. ``cell`` is "" for none or any."""

    unit: str
    period: str
    form: str
    sheet: str
    cell: str
    code: str
    severity: str
    note: str


class Workbooks:
    """The sample workbooks of a programme; the same for the same seed."""

    def __init__(self, programme: Programme, year: SampleYear) -> None:
        self._programme = programme
        self._year = year

    def clean(self, unit: Unit, period: Period) -> bytes:
        """The workbook without any fault."""
        return self._rendered(unit, period, self._year.submission(unit.code, period))

    def faulty(self, unit: Unit, period: Period, faults: Sequence[Fault]) -> bytes:
        """The workbook with all of these faults in it."""
        entered = self._entered(unit, period, faults)
        content = self._rendered(unit, period, entered)
        for fault in faults:
            content = self._sheet_edited(content, unit, period, fault, entered)
        for fault in faults:
            content = self._written_over(content, unit, period, fault, entered)
        for fault in faults:
            content = self._as_a_file(content, unit, period, fault)
        return content

    def answers(self, unit: Unit, period: Period, faults: Sequence[Fault]) -> tuple[Planted, ...]:
        """What must be found in the workbook."""
        entered = self._entered(unit, period, faults)
        return tuple(
            self._answer(unit, period, fault, expected, entered)
            for fault in faults
            for expected in fault.expect
        )

    def _rendered(self, unit: Unit, period: Period, entered: Mapping[str, FormValues]) -> bytes:
        forms = owed_forms(self._programme, unit.code, period)
        return render_workbook(
            self._programme, unit.code, period, forms, entered=entered, sample=True
        )

    def _entered(
        self, unit: Unit, period: Period, faults: Sequence[Fault]
    ) -> Mapping[str, FormValues]:
        entered = dict(self._year.submission(unit.code, period))
        for fault in faults:
            if not fault.form:
                continue
            form = self._programme.form(fault.form)
            before = None
            if period.previous.year == period.year:
                before = self._year.form_values(unit.code, form, period.previous)
            table = self._table(fault)
            entered[form.id] = entered_wrongly(entered[form.id], before, table, fault)
        return entered

    def _table(self, fault: Fault) -> Table:
        form = self._programme.form(fault.form)
        return form.table(fault.table) if fault.table else form.tables[0]

    def _layout(
        self, unit: Unit, period: Period, form_id: str, entered: Mapping[str, FormValues]
    ) -> FormLayout:
        form = self._programme.form(form_id)
        return filled_layout(self._programme, form, unit.code, period, entered=entered.get(form_id))

    def _sheet_edited(
        self,
        content: bytes,
        unit: Unit,
        period: Period,
        fault: Fault,
        entered: Mapping[str, FormValues],
    ) -> bytes:
        for edit in fault.edits:
            if isinstance(edit, SheetEdit):
                layout = self._layout(unit, period, fault.form, entered)
                table = layout.table(self._table(fault).id)
                column = table.columns.get(fault.column or "", 0)
                row = _row_place(table, fault.row or 0)
                content = with_changed_sheet(content, edit, layout.sheet, table, column, row)
        return content

    def _written_over(
        self,
        content: bytes,
        unit: Unit,
        period: Period,
        fault: Fault,
        entered: Mapping[str, FormValues],
    ) -> bytes:
        for edit in fault.edits:
            if isinstance(edit, Write):
                layout = self._layout(unit, period, fault.form, entered)
                table = layout.table(self._table(fault).id)
                cell = _place(table, edit.part, fault.row or 0, fault.column)
                said = _said(edit.text, self._entered_value(fault, entered))
                changed = edit.model_copy(update={"text": said})
                content = with_cell(content, layout.sheet, cell.address, changed)
        return content

    def _entered_value(self, fault: Fault, entered: Mapping[str, FormValues]) -> Value | None:
        rows = entered[fault.form].tables[self._table(fault).id]
        if fault.column is None or not rows:
            return None
        return rows[position_of(rows, fault.row or 0)].values.get(fault.column)

    def _as_a_file(self, content: bytes, unit: Unit, period: Period, fault: Fault) -> bytes:
        for edit in fault.edits:
            if not isinstance(edit, FileEdit):
                continue
            if edit.kind is FileEditKind.OTHER_UNIT:
                return self.clean(self._programme.unit_named(edit.unit), period)
            if edit.kind is FileEditKind.OTHER_PERIOD:
                return self.clean(unit, period.previous)
            content = spoilt(content, edit.kind)
        return content

    def _answer(
        self,
        unit: Unit,
        period: Period,
        fault: Fault,
        expected: Expected,
        entered: Mapping[str, FormValues],
    ) -> Planted:
        sheet, cell = "", expected.cell
        form = "" if expected.of_file else fault.form
        if form:
            layout = self._layout(unit, period, fault.form, entered)
            sheet = _sheet_after(layout.sheet, fault)
            if cell is None:
                table = layout.table(self._table(fault).id)
                row = fault.row if expected.row is None else expected.row
                column = expected.column or fault.column
                cell = _place(table, expected.part, row or 0, column).address
        return Planted(
            unit.name,
            str(period),
            form,
            sheet,
            cell or "",
            expected.code,
            expected.severity.value,
            fault.note,
        )


def _said(text: str, value: Value | None) -> str:
    """The text with the value in it, in usual or full-width digits."""
    if not isinstance(value, Decimal):
        return text
    plain = value.to_integral_value() if value == value.to_integral_value() else value
    return text.format(value=plain, wide=f"{plain:f}".translate(_WIDE))


def _sheet_after(sheet: str, fault: Fault) -> str:
    for edit in fault.edits:
        if isinstance(edit, SheetEdit) and edit.kind is SheetEditKind.RENAMED:
            return edit.text
    return sheet


def _row_place(table: TableLayout, row: RowAt) -> int:
    return table.rows[row].row if isinstance(row, int) else table.row_of(row).row


def _place(table: TableLayout, part: Part, row: RowAt, column: str | None) -> Place:
    """The cell of a table a fault or a finding means."""
    at = table.columns[column] if column else table.label_column or 0
    if part is Part.LABEL:
        return Place(_row_place(table, row), table.label_column or 0)
    if part is Part.TOTAL:
        return Place(table.total_row or 0, at)
    if part is Part.HEADER:
        areas = [c.area for c in table.header if c.area.left <= at <= c.area.right]
        return max(areas, key=lambda area: area.top).first
    return Place(_row_place(table, row), at)
