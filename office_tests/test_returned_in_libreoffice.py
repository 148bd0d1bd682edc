"""A returned workbook opened, corrected and saved in a real office program, three rounds."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from yuebao.findings import Issue, finding_id, make_issue
from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme
from yuebao.readings import SubmissionReading
from yuebao.rules.period import Period
from yuebao.samples.plant import Workbooks
from yuebao.samples.profile import load_profile
from yuebao.samples.year import SampleYear
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.returned import returned_workbook, strip_returned
from yuebao.workbooks.returned_words import INDEX_SHEET, MARK_WORD, RECORD_SHEET

ROOT = Path(__file__).parents[1]
PERIOD = Period.parse("2023-06")
WARNED, WRONG, NOTED = "E8", "D6", "F9"
NOTE = "这一格我核过两遍"


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(ROOT / "targets" / "mouding-2023")


@pytest.fixture(scope="module")
def unit(programme: Programme) -> str:
    return programme.unit_named("共和镇").code


@pytest.fixture(scope="module")
def clean(programme: Programme, unit: str) -> bytes:
    """A township's filled month, with a comment of the clerk's own on a cell to be faulted."""
    profile = load_profile(ROOT / "targets" / "mouding-2023" / "samples", programme)
    writer = Workbooks(programme, SampleYear(programme, profile, 5))
    book = openpyxl.load_workbook(BytesIO(writer.clean(programme.unit(unit), PERIOD)))
    form_sheet(book)[WRONG].comment = openpyxl.comments.Comment(NOTE, "张三")
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def form_sheet(book: openpyxl.Workbook) -> openpyxl.worksheet.worksheet.Worksheet:
    return next(sheet for sheet in book.worksheets if sheet.title.startswith("T08"))


def through_office(content: bytes, folder: Path) -> bytes:
    """What LibreOffice makes of the workbook when it is opened and saved."""
    program = shutil.which("soffice")
    assert program, "LibreOffice (soffice) is not installed"
    folder.mkdir(parents=True)
    source = folder / "in.xlsx"
    source.write_bytes(content)
    profile = (folder.parent / "profile").as_uri()
    subprocess.run(
        [program, "--headless", f"-env:UserInstallation={profile}", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "out" / "in.xlsx").read_bytes()


def findings(unit: str, sheet: str) -> tuple[Issue, ...]:
    about = {"unit": unit, "period": str(PERIOD), "form": "T08", "sheet": sheet}
    words = {"row": "某村", "column": "总量", "value": "9", "expected": "8"}
    return tuple(
        make_issue(code, cell=cell, cells=(cell,), row=cell, words=words, value="9", **about)
        for code, cell in (("range", WRONG), ("plausible", WARNED), ("alarm", NOTED))
    )


def read(content: bytes, programme: Programme, unit: str) -> SubmissionReading:
    return interpret(
        parse_content(content, LIMITS),
        programme,
        unit=unit,
        period=str(PERIOD),
        sha256="0" * 64,
        file_name="月报.xlsx",
        arrived_at=datetime(2023, 6, 25, tzinfo=UTC),
    )


def values(reading: SubmissionReading) -> list[tuple[object, ...]]:
    return [
        (form.form, entry.table, entry.row, entry.column, entry.value, entry.address)
        for form in reading.forms
        for entry in form.entries
    ]


def marks(book: openpyxl.Workbook) -> dict[str, set[str]]:
    """The cells coloured by us, by sheet."""
    found: dict[str, set[str]] = {}
    for sheet in book.worksheets:
        for area in sheet.conditional_formatting:
            if any(MARK_WORD in formula for rule in area.rules for formula in rule.formula):
                for span in area.sqref.ranges:
                    places = (sheet.cell(*place).coordinate for place in span.cells)
                    found.setdefault(sheet.title, set()).update(places)
    return found


def shape(book: openpyxl.Workbook) -> dict[str, tuple[object, ...]]:
    """What a sheet is made of besides its values."""
    return {
        sheet.title: (
            sheet.sheet_state,
            sorted(map(str, sheet.merged_cells.ranges)),
            sum(len(v.sqref.ranges) for v in sheet.data_validations.dataValidation),
            sum(len(area.rules) for area in sheet.conditional_formatting),
            sheet.protection.sheet,
            sheet.sheet_properties.tabColor and sheet.sheet_properties.tabColor.rgb,
            {k: round(d.width, 0) for k, d in sheet.column_dimensions.items() if not d.hidden},
            {
                cell.coordinate: (cell.fill.fgColor.rgb, cell.font.b, cell.number_format)
                for row in sheet.iter_rows()
                for cell in row
            },
            {
                cell.coordinate: cell.comment.text
                for row in sheet.iter_rows()
                for cell in row
                if cell.comment
            },
        )
        for sheet in book.worksheets
    }


def test_three_rounds_through_libreoffice_bring_back_what_was_written_and_nothing_else(
    programme: Programme, unit: str, clean: bytes, tmp_path: Path
) -> None:
    plain = through_office(clean, tmp_path / "plain")  # what the program itself changes
    before = openpyxl.load_workbook(BytesIO(plain))
    issues = findings(unit, form_sheet(before).title)
    content = clean
    for version in (1, 2, 3):
        back = returned_workbook(content, issues, programme, unit, str(PERIOD), version=version)
        book = openpyxl.load_workbook(BytesIO(through_office(back, tmp_path / f"open{version}")))
        assert book.sheetnames[0] == INDEX_SHEET
        title = form_sheet(book).title
        assert marks(book) == {title: {WRONG, WARNED, NOTED, "A6", "A8", "A9"}}
        links = [book.worksheets[0].cell(row, 3).hyperlink for row in (6, 7, 8)]
        assert [link.location for link in links] == [f"'{title}'!{c}" for c in ("D6", "E8", "F9")]
        content = through_office(explained(back), tmp_path / f"saved{version}")
        reading = read(content, programme, unit)
        assert reading.explanations == {finding_id(issues[1]): "确为大额转移"}
        assert values(reading) == values(read(clean, programme, unit))
        assert [i.code for i in reading.issues] == []
    after = openpyxl.load_workbook(BytesIO(strip_returned(content)))
    assert after.sheetnames == before.sheetnames
    assert marks(after) == {}
    assert shape(after) == shape(before)
    assert form_sheet(after)[WRONG].comment.text == NOTE
    assert RECORD_SHEET not in after.sheetnames


def explained(content: bytes) -> bytes:
    """The warning's explanation written in; as a clerk does it, in the open cell of its line."""
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.worksheets[0]["J7"].value == "疑问"
    book.worksheets[0]["I7"] = "确为大额转移"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
