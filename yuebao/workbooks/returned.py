"""The clerk's own workbook, marked: what it says is what was handed in, and it can come back.

``returned_workbook`` marks; ``strip_returned`` takes everything off again; ``explanations`` and
``return_record`` read what a workbook that came back brings with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from yuebao.findings import Issue
from yuebao.programme.models import Programme, Severity
from yuebao.rules.finding_order import GRAVEST_FIRST
from yuebao.rules.period import Period
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.returned_index import IndexLine, index_lines, index_markup, index_names
from yuebao.workbooks.returned_marks import SheetMarks, mark_sheet, tab_colour
from yuebao.workbooks.returned_package import NotEditable, Package
from yuebao.workbooks.returned_places import place_of
from yuebao.workbooks.returned_rebuild import rebuilt
from yuebao.workbooks.returned_record import (
    ReturnRecord,
    explanations,
    record_markup,
    return_record,
    without_return,
)
from yuebao.workbooks.returned_strip import (
    bring_to_front,
    front_sheet,
    strip_package,
    strip_returned,
)
from yuebao.workbooks.returned_styles import StyleSheet
from yuebao.workbooks.returned_words import COMMENT_OPENS, INDEX_SHEET, RECORD_SHEET, SEVERITY_WORDS

__all__ = [
    "ReturnRecord",
    "explanations",
    "return_record",
    "returned_workbook",
    "strip_returned",
    "without_return",
]

_INVOLVED_AT_MOST = 8  # more cells than that have the same fault rather than a part in it


def returned_workbook(
    original: Path | bytes,
    issues: Sequence[Issue],
    programme: Programme,
    unit: str,
    period: str,
    *,
    version: int,
    explained: Mapping[str, str] | None = None,
    said_before: Mapping[str, str] | None = None,
    raw: RawWorkbook | None = None,
) -> bytes:
    """The submission (.xlsx) with its findings marked in it and listed on a sheet in front.

    Nothing of the clerk's is changed: values, formulas with their results, formats, widths,
    comments. What an earlier return left in the file is taken off first. ``explained`` fills in
    what was explained before, by finding id; ``said_before`` shows beside it what was said of the
    same finding in an earlier period, and explains nothing. Files that are no .xlsx are made anew
    from ``raw``, their reading (read here if not given). Refused where the file cannot be read.
    """
    content = original.read_bytes() if isinstance(original, Path) else original
    package = _package(content, raw)
    package.without_macros()
    lines = index_lines(programme, issues)
    styles = StyleSheet(package.tree("xl/styles.xml"))
    parts = {entry.name: entry.part for entry in package.sheets()}
    record = ReturnRecord(
        unit,
        period,
        version,
        front_sheet(package),
        {name: tab_colour(package.tree(part)) for name, part in parts.items()},
    )
    for name, marks in _marks(lines).items():
        if name in parts:
            mark_sheet(package, styles, parts[name], marks)
    heading = f"{programme.unit(unit).name} {Period.parse(period).chinese} 退回问题"
    sheets, given, before = frozenset(parts), explained or {}, said_before or {}
    index = index_markup(heading, lines, styles, sheets, given, before)
    package.add_sheet(INDEX_SHEET, index, first=True)
    package.add_sheet(RECORD_SHEET, record_markup(record), hidden=True)
    for defined, text, hidden in index_names(lines, before):
        package.define_name(defined, text, 0, hidden=hidden)
    bring_to_front(package, 0)
    return package.content()


def _package(content: bytes, raw: RawWorkbook | None) -> Package:
    """The workbook to be marked, with nothing of an earlier return in it."""
    try:
        package = Package(content)
        strip_package(package)
    except NotEditable:
        reading = raw or parse_content(content, LIMITS)
        package = Package(rebuilt(without_return(reading)))
    return package


def _marks(lines: Iterable[IndexLine]) -> dict[str, SheetMarks]:
    found: dict[str, SheetMarks] = {}
    for line in lines:
        for issue in line.run:
            if issue.sheet:
                _mark(found.setdefault(issue.sheet, SheetMarks()), issue, line.number)
    return found


def _mark(marks: SheetMarks, issue: Issue, number: int) -> None:
    marks.gravest = min(marks.gravest, issue.severity, key=GRAVEST_FIRST.index)
    place = place_of(issue.cell)
    if place is None:
        return
    _colour(marks.cells, issue.cell, issue)
    _colour(marks.rows, f"A{place[0] + 1}", issue)
    marks.comments.setdefault(issue.cell, []).append(_comment(issue, number))
    others = [cell for cell in issue.cells if cell != issue.cell]
    where = marks.cells if len(others) > _INVOLVED_AT_MOST else marks.involved
    for cell in others:
        _colour(where, cell, issue)


def _colour(cells: dict[str, Severity], cell: str, issue: Issue) -> None:
    known = cells.get(cell, issue.severity)
    cells[cell] = min(known, issue.severity, key=GRAVEST_FIRST.index)


def _comment(issue: Issue, number: int) -> str:
    opening = f"{COMMENT_OPENS}{SEVERITY_WORDS[issue.severity]}】第 {number} 条"
    return f"{opening}\n{issue.message}\n怎么改：{issue.advice}"
