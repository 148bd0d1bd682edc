"""What a template shows while it is filled in is what judging says of it afterwards.

Every form is filled in as a clerk would do it, in a fresh template that carries last month's
figures: once well, once with each fault its definition knows of, and once with each spelling that
is also taken. LibreOffice calculates the live checks of every cell; what is red must be an error on
arrival, and what is found must be seen.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from form_faults import GoodRow, ShownAsPercent, Typed, TypedFault, faults_of
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from expectations.judge import Judge
from yuebao.findings import Issue
from yuebao.programme.allocate import allocated_targets
from yuebao.programme.load import load_programme
from yuebao.programme.models import Form, Frequency, Programme, RowsKind, Severity, Unit
from yuebao.readings import AcceptedForm, FormValues
from yuebao.results import JudgedForm
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.year import SampleYear
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.layout import FormLayout
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.prefill import shown
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.returned_places import place_of
from yuebao.workbooks.template import filled_layout, render_workbook

ROOT = Path(__file__).parents[1]
PROGRAMME = load_programme(ROOT / "targets" / "mouding-2023")
DECEMBER, LAST_QUARTER, JANUARY = map(Period.parse, ("2023-12", "2023-Q4", "2023-01"))
COLOURS = {"F8B4AB": "error", "FDE9E6": "due", "FFE58A": "warning"}
BESIDE = 60  # calculated to the right of the form
ZERO = "zero report"  # found in the form as a whole
# What no live check can see, and why.
BEYOND = {
    "must-list": "looks at all rows of a column",
    "total-row": "stands in a locked cell that adds up by itself",
    "row-unnamed": "told at the first filled cell; the missing name is red",
    "cross-form": "looks at another form",
    "blank-form": "nothing was filled in but what the template brought along",
}


@dataclass(frozen=True)
class Filled:
    """One unit's fresh template for one form, the values it is to be filled with, and its past."""

    form: Form
    unit: Unit
    period: Period
    layout: FormLayout
    blank: bytes
    values: FormValues
    carried: Mapping[tuple[str, str], AcceptedForm]

    def typed(self, table: str, position: int, values: Mapping[str, Typed]) -> dict[str, Any]:
        """The cells of a row by address, as they are typed."""
        definition = self.form.table(table)
        return {
            self.layout.table(table).place(position, column).address: _as_typed(
                definition.column(column), value
            )
            for column, value in values.items()
        }

    def rows(self) -> Iterator[GoodRow]:
        before = self.carried.get((self.unit.code, self.form.id))
        for table in self.form.tables:
            last = {row.key: row.values for row in _rows(before, table.id)}
            for position, row in enumerate(self.values.tables[table.id]):
                yield GoodRow(table, row.key, position, row.values, last.get(row.key, {}))

    def all_cells(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in self.rows():
            asked = {c.id: row.values.get(c.id) for c in row.table.columns if not c.prefilled}
            found |= self.typed(row.table.id, row.position, asked)
        if self.values.explanation:
            found[self.layout.explanation.address] = self.values.explanation
        return found


def _rows(accepted: AcceptedForm | None, table: str) -> Any:
    return accepted.values.tables.get(table, ()) if accepted else ()


def _as_typed(column: Any, value: Typed) -> Any:
    if isinstance(value, ShownAsPercent):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if value is None or (isinstance(value, bool) and column.is_number):
        return value
    return shown(PROGRAMME, column, value)


def filled(form: Form, period: Period) -> Filled:
    """The form of a unit that has something to report in every table of it, few rows if may be."""
    profile = load_profile(ROOT / "targets" / PROGRAMME.id / "samples", PROGRAMME)
    year = SampleYear(PROGRAMME, profile, 5)
    units = sorted(
        (unit for unit in PROGRAMME.units if form in owed_forms(PROGRAMME, unit.code, period)),
        key=lambda unit: len(PROGRAMME.villages(unit.code)),
    )
    named = [(unit, year.form_values(unit.code, form, period)) for unit in units]
    unit, values = next((u, v) for u, v in named if all(v.tables[t.id] for t in form.tables))
    carried = {}
    if period.month > (3 if period.is_quarter else 1):
        before = year.form_values(unit.code, form, period.previous)
        last = AcceptedForm(form.id, unit.code, str(period.previous), before)
        carried = {(unit.code, form.id): last}
    layout = filled_layout(PROGRAMME, form, unit.code, period, carried=carried)
    blank = render_workbook(PROGRAMME, unit.code, period, (form,), carried=carried)
    return Filled(form, unit, period, layout, blank, values, carried)


# --- variants ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """The cell a fault is at, and how it has to look."""

    name: str
    cell: str
    mark: str
    taken: bool = False


@dataclass(frozen=True)
class Variant:
    """A filled form; only ``rows`` are looked at, all if none is named."""

    name: str
    cells: Mapping[str, Any]
    rows: frozenset[str]
    targets: tuple[Target, ...] = ()

    def asks(self, one: Asked) -> bool:
        return not self.rows or _row(one.cell) in self.rows


@dataclass(frozen=True)
class Placed:
    """A fault in its row: what is typed where, and what is to be seen of it."""

    cells: Mapping[str, Any]
    rows: frozenset[str]
    target: Target


def variants(good: Filled) -> list[Variant]:
    """The form untouched, well filled, with a row left out, and with faults, at most one a row."""
    clean = good.all_cells()
    everywhere: frozenset[str] = frozenset()
    found = [Variant("untouched", {}, everywhere), Variant("clean", clean, everywhere)]
    for table in good.form.tables:
        rows = [row for row in good.rows() if row.table is table]
        if table.rows is not RowsKind.OPEN:
            own = good.typed(table.id, len(rows) - 1, dict.fromkeys(rows[-1].values))
            blank = clean | dict.fromkeys(own)
            found.append(Variant(f"{table.id} left out", blank, frozenset(map(_row, own))))
    for number, group in enumerate(_packed(_placed(good))):
        typed = {cell: value for placed in group for cell, value in placed.cells.items()}
        rows_of = frozenset(row for placed in group for row in placed.rows)
        targets = tuple(placed.target for placed in group)
        found.append(Variant(f"faults {number}", clean | typed, rows_of, targets))
    if good.layout.zero_report is not None:
        at = good.layout.zero_report.address
        target = Target(ZERO, at, "error")
        found.append(Variant(ZERO, clean | {at: "是"}, frozenset({_row(at)}), (target,)))
    return found


def _placed(good: Filled) -> Iterator[Placed]:
    """Each fault of a table once, in row after row; of rules for some rows, in each of them."""
    rows = list(good.rows())
    for table in good.form.tables:
        own = [row for row in rows if row.table is table]
        kinds: dict[str, list[tuple[GoodRow, TypedFault]]] = {}
        for row in own:
            for fault in faults_of(row, good.period):
                kinds.setdefault(fault.name, []).append((row, fault))
        for number, (name, places) in enumerate(kinds.items()):
            some = table.rows is RowsKind.LISTED and not any(c.id in name for c in table.columns)
            for row, fault in places if some else [places[number % len(places)]]:
                yield _in_place(good, row, fault)


def _packed(faults: Iterable[Placed]) -> list[list[Placed]]:
    """Faults that may stand in one workbook, as they are in different rows."""
    groups: list[list[Placed]] = []
    for placed in faults:
        free = (g for g in groups if not any(placed.rows & other.rows for other in g))
        group = next(free, None)
        if group is None:
            groups.append([placed])
        else:
            group.append(placed)
    return groups


def _in_place(good: Filled, row: GoodRow, fault: TypedFault) -> Placed:
    typed = good.typed(fault.table, fault.position, fault.values)
    if fault.copied_to is not None:
        typed |= good.typed(fault.table, fault.copied_to, row.values)
    position = fault.position if fault.copied_to is None else fault.copied_to
    cell = good.layout.table(fault.table).place(position, fault.column).address
    name = f"{fault.table} {fault.position} {fault.name}"
    return Placed(typed, frozenset(map(_row, typed)), Target(name, cell, fault.mark, fault.taken))


# --- in LibreOffice ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A live check of one cell, and where it is calculated."""

    cell: str
    mark: str
    place: str
    formula: str


def asked_of(good: Filled) -> list[Asked]:
    """All live checks of all cells, those that cover others first."""
    sheet = _sheet(openpyxl.load_workbook(BytesIO(good.blank)), good)
    found: list[Asked] = []
    used: dict[int, int] = {}
    rules = [
        (rule.priority, rule, tuple(area.sqref.ranges))
        for area in sheet.conditional_formatting
        for rule in area.rules
    ]
    for _, rule, spans in sorted(rules, key=lambda item: item[0]):
        origin = spans[0].coord.split(":")[0]
        mark = COLOURS.get((rule.dxf.fill.bgColor.rgb if rule.dxf.fill else "")[2:], "alarm")
        if mark == "alarm" and rule.dxf.font.i:
            continue  # only says that a value is still last month's
        for span in spans:
            for row, column in span.cells:
                cell = f"{get_column_letter(column)}{row}"
                used[row] = used.get(row, 0) + 1
                place = f"{get_column_letter(BESIDE + used[row])}{row}"
                moved = Translator("=" + rule.formula[0], origin).translate_formula(cell)
                found.append(Asked(cell, mark, place, moved))
    return found


def _sheet(book: openpyxl.Workbook, good: Filled) -> Any:
    return book[good.layout.sheet]


def write_all(good: Filled, tried: Sequence[Variant], asked: list[Asked], folder: Path) -> None:
    """The template filled in, variant by variant, with its live checks beside the form."""
    book = openpyxl.load_workbook(BytesIO(good.blank))
    sheet = _sheet(book, good)
    for number, variant in enumerate(tried):
        typed = dict(variant.cells) | {a.place: a.formula for a in asked if variant.asks(a)}
        before = {at: (sheet[at].value, sheet[at].number_format) for at in typed}
        for address, value in typed.items():
            sheet[address].value = value
            if isinstance(value, ShownAsPercent):
                sheet[address].number_format = "0.00%"
        book.save(folder / f"{number:04}.xlsx")
        for address, (value, shown_as) in before.items():
            sheet[address].value, sheet[address].number_format = value, shown_as


def calculated(folder: Path) -> None:
    """All workbooks of a folder calculated and saved anew, below ``out``."""
    program = shutil.which("soffice")
    assert program, "LibreOffice (soffice) is not installed"
    profile = (folder / "profile").as_uri()
    subprocess.run(
        [program, "--headless", f"-env:UserInstallation={profile}", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"),
         *map(str, sorted(folder.glob("*.xlsx")))],
        check=True, capture_output=True, timeout=900,
    )  # fmt: skip


def looked_at(
    path: Path, good: Filled, asked: Iterable[Asked]
) -> tuple[dict[str, str], RawWorkbook]:
    """How each marked cell looks, and the workbook without the calculations beside it."""
    raw = parse_content(path.read_bytes(), LIMITS)
    sheet = raw.sheet(good.layout.sheet)
    assert sheet is not None
    marks: dict[str, str] = {}
    for one in asked:
        answer = sheet.value(*place_of(one.place) or (0, 0))
        assert isinstance(answer, bool), (one, answer)
        if answer:
            marks.setdefault(one.cell, one.mark)
    own = replace(sheet, rows=tuple(row[:BESIDE] for row in sheet.rows))
    others = (own if one is sheet else one for one in raw.sheets)
    return marks, replace(raw, sheets=tuple(others))


# --- judged -----------------------------------------------------------------------------------


def judged(programme: Programme, good: Filled, books: list[RawWorkbook]) -> list[JudgedForm | None]:
    about = {"unit": good.unit.code, "period": str(good.period), "sha256": "0" * 64}
    arrived_at = datetime(2024, 1, 1, tzinfo=UTC)
    readings = [
        interpret(
            book,
            programme,
            file_name="月报.xlsx",
            arrived_at=arrived_at,
            **about,
        )
        for book in books
    ]
    verdicts = Judge(programme).judge(
        readings, accepted=good.carried, standing={}, targets=allocated_targets(programme)
    )
    return [verdict.forms[0] if verdict.forms else None for verdict in verdicts]


def errors(form: JudgedForm) -> list[Issue]:
    return [issue for issue in form.issues if issue.severity is Severity.ERROR]


def disagreements(variant: Variant, marks: Mapping[str, str], form: JudgedForm) -> list[str]:
    """Red cells nothing is said of, and errors nothing is to be seen of."""
    said = {cell for issue in form.issues for cell in (issue.cell, *issue.cells)}
    wrong = {cell for issue in errors(form) for cell in (issue.cell, *issue.cells)}
    rows = {_row(cell) for cell in wrong}
    found = [
        f"{variant.name}: {cell} is red, nothing is found"
        for cell, mark in marks.items()
        if mark == "error" and _row(cell) not in rows and not form_wide(form)
    ]
    for target in () if form_wide(form) and variant.name != ZERO else variant.targets:
        seen = marks.get(target.cell, "nothing")
        found += _refused(target, seen, rows) if target.taken else _missed(target, seen, said)
    for issue in errors(form):
        is_looked_at = not variant.rows or _row(issue.cell) in variant.rows
        if issue.code not in BEYOND and is_looked_at and marks.get(issue.cell) in (None, "alarm"):
            found.append(f"{variant.name}: {issue.cell} looks clean, but {issue.message}")
    return found


def form_wide(form: JudgedForm) -> bool:
    """Whether what is found is said of the form as a whole."""
    return any(issue.code in ("blank-form", "zero-report-with-rows") for issue in form.issues)


def _missed(target: Target, seen: str, said: set[str]) -> Iterator[str]:
    """What the fault's own cell fails to show, and what judging fails to find there."""
    enough = {target.mark, "error", "due" if target.name.endswith(" blank") else "error"}
    if seen not in enough:
        yield f"{target.name}: {target.cell} is {seen}, not {target.mark}"
    if target.mark == "error" and target.cell not in said and target.name != ZERO:
        yield f"{target.name}: nothing is found at {target.cell}"


def _refused(target: Target, seen: str, rows: set[str]) -> Iterator[str]:
    """What is said of a spelling that is as good as any."""
    if seen != target.mark:
        yield f"{target.name}: {target.cell} is {seen}, not {target.mark}"
    if _row(target.cell) in rows:
        yield f"{target.name}: an error is found in the row of {target.cell}"


def _row(cell: str) -> str:
    return cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


CASES = [
    (form, LAST_QUARTER if form.frequency is Frequency.QUARTERLY else DECEMBER)
    for form in PROGRAMME.forms
] + [(PROGRAMME.form("T02"), JANUARY), (PROGRAMME.form("T01"), JANUARY)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].id}-{case[1]}")
def test_live_checks_and_judging_agree(case: tuple[Form, Period], tmp_path: Path) -> None:
    good = filled(*case)
    asked, tried = asked_of(good), variants(good)
    write_all(good, tried, asked, tmp_path)
    calculated(tmp_path)
    results = [
        looked_at(tmp_path / "out" / f"{number:04}.xlsx", good, filter(variant.asks, asked))
        for number, variant in enumerate(tried)
    ]
    found: list[str] = []
    verdicts = judged(PROGRAMME, good, [book for _, book in results])
    for variant, (marks, _), form in zip(tried, results, verdicts, strict=True):
        if variant.name in ("untouched", "clean") and set(marks.values()) & {"error", "due"}:
            found.append(f"{variant.name}: {marks}")
        if variant.name == "untouched":
            continue
        assert form is not None, variant
        if variant.name == "clean":
            found += [f"clean: {issue.message}" for issue in errors(form)]
        found += disagreements(variant, marks, form)
    assert len(tried) > 3
    assert not found, "\n".join(found)
