"""One form of a workbook: its tables on a sheet → a FormReading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yuebao.programme.models import Form, Programme
from yuebao.readings import Entry, FormReading
from yuebao.workbooks.blanks import is_untouched
from yuebao.workbooks.headers import Block
from yuebao.workbooks.keys import row_keys
from yuebao.workbooks.names import Names
from yuebao.workbooks.notes import FormNotes, Spot
from yuebao.workbooks.raw import RawSheet, cell_address
from yuebao.workbooks.remarks import read_remarks
from yuebao.workbooks.signatures import LABEL, Signature, form_name
from yuebao.workbooks.tables import Source, TableReader


@dataclass(frozen=True, slots=True)
class Filing:
    """Whose file it is that is being read, and whether it is our template."""

    programme: Programme
    names: Names
    period: str
    sha256: str
    from_template: bool

    @property
    def unit(self) -> str:
        return self.names.unit.code


@dataclass(frozen=True, slots=True)
class FoundForm:
    """A form's blocks on one sheet; what follows it there begins at row ``until``."""

    form: Form
    sheet: RawSheet
    blocks: tuple[Block, ...]
    until: int


def read_form(found: FoundForm, filing: Filing) -> FormReading:
    """The form as it stands on its sheet, with the issues of reading it."""
    notes = FormNotes(filing.unit, filing.period, found.form, found.sheet.name)
    entries: list[Entry] = []
    left_out = False
    for block, until in zip(found.blocks, _ends(found), strict=True):
        _note_header(block, notes)
        keys = row_keys(filing.programme, block.signature.table, filing.names)
        reader = TableReader(Source(found.sheet, block, until, keys, filing.names), notes)
        entries += reader.entries()
        left_out = left_out or reader.left_out
    _note_missing_tables(found, notes)
    remarks = read_remarks(found.sheet, found.blocks[-1].bottom + 1, found.until, notes)
    untouched = is_untouched(found.form, entries, from_template=filing.from_template)
    if untouched and not left_out:
        entries = []
        notes.issues = [i for i in notes.issues if i.code == "choice" and not i.table]
        if not remarks.zero_report and not notes.issues:
            notes.note("blank-form")
    elif remarks.zero_report:
        notes.note("zero-report-with-rows")
    return FormReading(
        form=found.form.id,
        unit=filing.unit,
        period=filing.period,
        sha256=filing.sha256,
        sheet=found.sheet.name,
        entries=tuple(entries),
        zero_report=remarks.zero_report,
        explanation=remarks.explanation,
        filled_by=remarks.filled_by,
        issues=notes.finished(),
    )


def twice_read(first: FoundForm, second: FoundForm, filing: Filing) -> FormReading:
    """A form that stands in two places: neither is taken."""
    notes = FormNotes(filing.unit, filing.period, first.form, first.sheet.name)
    notes.note("form-twice", value=first.sheet.name, expected=second.sheet.name)
    return FormReading(
        form=first.form.id,
        unit=filing.unit,
        period=filing.period,
        sha256=filing.sha256,
        sheet=first.sheet.name,
        entries=(),
        issues=notes.finished(),
    )


def _ends(found: FoundForm) -> Sequence[int]:
    tops = [block.top for block in found.blocks[1:]]
    return [*tops, found.until]


def _note_missing_tables(found: FoundForm, notes: FormNotes) -> None:
    there = {block.signature.table.id for block in found.blocks}
    for table in found.form.tables:
        if table.id not in there:
            name = table.title or form_name(found.form)
            notes.note("missing-table", Spot(table.id), expected=name, table=name)


def _note_header(block: Block, notes: FormNotes) -> None:
    """Columns missing, unknown, repeated, or in another unit of measure.

    One unknown column and one missing one are one fault: a label that was changed.
    """
    signature, table = block.signature, block.signature.table.id
    missing = list(block.missing)
    renamed = len(missing) == 1 and len(block.unknown) == 1
    for label in block.unknown:
        spot = Spot(table, "", missing[0] if renamed else "", cell_address(label.row, label.column))
        expected = _title(signature, missing[0]) if renamed else ""
        message = "“{column}”不是本表的列名，这里似应为“{expected}”。" if renamed else ""
        notes.note(
            "unknown-column",
            spot,
            value=label.text,
            expected=expected,
            message=message,
            column=label.text,
        )
    for column in [] if renamed else missing:
        title = _title(signature, column)
        notes.note("missing-column", Spot(table, "", column), expected=title, column=title)
    for column, label in block.repeated:
        spot = Spot(table, "", column, cell_address(label.row, label.column))
        notes.note("duplicate-column", spot, value=label.text, column=_title(signature, column))
    for slip in block.unit_slips:
        spot = Spot(table, "", slip.column, cell_address(slip.label.row, slip.label.column))
        own = signature.table.column(slip.column).unit
        title = _title(signature, slip.column)
        notes.note("header-unit", spot, value=slip.unit, expected=own, column=title)


def _title(signature: Signature, column: str) -> str:
    return signature.title_of(column) if column != LABEL else "·".join(signature.table.label)
