"""Whether what was made of a changed workbook stands in it, under its header and in its row."""

import re
import unicodedata
from decimal import Decimal

from plain_cells import Place, PlainSheet, place_of

from yuebao.programme.models import Programme, RowsKind, Severity
from yuebao.readings import Entry, FormReading, SubmissionReading

WORD = re.compile(r"[^\d.]")
BRACKETS = re.compile(r"(.+)\(([^()]*)\)")
DIGITS = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?")


class Base:
    """What the unchanged file holds: the label over each column, the name of each row.

    A column may also go by another of the labels its form states.
    """

    def __init__(
        self, reading: SubmissionReading, programme: Programme, sheets: list[PlainSheet]
    ) -> None:
        self.labels: dict[tuple[str, str, str], set[str]] = {}
        self.rows: dict[tuple[str, str], set[str]] = {}
        self.units: set[str] = set()
        self.names = {unit.code: unit for unit in programme.units}
        self.others = {
            (form.id, table.id, column.id): {plain(alias[-1]) for alias in column.aliases}
            for form in programme.forms
            for table in form.tables
            for column in table.columns
        }
        self.open = {
            (form.id, table.id)
            for form in programme.forms
            for table in form.tables
            if table.rows is RowsKind.OPEN
        }
        self.prefilled = {
            plain(column.path[-1])
            for form in programme.forms
            for table in form.tables
            for column in table.columns
            if column.prefilled
        }
        for form in reading.forms:
            sheet = next(s for s in sheets if s.name == form.sheet)
            for entry in form.entries:
                self._learn(form, entry, sheet)

    def _learn(self, form: FormReading, entry: Entry, sheet: PlainSheet) -> None:
        if entry.position:
            return
        self.rows.setdefault((form.form, entry.table), set()).add(entry.row)
        row, column = place_of(entry.address)
        above = [said for at in range(2, row) if (said := shown(sheet, (at, column)))]
        where = form.form, entry.table, entry.column
        self.labels[where] = set(above) | self.others[where]  # below title and corners
        if isinstance(entry.value, Decimal):
            self.units |= {bracketed(label)[1] for label in above}

    def is_only_row(self, form: FormReading, entry: Entry) -> bool:
        """Whether the table has but this row: then it may go without a name, not with another."""
        return self.rows.get((form.form, entry.table)) == {entry.row}

    def names_of(self, key: str) -> list[str]:
        """How the row of a key may be called; none for rows without a key."""
        unit = self.names.get(key)
        return [plain(unit.name), plain(unit.short_name), key] if unit else []


def unfounded(reading: SubmissionReading, sheets: list[PlainSheet], base: Base) -> list[str]:
    """Each value of a form that is not returned and does not stand in the file as it is taken."""
    found = []
    for form in reading.forms:
        if any(issue.severity is Severity.ERROR for issue in form.issues):
            continue
        sheet = next(s for s in sheets if s.name == form.sheet)
        for entry in form.entries:
            fault = entry.value is not None and fault_of(form, entry, sheet, base)
            if fault:
                found.append(f"{form.form} {entry.address} {entry.column} {entry.raw!r}: {fault}")
    return found


def fault_of(form: FormReading, entry: Entry, sheet: PlainSheet, base: Base) -> str:
    place = place_of(entry.address)
    if isinstance(entry.value, Decimal):
        if entry.value not in numbers_at(sheet, place):
            return f"there stands {sheet.cells.get(place)}"
    elif not shown(sheet, place):
        return "there stands nothing"
    above = {shown(sheet, (at, place[1])) for at in range(place[0])}
    labels = base.labels.get((form.form, entry.table, entry.column))
    if labels is not None and not any(
        is_header(said, label, base.units) for said in above for label in labels
    ):
        return f"{labels} is not above it"
    names = base.names_of(entry.row)
    beside = {shown(sheet, (place[0], at)) for at in range(place[1])}
    if base.is_only_row(form, entry) and not any(map(is_name, beside)):
        return ""
    if names and not any(name in said for name in names for said in beside):
        return f"{names} is not beside it"
    return ""


def is_name(said: str) -> bool:
    """Whether a text beside a row may be meant for its name; 审核人: is a mark of the form."""
    return bool(WORD.search(said)) and not said.endswith(":")


def is_header(said: str, label: str, units: set[str]) -> bool:
    """Whether a header is the one there was, whatever note its brackets hold but another unit."""
    name, note = bracketed(said)
    return said == label or (name == bracketed(label)[0] and note not in units - {""})


def bracketed(label: str) -> tuple[str, str]:
    """A label without the brackets at its end, and what stands in them."""
    match = BRACKETS.fullmatch(label)
    return (match[1], match[2]) if match else (label, "")


def numbers_at(sheet: PlainSheet, place: Place) -> set[Decimal]:
    """The number a cell holds, as people read it."""
    kind, said = sheet.cells.get(place, ("", ""))
    if kind == "number":
        number = Decimal(f"{float(str(said)):.15g}") * (100 if place in sheet.percent else 1)
    elif kind == "text" and (match := DIGITS.match(plain(str(said)))):
        number = Decimal(match[0].replace(",", ""))
    else:
        return set()
    return {number, round(number, 6)}


def shown(sheet: PlainSheet, place: Place) -> str:
    """What a cell says, or the merged cell that covers it."""
    if place not in sheet.cells:
        for top, left, bottom, right in sheet.merges:
            if top <= place[0] <= bottom and left <= place[1] <= right:
                place = top, left
                break
    return plain(str(sheet.cells.get(place, ("", ""))[1]))


def plain(text: str) -> str:
    """A text without blanks and width."""
    return "".join(unicodedata.normalize("NFKC", text).split())
