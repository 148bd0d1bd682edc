"""Every form laid out otherwise, interpreted, and asked whether any figure went without a word."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mutating_layout import laid_out_otherwise
from mutation_run import ABOUT
from mutation_seeds import values_for
from plain_cells import Cell, PlainSheet
from plain_observing import Base, unfounded
from plain_untold import untold

from yuebao.programme.models import Form, Programme, Severity, Unit
from yuebao.readings import SubmissionReading
from yuebao.rules.obligations import forms_of, is_named
from yuebao.rules.period import Period
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.raw import ErrorValue, NoValue, RawSheet, RawValue, RawWorkbook
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.template import render_workbook

PERIODS = (Period.parse("2023-09"), Period.parse("2023-Q3"))


@dataclass
class Outcomes:
    """How the changed forms came out; ``wrong`` names each that lost or made up a figure."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class FilledForm:
    """A form filled in by a unit that files it, as a whole and as it is known from then on."""

    def __init__(self, programme: Programme, form: Form, unit: Unit, period: Period) -> None:
        self._programme = programme
        self._about = ABOUT | {"unit": unit.code, "period": str(period)}
        entered = {form.id: values_for(programme, form, unit.code, period)}
        content = render_workbook(programme, unit.code, period, [form], entered=entered)
        self._raw = parse_content(content, LIMITS)
        self._place = next(
            at for at, s in enumerate(self._raw.sheets) if s.name.startswith(form.id)
        )
        self._base = Base(self._read(self._raw), programme, self._plain(self._raw))

    def changed(self, draw: random.Random) -> tuple[str, bool, list[str]]:
        """What was done, whether the form would be loaded, what went without a word or came up."""
        sheets = list(self._raw.sheets)
        done, sheets[self._place] = laid_out_otherwise(draw, sheets[self._place])
        raw = replace(self._raw, sheets=tuple(sheets))
        reading, plain = self._read(raw), self._plain(raw)
        faults = untold(reading, plain, self._base) + unfounded(reading, plain, self._base)
        issues = [*reading.issues, *(issue for form in reading.forms for issue in form.issues)]
        loads = bool(reading.forms) and all(i.severity is not Severity.ERROR for i in issues)
        return done, loads, faults

    def _read(self, raw: RawWorkbook) -> SubmissionReading:
        return interpret(raw, self._programme, **self._about)

    @staticmethod
    def _plain(raw: RawWorkbook) -> list[PlainSheet]:
        return [plain_of(sheet) for sheet in raw.sheets]


def filled_forms(programme: Programme) -> dict[str, FilledForm]:
    """Each form of the programme, by its id."""
    found = {}
    for form in programme.forms:
        period = next(period for period in PERIODS if form in forms_of(programme, period))
        unit = next(u for u in programme.units if files(u, form))
        found[form.id] = FilledForm(programme, form, unit, period)
    return found


def files(unit: Unit, form: Form) -> bool:
    return is_named(form.filed_by, unit) and not is_named(form.not_applicable, unit)


def run(forms: dict[str, FilledForm], seed: int, numbers: Iterable[int]) -> Outcomes:
    """Change the forms in turn; each change is told by the seed and its number alone."""
    outcomes, ids = Outcomes(), sorted(forms)
    for number in numbers:
        form = ids[number % len(ids)]
        done, loads, faults = forms[form].changed(random.Random(seed * 1_000_003 + number))
        outcomes.counts["loaded" if loads else "returned"] += 1
        outcomes.wrong += [f"{seed}/{number} {form}, {done}: {fault}" for fault in faults[:2]]
    return outcomes


def plain_of(sheet: RawSheet) -> PlainSheet:
    """The sheet as the plain reader has one; here both come from the same cells."""
    cells = {
        (row, column): plain_cell(value)
        for row, values in enumerate(sheet.rows)
        for column, value in enumerate(values)
        if value is not None
    }
    plain = PlainSheet(sheet.name, sheet.visible)
    plain.cells.update(cells)
    plain.percent.update(sheet.percent)
    plain.merges.update((m.top, m.left, m.bottom, m.right) for m in sheet.merges)
    return plain


def plain_cell(value: RawValue) -> Cell:
    if isinstance(value, bool):
        return ("truth", value)
    if isinstance(value, Decimal):
        return ("number", float(value))
    if isinstance(value, ErrorValue):
        return ("error", value.text)
    return ("lost", "") if isinstance(value, NoValue) else ("text", str(value))
