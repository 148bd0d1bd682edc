"""Personal numbers nobody asked for: found in texts, masked in all that is kept of a file.

Identity cards by their check digit, bank cards by theirs (Luhn), mobile numbers by their form.
Only texts are looked at: numbers that are reported are never changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Form, Programme
from yuebao.readings import Entry, FormReading, SubmissionReading
from yuebao.workbooks.rows import EXPLANATION
from yuebao.workbooks.signatures import column_title

IDENTITY_CARD, MOBILE, BANK_CARD = "身份证号", "手机号", "银行卡号"
_RUN = re.compile(r"(?<![0-9A-Za-z.])[0-9](?:[ \-]?[0-9]){9,18}[Xx]?(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?:86)?(1[3-9][0-9]{9})")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BIRTH = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_KEPT = {IDENTITY_CARD: (4, 2), MOBILE: (3, 4), BANK_CARD: (4, 2)}


@dataclass(frozen=True, slots=True)
class _Found:
    """Where personal data stood in a form."""

    table: str
    column: str
    kind: str


def masked(text: str) -> str:
    """The text with every personal number in it masked, e.g. ``5323************12``."""
    return _masked(text) if len(text) >= 11 else text


@lru_cache(maxsize=1 << 13)
def _masked(text: str) -> str:
    return _RUN.sub(lambda match: _masked_run(match[0]), text)


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds of personal numbers in a text, each once."""
    return _kinds_in(text) if len(text) >= 11 else ()


@lru_cache(maxsize=1 << 13)
def _kinds_in(text: str) -> tuple[str, ...]:
    kinds = (_kind(_digits(match[0])) for match in _RUN.finditer(text))
    return tuple(dict.fromkeys(kind for kind in kinds if kind))


def masked_reading(reading: SubmissionReading, programme: Programme) -> SubmissionReading:
    """The reading with no personal number left in it, and the unit told where there were some."""
    return replace(
        reading,
        forms=tuple(_masked_form(form, programme.form(form.form)) for form in reading.forms),
        issues=tuple(_masked_issue(issue) for issue in reading.issues),
        explanations=_masked_texts(reading.explanations),
    )


def _masked_form(form: FormReading, definition: Form) -> FormReading:
    return replace(
        form,
        entries=tuple(_masked_entry(entry) for entry in form.entries),
        explanation=masked(form.explanation),
        filled_by=masked(form.filled_by),
        explanations=_masked_texts(form.explanations),
        issues=(*map(_masked_issue, form.issues), *_told(form, definition)),
    )


def _masked_entry(entry: Entry) -> Entry:
    row = masked(entry.row)
    if isinstance(entry.value, Decimal):
        return entry if row == entry.row else replace(entry, row=row)
    raw = masked(entry.raw)
    if (raw, row) == (entry.raw, entry.row):
        return entry
    value = masked(entry.value) if isinstance(entry.value, str) else entry.value
    return replace(entry, raw=raw, row=row, value=value)


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


def _told(form: FormReading, definition: Form) -> list[Issue]:
    """One finding a column and kind, with all its cells."""
    found: dict[_Found, list[Entry]] = {}
    for entry in form.entries:
        kinds = () if isinstance(entry.value, Decimal) else kinds_in(entry.raw)
        for kind in kinds:
            found.setdefault(_Found(entry.table, entry.column, kind), []).append(entry)
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


def _digits(run: str) -> str:
    return run.replace(" ", "").replace("-", "").upper()


def _kind(digits: str) -> str:
    if _is_identity_card(digits):
        return IDENTITY_CARD
    if _MOBILE.fullmatch(digits):
        return MOBILE
    if 16 <= len(digits) <= 19 and digits.isdigit() and _passes_luhn(digits):
        return BANK_CARD
    return ""


def _is_identity_card(digits: str) -> bool:
    if len(digits) != 18 or not _BIRTH.fullmatch(digits[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == digits[17]


def _passes_luhn(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False  # a row of zeros is no card
    total = 0
    for at, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if at % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _masked_run(run: str) -> str:
    """The run with stars for its middle digits; what separates them stays."""
    digits = _digits(run)
    kind = _kind(digits)
    if not kind:
        return run
    head, tail = _KEPT[kind]
    seen, masked_run = 0, ""
    for sign in run:
        if sign in " -":
            masked_run += sign
            continue
        hidden = head <= seen < len(digits) - tail
        masked_run += "*" if hidden else sign
        seen += 1
    return masked_run
