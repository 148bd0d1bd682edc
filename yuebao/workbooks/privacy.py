"""Personal numbers nobody asked for: masked in all that is kept of a file, and told.

A number that stands where a figure is asked for, and is a personal one, is no figure: it is not
taken, and the form comes back. Other figures are never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Form, Programme, Severity
from yuebao.readings import Entry, FormReading, SubmissionReading
from yuebao.workbooks.personal_numbers import any_may_hold_one, kinds_in, masked, may_hold_one
from yuebao.workbooks.rows import EXPLANATION
from yuebao.workbooks.signatures import column_title

_NO_FIGURE = "“{column}”里像是个人的{kind}（{value}），不是本表要的数，没有入库。"
_PUT_RIGHT = "请删去个人信息，填本表要的数；没有就填 0。"


@dataclass(frozen=True, slots=True)
class _Found:
    """Where personal data stood in a form."""

    table: str
    column: str
    kind: str
    is_figure: bool  # a figure is asked for there


def masked_reading(reading: SubmissionReading, programme: Programme) -> SubmissionReading:
    """The reading with no personal number left in it, and the unit told where there were some."""
    return replace(
        reading,
        forms=tuple(_masked_form(form, programme.form(form.form)) for form in reading.forms),
        issues=tuple(_masked_issue(issue) for issue in reading.issues),
        explanations=_masked_texts(reading.explanations),
    )


def _masked_form(form: FormReading, definition: Form) -> FormReading:
    suspects = _suspects(form.entries)
    return replace(
        form,
        entries=_masked_entries(form.entries, suspects),
        explanation=masked(form.explanation),
        filled_by=masked(form.filled_by),
        explanations=_masked_texts(form.explanations),
        issues=(*map(_masked_issue, form.issues), *_told(form, definition, suspects)),
    )


def _suspects(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    if not any_may_hold_one([entry.raw for entry in entries]):
        return ()
    return tuple(entry for entry in entries if may_hold_one(entry.raw))


def _masked_entries(entries: tuple[Entry, ...], suspects: tuple[Entry, ...]) -> tuple[Entry, ...]:
    rows = {row: masked(row) for row in {entry.row for entry in entries}}
    if not suspects and all(row == shown for row, shown in rows.items()):
        return entries
    return tuple(
        _masked_entry(entry, rows[entry.row])
        if may_hold_one(entry.raw) or rows[entry.row] != entry.row
        else entry
        for entry in entries
    )


def _masked_entry(entry: Entry, row: str) -> Entry:
    raw = masked(entry.raw)
    if raw == entry.raw:
        return entry._replace(row=row)
    if isinstance(entry.value, Decimal):
        return entry._replace(raw=raw, row=row, value=None, readable=False)
    value = masked(entry.value) if isinstance(entry.value, str) else entry.value
    return entry._replace(raw=raw, row=row, value=value)


def _masked_issue(issue: Issue) -> Issue:
    return replace(
        issue,
        message=masked(issue.message),
        advice=masked(issue.advice),
        value=masked(issue.value),
        expected=masked(issue.expected),
        row=masked(issue.row),
    )


def _masked_texts(texts: Mapping[str, str]) -> Mapping[str, str]:
    return {key: masked(text) for key, text in texts.items()}


def _told(form: FormReading, definition: Form, suspects: tuple[Entry, ...]) -> list[Issue]:
    """One finding a column and kind, with all its cells."""
    found: dict[_Found, list[Entry]] = {}
    for entry in suspects:
        for kind in kinds_in(entry.raw):
            column = definition.table(entry.table).column(entry.column)
            spot = _Found(entry.table, entry.column, kind, column.is_number)
            found.setdefault(spot, []).append(entry)
    issues = []
    for spot, entries in found.items():
        title = column_title(definition.table(spot.table).column(spot.column))
        issues.append(_finding(form, spot, title, entries))
    return issues + [_in_explanation(form, kind) for kind in kinds_in(form.explanation)]


def _finding(form: FormReading, spot: _Found, title: str, entries: list[Entry]) -> Issue:
    first = entries[0]
    value = masked(first.raw)
    return make_issue(
        "personal-data",
        unit=form.unit,
        period=form.period,
        words={"column": title, "kind": spot.kind, "value": value},
        severity=Severity.ERROR if spot.is_figure else None,
        message=_NO_FIGURE if spot.is_figure else "",
        advice=_PUT_RIGHT if spot.is_figure else "",
        form=form.form,
        sheet=form.sheet,
        table=spot.table,
        column=spot.column,
        row=masked(first.row),
        cell=first.address,
        cells=tuple(entry.address for entry in entries),
        value=value,
    )


def _in_explanation(form: FormReading, kind: str) -> Issue:
    value = masked(form.explanation)
    words = {"column": EXPLANATION, "kind": kind, "value": value}
    return make_issue(
        "personal-data",
        unit=form.unit,
        period=form.period,
        words=words,
        form=form.form,
        sheet=form.sheet,
        value=value,
    )
