"""A workbook → what it submits: forms recognised, cells read, everything else named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Form, Programme, Severity
from yuebao.readings import FormReading, Identity, SubmissionReading
from yuebao.rules.obligations import forms_of, is_named
from yuebao.rules.period import Period
from yuebao.workbooks.forms import Filing, FoundForm, read_form, twice_read
from yuebao.workbooks.headers import header_blocks
from yuebao.workbooks.identity import IDENTITY_SHEET, identity_issues, identity_of
from yuebao.workbooks.labels import normalised
from yuebao.workbooks.names import names_for
from yuebao.workbooks.personal_numbers import masked
from yuebao.workbooks.privacy import masked_reading
from yuebao.workbooks.raw import RawSheet, RawWorkbook
from yuebao.workbooks.refusal import Refused
from yuebao.workbooks.returned_comeback import comeback
from yuebao.workbooks.returned_record import without_return
from yuebao.workbooks.signatures import SignatureIndex, form_name, signature_index

_GUIDES = frozenset({"填报说明", "填表说明", "说明", "使用说明"})


@dataclass(frozen=True, slots=True)
class Arrival:
    """The file a reading is of."""

    unit: str
    period: str
    sha256: str
    file_name: str
    arrived_at: datetime

    def reading(
        self, identity: Identity | None, forms: Sequence[FormReading], issues: Sequence[Issue]
    ) -> SubmissionReading:
        """The submission with what was made of it."""
        return SubmissionReading(
            unit=self.unit,
            period=self.period,
            sha256=self.sha256,
            file_name=masked(self.file_name),
            arrived_at=self.arrived_at,
            identity=identity,
            forms=tuple(forms),
            issues=tuple(issues),
        )


def interpret(
    raw: RawWorkbook,
    programme: Programme,
    *,
    unit: str,
    period: str,
    sha256: str,
    file_name: str,
    arrived_at: datetime,
) -> SubmissionReading:
    """What a workbook submits for a unit (code) and period.

    A file whose own identity says another programme, unit or period is not looked into. Of a
    returned workbook the index is not read as a form; what it explains is.
    """
    arrival = Arrival(unit, period, sha256, file_name, arrived_at)
    comes_back = comeback(raw)
    raw = without_return(raw)
    identity = identity_of(raw)
    issues = list(identity_issues(identity, programme, unit=unit, period=period))
    issues += comes_back.identity_issues(identity, programme, unit=unit, period=period)
    if any(issue.severity is Severity.ERROR for issue in issues):
        return arrival.reading(identity, (), issues)
    names = names_for(programme, programme.unit(unit))
    filing = Filing(programme, names, period, sha256, identity is not None)
    found, ignored = _found_forms(raw, signature_index(programme))
    issues += [_ignored(sheet, unit, period) for sheet in ignored]
    forms: list[FormReading] = []
    for form in programme.forms:
        places = [place for place in found if place.form is form]
        if places and _is_theirs(form, filing):
            forms += _readings(places, filing)
        elif places:
            issues.append(_not_owed(places[0], unit, period))
    if not forms:
        issues.append(make_issue("no-form-found", unit=unit, period=period))
    forms = [replace(form, explanations=comes_back.explanations) for form in forms]
    reading = replace(
        arrival.reading(identity, forms, issues),
        explanations=comes_back.explanations,
        returned_version=comes_back.version,
    )
    return masked_reading(reading, programme)


def refused_reading(
    refused: Refused,
    *,
    unit: str,
    period: str,
    sha256: str,
    file_name: str,
    arrived_at: datetime,
) -> SubmissionReading:
    """The submission of a file that could not be read, with the reason as its issue."""
    words = dict(refused.words)
    issue = make_issue(
        refused.code,
        unit=unit,
        period=period,
        words=words,
        sheet=words.get("sheet", ""),
        value=words.get("value", ""),
        expected=words.get("expected", ""),
    )
    return Arrival(unit, period, sha256, file_name, arrived_at).reading(None, (), (issue,))


def _found_forms(raw: RawWorkbook, index: SignatureIndex) -> tuple[list[FoundForm], list[RawSheet]]:
    """The forms on the visible sheets, and the sheets with contents but no form.

    Hidden sheets are not read; one that holds a form is named among the ignored, also where it
    goes by the name of the identity sheet.
    """
    found: list[FoundForm] = []
    ignored: list[RawSheet] = []
    for sheet in raw.sheets:
        forms = _forms_on(sheet, index)
        if sheet.is_blank or (sheet.name == IDENTITY_SHEET and not forms):
            continue
        if sheet.visible:
            found += forms
        if sheet.visible != bool(forms) and normalised(sheet.name) not in _GUIDES:
            ignored.append(sheet)
    return found, ignored


def _forms_on(sheet: RawSheet, index: SignatureIndex) -> list[FoundForm]:
    """Each form's first table on a sheet, with the further tables that follow it."""
    blocks = header_blocks(sheet, index)
    starts = [at for at, block in enumerate(blocks) if block.signature.is_first]
    found = []
    for start in starts:
        end = min((at for at in starts if at > start), default=len(blocks))
        form = blocks[start].signature.form
        own = tuple(b for b in blocks[start:end] if b.signature.form is form)
        until = blocks[end].top if end < len(blocks) else len(sheet.rows)
        found.append(FoundForm(form, sheet, own, until))
    return found


def _is_theirs(form: Form, filing: Filing) -> bool:
    """Whether the unit may file the form for this period, also where it owes nothing."""
    filed = forms_of(filing.programme, Period.parse(filing.period))
    return form in filed and is_named(form.filed_by, filing.names.unit)


def _readings(places: list[FoundForm], filing: Filing) -> list[FormReading]:
    if len(places) > 1:
        return [twice_read(places[0], places[1], filing)]
    reading = read_form(places[0], filing)
    applies = not is_named(places[0].form.not_applicable, filing.names.unit)
    if not applies and [issue.code for issue in reading.issues] == ["blank-form"]:
        return []  # a form that does not apply may be left blank
    return [reading]


def _not_owed(place: FoundForm, unit: str, period: str) -> Issue:
    return make_issue(
        "form-not-owed",
        unit=unit,
        period=period,
        words={"form": form_name(place.form)},
        form=place.form.id,
        sheet=place.sheet.name,
    )


def _ignored(sheet: RawSheet, unit: str, period: str) -> Issue:
    return make_issue(
        "sheet-ignored", unit=unit, period=period, words={"sheet": sheet.name}, sheet=sheet.name
    )
