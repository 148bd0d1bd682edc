"""The templates in a real office program: they open, print one page wide, and check as meant."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme
from yuebao.readings import AcceptedForm, FormValues, RowValues, Value
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.workbooks.template import filled_layout, render_workbook

ROOT = Path(__file__).parents[1]
MONTH, QUARTER = Period.parse("2023-09"), Period.parse("2023-Q3")
CASES = [("共和镇", MONTH), ("县水务局", MONTH), ("县教育体育局", MONTH), ("县农业农村局", QUARTER)]


@dataclass(frozen=True)
class Office:
    """A headless LibreOffice with a profile of its own."""

    program: str
    profile: Path

    def convert(self, source: Path, kind: str, folder: Path) -> Path:
        """The document converted to ``kind`` (pdf, xlsx) in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                self.program,
                "--headless",
                f"-env:UserInstallation={self.profile.as_uri()}",
                "--convert-to",
                kind,
                "--outdir",
                str(folder),
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        return folder / f"{source.stem}.{kind}"


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    program = shutil.which("soffice")
    assert program, "LibreOffice (soffice) is not installed"
    return Office(program, tmp_path_factory.mktemp("office-profile"))


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme(ROOT / "targets" / "mouding-2023")


@pytest.fixture(scope="session", params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def template(
    request: pytest.FixtureRequest, programme: Programme, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, int]:
    """A blank template on disk, and how many forms it holds."""
    name, period = request.param
    unit = programme.unit_named(name).code
    forms = owed_forms(programme, unit, period)
    path = tmp_path_factory.mktemp("template") / f"{name}.xlsx"
    path.write_bytes(render_workbook(programme, unit, period, forms))
    return path, len(forms)


def pdf_pages(pdf: Path) -> list[tuple[str, float]]:
    """The text and the width (points) of each page."""
    found = subprocess.run(["pdfinfo", "-l", "99", str(pdf)], capture_output=True, check=True)
    widths = [float(w) for w in re.findall(r"size:\s+([\d.]+) x", found.stdout.decode())]
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True)
    return list(zip(text.stdout.decode().split("\f"), widths, strict=False))


def test_every_sheet_prints_on_a_page_of_its_own(
    office: Office, template: tuple[Path, int], tmp_path: Path
) -> None:
    path, forms = template
    pages = pdf_pages(office.convert(path, "pdf", tmp_path))
    assert len(pages) == forms + 1
    assert all(round(width) in (595, 842) for _, width in pages)
    for text, _ in pages[1:]:
        assert "填报单位：" in text
        assert "填报时间：" in text  # its right edge is on the page too
        assert "联系电话：" in text


def test_validation_protection_and_live_checks_survive_a_save_in_libreoffice(
    office: Office, template: tuple[Path, int], tmp_path: Path
) -> None:
    path, forms = template
    before = openpyxl.load_workbook(path)
    after = openpyxl.load_workbook(office.convert(path, "xlsx", tmp_path))
    assert after.sheetnames == before.sheetnames
    assert after["_yuebao"].sheet_state != "visible"
    for name in before.sheetnames[1 : forms + 1]:
        old, new = before[name], after[name]
        assert new.protection.sheet
        assert {str(a) for a in new.merged_cells.ranges} == {
            str(a) for a in old.merged_cells.ranges
        }
        assert count_validated(new) == count_validated(old)
        assert count_checks(new) == count_checks(old)


def count_validated(sheet: Any) -> int:
    return sum(len(v.sqref.ranges) for v in sheet.data_validations.dataValidation)


def count_checks(sheet: Any) -> int:
    return sum(len(area.rules) for area in sheet.conditional_formatting)


# --- the formulas themselves ----------------------------------------------------------------


def evaluated(
    office: Office, programme: Programme, folder: Path, unit: str, form: str, **given: Any
) -> tuple[dict[str, list[Any]], Any]:
    """What each live check of the first rows comes to, by cell; and the layout of the form.

    The formulas are copied into cells right of the form, and LibreOffice calculates them.
    """
    code = programme.unit_named(unit).code
    content = render_workbook(programme, code, MONTH, (programme.form(form),), **given)
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = next(s for s in book.worksheets if s.title.startswith(form))
    asked: list[str] = []
    for area in sheet.conditional_formatting:
        first = str(area.sqref).split(":")[0].split()[0]
        for rule in area.rules:
            row = sheet[first].row
            place = f"{get_column_letter(60 + len(asked))}{row}"
            sheet[place] = "=" + rule.formula[0]
            asked.append(first)
    places = [f"{get_column_letter(60 + n)}{sheet[a].row}" for n, a in enumerate(asked)]
    source = folder / f"{form}.xlsx"
    book.save(source)
    result = openpyxl.load_workbook(office.convert(source, "xlsx", folder / "out"), data_only=True)
    found: dict[str, list[Any]] = {}
    for first, place in zip(asked, places, strict=True):
        found.setdefault(first, []).append(result[sheet.title][place].value)
    entered = given.get("entered", {}).get(form)
    carried = given.get("carried")
    layout = filled_layout(
        programme, programme.form(form), code, MONTH, carried=carried, entered=entered
    )
    return found, layout


def values_of(form: str, table: str, key: str, values: dict[str, Value]) -> FormValues:
    return FormValues(form, {table: (RowValues(key, values),)})


GOOD: dict[str, Value] = {
    "total": Decimal(100),
    "in_county": Decimal(20),
    "in_province": Decimal(30),
    "out_of_province": Decimal(50),
    "lifted": Decimal(40),
    "lifted_out_of_province": Decimal(10),
    "resettled": Decimal(5),
}


@pytest.mark.parametrize(
    ("change", "red"),
    [
        ({}, set()),
        ({"total": Decimal(101)}, {"total"}),
        ({"resettled": Decimal(101)}, {"resettled"}),
        ({"lifted_out_of_province": Decimal(45)}, {"lifted_out_of_province"}),
        ({"in_county": Decimal("20.5"), "in_province": Decimal("29.5")}, None),
        ({"in_county": "20人"}, {"in_county"}),
        ({"in_county": Decimal(-20), "in_province": Decimal(70)}, {"in_county"}),
    ],
)
def test_faults_turn_red_and_good_rows_do_not(
    office: Office,
    programme: Programme,
    tmp_path: Path,
    change: dict[str, Value],
    red: set[str] | None,
) -> None:
    village = programme.villages(programme.unit_named("共和镇").code)[0].code
    entered = {"T08": values_of("T08", "villages", village, GOOD | change)}
    found, layout = evaluated(office, programme, tmp_path, "共和镇", "T08", entered=entered)
    marked = {
        column for column in GOOD if True in found[layout.address("villages", column, village)]
    }
    assert marked == ({"in_county", "in_province"} if red is None else red)


def test_a_begun_row_shows_what_is_missing(
    office: Office, programme: Programme, tmp_path: Path
) -> None:
    village = programme.villages(programme.unit_named("共和镇").code)[0].code
    entered = {"T08": values_of("T08", "villages", village, {"total": Decimal(9)})}
    found, layout = evaluated(office, programme, tmp_path, "共和镇", "T08", entered=entered)
    assert True in found[layout.address("villages", "in_county", village)]
    assert True not in found[layout.address("villages", "total", village)]


def test_a_carried_cumulative_is_blue_until_changed_and_red_when_it_does_not_add_up(
    office: Office, programme: Programme, tmp_path: Path
) -> None:
    code = programme.unit_named("共和镇").code
    village = programme.villages(code)[0].code
    row: dict[str, Value] = {"certified_total": Decimal(5)}
    last = AcceptedForm("T02", code, "2023-08", values_of("T02", "villages", village, row))
    carried = {(code, "T02"): last}
    found, layout = evaluated(office, programme, tmp_path, "共和镇", "T02", carried=carried)
    address = layout.address("villages", "certified_total", village)
    assert found[address].count(True) == 1  # blue alone
    wrong = {"certified": Decimal(2), "certified_total": Decimal(6), "led_households": Decimal(1)}
    entered = {"T02": values_of("T02", "villages", village, dict(wrong))}
    found, layout = evaluated(
        office, programme, tmp_path, "共和镇", "T02", carried=carried, entered=entered
    )
    assert found[address].count(True) == 1  # red alone


@pytest.mark.parametrize("unit", ["共和镇", "县水务局", "县教育体育局", "县医保局"])
def test_no_live_check_is_an_error_or_speaks_on_a_blank_form(
    office: Office, programme: Programme, tmp_path: Path, unit: str
) -> None:
    for form in owed_forms(programme, programme.unit_named(unit).code, MONTH):
        found, _ = evaluated(office, programme, tmp_path, unit, form.id)
        results = {result for results in found.values() for result in results}
        assert results <= {False}, (form.id, found)
