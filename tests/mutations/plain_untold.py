"""Whether a changed workbook holds figures of which its reading says nothing at all."""

import math
import re
from collections.abc import Iterator
from decimal import Decimal

from plain_cells import Place, PlainSheet, place_of
from plain_observing import Base, plain, shown

from yuebao.programme.models import Severity
from yuebao.readings import FormReading, SubmissionReading

FIGURE = re.compile(r"[+-]?\d")
BELOW = ("零报告", "情况说明", "注:", "备注", "说明", "填报", "填表", "审核人", "联系", "负责人")
SUMS = {"合计", "小计", "总计", "共计"}
NUMBERS_ROWS = {"序号", "编号"}
GUIDE = "填报说明"


def untold(reading: SubmissionReading, sheets: list[PlainSheet], base: Base) -> list[str]:
    """Each figure that is neither taken, nor in a finding, nor passed over by a stated rule.

    Of a file or a form that is returned nothing is asked: nothing of it is loaded.
    """
    if any(issue.severity is Severity.ERROR for issue in reading.issues):
        return []
    told = {issue.sheet for issue in reading.issues} | {GUIDE}
    told |= {issue.expected for form in reading.forms for issue in form.issues}  # a form's second
    found: list[str] = []
    for sheet in sheets:
        forms = [form for form in reading.forms if form.sheet == sheet.name]
        if forms:
            found += untold_of(forms, sheet, base)
        elif sheet.name not in told and (figures := figures_of(sheet, base)):
            found.append(f"{sheet.name}: {figures} below a header, and nothing is said")
    return found


def untold_of(forms: list[FormReading], sheet: PlainSheet, base: Base) -> Iterator[str]:
    issues = [issue for form in forms for issue in form.issues]
    if any(issue.severity is Severity.ERROR for issue in issues):
        return
    entries = [entry for form in forms for entry in form.entries]
    taken = {place_of(entry.address) for entry in entries if entry.raw}
    taken |= {place_of(cell) for issue in issues for cell in (issue.cell, *issue.cells) if cell}
    first = min((place_of(e.address)[0] for form in forms for e in form.entries), default=math.inf)
    end = end_of(sheet, base, first)
    counted = {  # where rows may go on below a word that ends them
        place_of(entry.address)[1]
        for form in forms
        for entry in form.entries
        if (form.form, entry.table) in base.open and isinstance(entry.value, Decimal)
    }
    for place in sorted(figures_of(sheet, base, first) - taken):
        below = place[0] >= end and place[1] not in counted
        if not below and not ends(sheet, place[0]) and not is_passed_over(sheet, place, base):
            yield f"{sheet.name} {place}: {sheet.cells[place]} is neither taken nor told"


def figures_of(sheet: PlainSheet, base: Base, first: float = math.inf) -> set[Place]:
    """The figures below the top of a header; none where there is no header."""
    top = top_of(sheet, base, first)
    if top is None:
        return set()
    return {p for p in sheet.cells if p[0] > top and is_figure(sheet, p) and not covered(sheet, p)}


def covered(sheet: PlainSheet, place: Place) -> bool:
    """Whether a text that is merged over the cell hides it."""
    return any(
        top <= place[0] <= bottom and left <= place[1] <= right
        for top, left, bottom, right in sheet.merges
        if place != (top, left) in sheet.cells and not is_figure(sheet, (top, left))
    )


def top_of(sheet: PlainSheet, base: Base, first: float = math.inf) -> int | None:
    """The row of a header next above the first figures: two of the known labels stand in it."""
    labels = set().union(*base.labels.values())
    rows = [
        row
        for row in sorted({at for at, _ in sheet.cells})
        if sum(shown(sheet, place) in labels for place in sheet.cells if place[0] == row) > 1
    ]
    above = [row for row in rows if row < first]
    return above[-1] if above and first < math.inf else next(iter(rows), None)


def end_of(sheet: PlainSheet, base: Base, first: float) -> int:
    """The row below a table, by the word it begins with."""
    top = top_of(sheet, base, first) or 0
    rows = sorted({at for at, _ in sheet.cells if at > top and ends(sheet, at)})
    return rows[0] if rows else max(at for at, _ in sheet.cells) + 1


def ends(sheet: PlainSheet, row: int) -> bool:
    return first_words(sheet, row, 1)[0].startswith(BELOW)


def first_words(sheet: PlainSheet, row: int, count: int) -> list[str]:
    filled = sorted(place for place in sheet.cells if place[0] == row)
    return [shown(sheet, place) for place in filled[:count]] or [""]


def is_figure(sheet: PlainSheet, place: Place) -> bool:
    kind, said = sheet.cells[place]
    return kind != "text" or FIGURE.match(plain(str(said))) is not None


def is_passed_over(sheet: PlainSheet, place: Place, base: Base) -> bool:
    """The number of a row, what a template fills in by itself, and what stands in a row of sums."""
    row, column = place
    above = {shown(sheet, (at, column)) for at in range(row)}
    kind, _ = sheet.cells[place]
    alone = kind == "text" and sum(at == row for at, _ in sheet.cells) == 1  # a remark
    passed = NUMBERS_ROWS | base.prefilled
    counts = column == 0 and kind == "number" and not above & {"村(社区)"}
    return counts or alone or bool(above & passed) or bool(SUMS & {*first_words(sheet, row, 3)})
