"""What a workbook brings with it when it is one that was returned before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Programme, Severity
from yuebao.readings import Identity, SubmissionReading
from yuebao.workbooks.identity import identity_issues
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.returned_record import ReturnRecord, explanations, return_record
from yuebao.workbooks.signatures import form_name


@dataclass(frozen=True, slots=True)
class Comeback:
    """The record and the explanations of a workbook; neither, where it is simply a submission."""

    record: ReturnRecord | None
    explanations: Mapping[str, str]

    def identity_issues(
        self, identity: Identity | None, programme: Programme, *, unit: str, period: str
    ) -> tuple[Issue, ...]:
        """What the record says against the folder, where the file has no identity of its own."""
        if self.record is None or identity is not None:
            return ()
        said = Identity(programme.id, programme.version, self.record.unit, self.record.period)
        found = identity_issues(said, programme, unit=unit, period=period)
        return tuple(issue for issue in found if issue.severity is Severity.ERROR)

    @property
    def version(self) -> int:
        """The version the workbook was made of; 0 for none."""
        return self.record.version if self.record is not None else 0


def unless_overtaken(
    reading: SubmissionReading, accepted: Mapping[str, int], programme: Programme
) -> SubmissionReading:
    """The reading; of a return that was overtaken, nothing but the finding that says so.

    ``accepted`` holds, by form, the version that counts now.
    """
    for form in reading.forms if reading.returned_version else ():
        newer = accepted.get(form.form, 0)
        if newer > reading.returned_version:
            name = form_name(programme.form(form.form))
            overtaken = _overtaken(reading, name, newer)
            return replace(reading, forms=(), issues=(*reading.issues, overtaken))
    return reading


def _overtaken(reading: SubmissionReading, form: str, newer: int) -> Issue:
    value, expected = str(reading.returned_version), str(newer)
    return make_issue(
        "older-return",
        unit=reading.unit,
        period=reading.period,
        words={"value": value, "expected": expected, "form": form},
        value=value,
        expected=expected,
    )


def comeback(raw: RawWorkbook) -> Comeback:
    """What of an earlier return is in a workbook."""
    return Comeback(return_record(raw), explanations(raw))
