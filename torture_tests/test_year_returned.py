"""A sample year with faults comes back: every finding at its cell, everything else untouched."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from expectations.judge import Judge
from yuebao.findings import Issue, catalogue
from yuebao.programme.allocate import allocated_targets
from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme
from yuebao.readings import AcceptedForm, FormReading, FormValues, RowValues, SubmissionReading
from yuebao.results import ACCEPTED_STATES, JudgedSubmission
from yuebao.rules.period import Period
from yuebao.samples.plant import Planted
from yuebao.samples.profile import load_profile
from yuebao.samples.write import SampleFile, SampleReport, write_samples
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.refusal import LIMITS, Refused
from yuebao.workbooks.returned import returned_workbook, strip_returned
from yuebao.workbooks.returned_words import COMMENT_OPENS, MARK_WORD

ROOT = Path(__file__).parents[1]
FIRST, LAST = Period.parse("2023-05"), Period.parse("2023-12")
FILE_STAGE = 10  # of a file that was not looked into there is nothing to mark
LINES_FROM = 6


@dataclass(frozen=True)
class Read:
    """A file that could be read, and what it says."""

    file: SampleFile
    raw: RawWorkbook
    reading: SubmissionReading


@dataclass(frozen=True)
class Back:
    """A file with findings, and what the unit gets back."""

    file: SampleFile
    issues: tuple[Issue, ...]
    content: bytes


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(ROOT / "targets" / "mouding-2023")


@pytest.fixture(scope="module")
def year(programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> SampleReport:
    profile = load_profile(ROOT / "targets" / programme.id / "samples", programme)
    out = tmp_path_factory.mktemp("inbox")
    return write_samples(programme, profile, out, first=FIRST, last=LAST, seed=3, faults=True)


@pytest.fixture(scope="module")
def backs(programme: Programme, year: SampleReport) -> list[Back]:
    """Period by period judged beside what was accepted before, and returned."""
    judge, targets = Judge(programme), allocated_targets(programme)
    accepted: dict[tuple[str, str], AcceptedForm] = {}
    found: list[Back] = []
    for period in dict.fromkeys(file.period for file in year.files):
        read = list(_read(programme, (file for file in year.files if file.period == period)))
        previous = str(Period.parse(period).previous)
        before = {
            key: AcceptedForm(one.form, one.unit, one.period, one.values, one.period == previous)
            for key, one in accepted.items()
        }
        readings = [one.reading for one in read]
        verdicts = judge.judge(readings, accepted=before, standing={}, targets=targets)
        found += filter(
            None, (_back(programme, *pair) for pair in zip(read, verdicts, strict=True))
        )
        for form in (form for verdict in verdicts for form in verdict.forms):
            if form.state in ACCEPTED_STATES:
                own = form.reading
                values = _values(own)
                accepted[own.unit, own.form] = AcceptedForm(own.form, own.unit, period, values)
    return found


def _read(programme: Programme, files: Iterable[SampleFile]) -> Iterator[Read]:
    for file in files:
        try:
            raw = parse_content(file.path.read_bytes(), LIMITS)
        except Refused:
            continue
        about = {"period": file.period, "sha256": file.path.name, "file_name": file.path.name}
        unit = programme.unit_named(file.unit).code
        reading = interpret(raw, programme, unit=unit, arrived_at=file.arrived_at, **about)
        yield Read(file, raw, reading)


def _values(reading: FormReading) -> FormValues:
    tables: dict[str, dict[int, tuple[str, dict]]] = {}
    for entry in reading.entries:
        _, values = tables.setdefault(entry.table, {}).setdefault(entry.position, (entry.row, {}))
        if entry.value is not None:
            values[entry.column] = entry.value
    return FormValues(
        reading.form,
        {t: tuple(RowValues(k, v) for k, v in rows.values()) for t, rows in tables.items()},
        zero_report=reading.zero_report,
    )


def _back(programme: Programme, read: Read, verdict: JudgedSubmission) -> Back | None:
    issues = (*verdict.issues, *(issue for form in verdict.forms for issue in form.issues))
    if not issues:
        return None
    about = (programme, verdict.unit, verdict.period)
    content = returned_workbook(read.file.path, issues, *about, version=1, raw=read.raw)
    return Back(read.file, issues, content)


# --- every finding at its cell ----------------------------------------------------------------


def _index(book: openpyxl.Workbook) -> list[tuple[str, str]]:
    """What each line says, and where its link leads."""
    rows = book.worksheets[0].iter_rows(min_row=LINES_FROM)
    return [(row[3].value, row[2].hyperlink.location if row[2].hyperlink else "") for row in rows]


def _leads_to(location: str, sheet: str, cell: str) -> bool:
    where, _, span = location.rpartition("!")
    if where.strip("'").replace("''", "'") != sheet:
        return False
    left, top, right, bottom = range_boundaries(span)
    column, row, *_ = range_boundaries(cell)
    return left <= column <= right and top <= row <= bottom


def _marked(book: openpyxl.Workbook) -> Mapping[str, set[str]]:
    return {
        sheet.title: {
            place.coord
            for area in sheet.conditional_formatting
            for rule in area.rules
            if any(MARK_WORD in formula for formula in rule.formula)
            for place in area.sqref.ranges
        }
        for sheet in book.worksheets
    }


def _anchor(sheet: openpyxl.worksheet.worksheet.Worksheet, cell: str) -> str:
    areas = (area for area in sheet.merged_cells.ranges if cell in area)
    return next((area.start_cell.coordinate for area in areas), cell)


def _unmarked(issue: Issue, book: openpyxl.Workbook, marks: Mapping[str, set[str]]) -> list[str]:
    """What a finding lacks of comment, colour and line."""
    sheet = book[issue.sheet]
    cell = _anchor(sheet, issue.cell)
    comment = sheet[cell].comment
    lacks = []
    if comment is None or issue.message not in comment.text or issue.advice not in comment.text:
        lacks.append("comment")
    if cell not in marks[issue.sheet]:
        lacks.append("colour")
    return [f"{issue.unit} {issue.sheet} {cell} {issue.code}: no {lack}" for lack in lacks]


def test_every_finding_is_marked_and_listed(backs: list[Back]) -> None:
    found: list[str] = []
    count = 0
    for back in backs:
        book = openpyxl.load_workbook(io.BytesIO(back.content))
        lines, marks = _index(book), _marked(book)
        for issue in back.issues:
            count += 1
            if issue.sheet and issue.cell:
                found += _unmarked(issue, book, marks)
                if not any(_leads_to(at, issue.sheet, issue.cell) for _, at in lines):
                    found.append(f"{issue.unit} {issue.sheet} {issue.cell}: no line")
            elif not any(said.startswith(issue.message) for said, _ in lines):
                found.append(f"{issue.unit} {issue.message}: no line")
    print(f"{count} findings of {len(backs)} returned workbooks")
    assert found == []
    assert len(backs) > 60


def test_every_line_of_the_answer_key_is_marked_at_its_cell(
    year: SampleReport, backs: list[Back]
) -> None:
    by_file: dict[tuple[str, str], list[Back]] = {}
    for back in backs:
        by_file.setdefault((back.file.unit, back.file.period), []).append(back)
    books = {
        key: [openpyxl.load_workbook(io.BytesIO(one.content)) for one in own]
        for key, own in by_file.items()
    }
    asked = [p for p in year.planted if p.cell and catalogue()[p.code].stage > FILE_STAGE]
    assert len(asked) > 60
    assert [p for p in asked if not _is_marked(p, books.get((p.unit, p.period), []))] == []


def _is_marked(planted: Planted, books: Iterable[openpyxl.Workbook]) -> bool:
    for book in books:
        if planted.sheet in book.sheetnames:
            sheet = book[planted.sheet]
            comment = sheet[_anchor(sheet, planted.cell)].comment
            if comment is not None and COMMENT_OPENS in comment.text:
                return True
    return False


def test_one_fault_makes_one_line(year: SampleReport, backs: list[Back]) -> None:
    """A file has no more errors and warnings than faults were planted in it."""
    planted: dict[tuple[str, str], int] = {}
    for fault in year.planted:
        key = (fault.unit, fault.period)
        planted[key] = planted.get(key, 0) + 1
    found = []
    for back in backs:
        key = (back.file.unit, back.file.period)
        grave = [issue for issue in back.issues if issue.severity != "notice"]
        if len(grave) > planted.get(key, 0):
            found.append((*key, planted.get(key, 0), [(i.code, i.cell) for i in grave]))
    assert found == []


# --- everything else untouched ----------------------------------------------------------------


def _looks(content: bytes) -> dict[str, dict[str, object]]:
    """Everything of the clerk's a mark might disturb, by sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: {
            "cells": {
                cell.coordinate: (
                    cell.value,
                    cell.data_type,
                    cell.number_format,
                    cell.fill.fgColor.rgb,
                    cell.fill.fill_type,
                    cell.font.name,
                    cell.font.sz,
                    cell.font.b,
                    cell.border.top.style,
                    cell.alignment.horizontal,
                    cell.alignment.wrap_text,
                    cell.protection.locked,
                )
                for row in sheet.iter_rows()
                for cell in row
            },
            "comments": {
                cell.coordinate: cell.comment.text.partition(COMMENT_OPENS)[0].rstrip("\n—")
                for row in sheet.iter_rows()
                for cell in row
                if cell.comment and not cell.comment.text.startswith(COMMENT_OPENS)
            },
            "widths": {k: (d.width, d.hidden) for k, d in sheet.column_dimensions.items()},
            "heights": {k: (d.height, d.hidden) for k, d in sheet.row_dimensions.items()},
            "merged": sorted(map(str, sheet.merged_cells.ranges)),
            "validations": sorted(str(v.sqref) for v in sheet.data_validations.dataValidation),
            "rules": sum(
                MARK_WORD not in "".join(rule.formula)
                for area in sheet.conditional_formatting
                for rule in area.rules
            ),
            "protected": sheet.protection.sheet,
            "state": sheet.sheet_state,
            "frozen": sheet.freeze_panes,
        }
        for sheet in book.worksheets
    }


def test_the_clerks_own_cells_and_formats_are_unchanged(backs: list[Back]) -> None:
    cells = 0
    for back in backs:
        original = back.file.path.read_bytes()
        if not original.startswith(b"PK"):
            continue
        before, after = _looks(original), _looks(back.content)
        stripped = _looks(strip_returned(back.content))
        assert list(stripped) == list(before), back.file.path
        for name, looks in before.items():
            cells += len(looks["cells"])
            for what, expected in looks.items():
                assert after[name][what] == expected, (back.file.path, name, what)
                assert stripped[name][what] == expected, (back.file.path, name, what)
    print(f"{cells} cells compared, marked and with the marks taken off")
    assert cells > 100_000
