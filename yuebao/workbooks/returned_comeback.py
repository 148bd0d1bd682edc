"""What a workbook brings with it when it is one that was returned before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Programme, Severity
from yuebao.readings import FormReading, Identity
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

    def older_than(
        self, accepted: Mapping[str, int], forms: Sequence[FormReading], programme: Programme
    ) -> tuple[Issue, ...]:
        """The one finding on a return that was overtaken: a newer version of a form counts."""
        if self.record is None:
            return ()
        for form in forms:
            newer = accepted.get(form.form, 0)
            if newer > self.record.version:
                value, expected = str(self.record.version), str(newer)
                name = form_name(programme.form(form.form))
                words = {"value": value, "expected": expected, "form": name}
                return (
                    make_issue(
                        "older-return",
                        unit=form.unit,
                        period=form.period,
                        words=words,
                        value=value,
                        expected=expected,
                    ),
                )
        return ()


def comeback(raw: RawWorkbook) -> Comeback:
    """What of an earlier return is in a workbook."""
    return Comeback(return_record(raw), explanations(raw))
