"""A month of sample submissions with planted faults: each comes back with its fault at its cell."""

import io
from pathlib import Path

import openpyxl
import pytest

from expectations.judge import Judge
from yuebao.findings import Issue, catalogue
from yuebao.programme.allocate import allocated_targets
from yuebao.programme.models import Programme
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import SampleFile, SampleReport, write_samples
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.refusal import LIMITS, Refused
from yuebao.workbooks.returned import returned_workbook, without_return
from yuebao.workbooks.returned_words import HEAD

ROOT = Path(__file__).parents[2]
JUNE = Period.parse("2023-06")
# What is found only beside a month before: by stage, and slips in the unit of measure.
BESIDE_LAST_MONTH, SLIP = 70, "unit-of-measure"


class Returned:
    """One unit's submission, its findings and what it gets back."""

    def __init__(
        self, programme: Programme, file: SampleFile, raw: RawWorkbook, issues: tuple[Issue, ...]
    ) -> None:
        self.unit, self.raw, self.issues = file.unit, raw, issues
        code = programme.unit_named(file.unit).code
        self.content = returned_workbook(
            file.path, issues, programme, code, file.period, version=1, raw=raw
        )
        self.book = openpyxl.load_workbook(io.BytesIO(self.content))

    def places(self) -> set[tuple[str, str]]:
        """The finding's words and where its link leads."""
        rows = self.book.worksheets[0].iter_rows(min_row=6)
        return {(row[3].value, row[2].hyperlink.location) for row in rows if row[2].hyperlink}


@pytest.fixture(scope="module")
def month(programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> SampleReport:
    profile = load_profile(ROOT / "targets" / programme.id / "samples", programme)
    out = tmp_path_factory.mktemp("inbox")
    return write_samples(programme, profile, out, first=JUNE, last=JUNE, seed=5, faults=True)


@pytest.fixture(scope="module")
def all_returned(programme: Programme, month: SampleReport) -> list[Returned]:
    read = []
    for file in (file for file in month.files if file.period == str(JUNE)):
        try:
            raw = parse_content(file.path.read_bytes(), LIMITS)
        except Refused:
            continue  # nothing can be marked in a file that cannot be read
        about = {"sha256": file.path.name, "file_name": file.path.name}
        unit = programme.unit_named(file.unit).code
        reading = interpret(
            raw, programme, unit=unit, period=file.period, arrived_at=file.arrived_at, **about
        )
        read.append((file, raw, reading))
    verdicts = Judge(programme).judge(
        [reading for *_, reading in read],
        accepted={},
        standing={},
        targets=allocated_targets(programme),
    )
    found = []
    for (file, raw, _), verdict in zip(read, verdicts, strict=True):
        issues = (*verdict.issues, *(issue for form in verdict.forms for issue in form.issues))
        if issues:
            found.append(Returned(programme, file, raw, issues))
    return found


def test_every_finding_has_its_line_its_link_and_its_comment(all_returned: list[Returned]) -> None:
    assert len(all_returned) > 10
    for one in all_returned:
        index = one.book.worksheets[0]
        assert index.max_row - 5 == len(one.issues), one.unit
        for issue in (issue for issue in one.issues if issue.sheet):
            link = f"'{issue.sheet}'!{issue.cell or 'A1'}"
            assert (issue.message, link) in one.places()
            if issue.cell:
                assert issue.message in one.book[issue.sheet][issue.cell].comment.text


def test_every_planted_fault_of_the_month_is_marked_at_its_cell(
    month: SampleReport, all_returned: list[Returned]
) -> None:
    by_unit = {one.unit: one for one in all_returned}
    planted = [
        fault
        for fault in month.planted
        if fault.period == str(JUNE)
        and fault.cell
        and catalogue()[fault.code].stage < BESIDE_LAST_MONTH
        and fault.code != SLIP
    ]
    assert len(planted) > 5
    for fault in planted:
        sheets = [s for s in by_unit[fault.unit].book.worksheets if s.title.startswith(fault.form)]
        assert any(sheet[fault.cell].comment for sheet in sheets), fault


def test_every_other_cell_reads_as_before(all_returned: list[Returned]) -> None:
    for one in all_returned:
        assert tuple(c.value for c in one.book.worksheets[0][5]) == HEAD
        again = without_return(parse_content(one.content, LIMITS))
        assert [s.rows for s in again.sheets] == [s.rows for s in one.raw.sheets], one.unit
        assert [s.percent for s in again.sheets] == [s.percent for s in one.raw.sheets]
