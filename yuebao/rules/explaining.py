"""What clerks said of findings: each explanation tied to the finding it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from yuebao.findings import Issue, finding_id
from yuebao.programme.models import Severity
from yuebao.results import JudgedForm
from yuebao.rules.period import Period

_SAME_AGAIN = frozenset({"同上", "同上次", "同上次说明", "同上期", "同上月", "同前"})
_ENDS = " \t\r\n。.！!，,"


class ExplanationSource(StrEnum):
    """Where an explanation was written."""

    FORM = "form"  # in the form's 情况说明: it is about each of the form's warnings
    FINDING = "finding"  # beside the finding, on the first sheet of a returned workbook


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a clerk said of one finding.

    ``standing`` is False where the finding was of an earlier version and is no longer found.
    """

    issue: Issue
    source: ExplanationSource
    text: str
    filled_by: str = ""
    standing: bool = True


@dataclass(frozen=True, slots=True)
class LastExplanation:
    """What was last said of the same finding in an earlier period."""

    period: str
    text: str


FindingPlace = tuple[str, str, str, str, str, str]


def finding_place(issue: Issue) -> FindingPlace:
    """The same for the same finding in every period: form, kind, rule, table, row and column."""
    return issue.form, issue.code, issue.rule, issue.table, issue.row, issue.column


def says_same_again(text: str) -> bool:
    """Whether the clerk only confirms what was said last time."""
    return "".join(text.split()).strip(_ENDS) in _SAME_AGAIN


def said_before(
    issues: Iterable[Issue], last: Mapping[FindingPlace, LastExplanation]
) -> Mapping[str, str]:
    """By finding id, what was last said of the warnings among the issues, with its period."""
    return {
        finding_id(issue): f"{Period.parse(known.period).chinese}：{known.text}"
        for issue in issues
        if issue.severity is Severity.WARNING
        and (known := last.get(finding_place(issue))) is not None
    }


def written_beside(forms: Iterable[JudgedForm]) -> Mapping[str, str]:
    """All that was written beside findings in a file, by finding id; blanks left out."""
    said = {key: text for form in forms for key, text in form.reading.explanations.items()}
    return {key: text.strip() for key, text in said.items() if text.strip()}


def explanations_of(
    forms: Iterable[JudgedForm], of_file: Iterable[Issue], earlier: Mapping[str, Issue]
) -> tuple[Explanation, ...]:
    """Every explanation in a judged file, in the order of its findings.

    ``earlier`` holds findings of the unit's earlier versions by id, for what was explained and is
    no longer found. A text beside a finding nobody knows is about nothing, and left out.
    """
    judged = tuple(forms)
    beside = dict(written_beside(judged))
    names = {form.reading.form: form.reading.filled_by.strip() for form in judged}
    anyone = next((name for name in names.values() if name), "")
    found: list[Explanation] = []
    for issue in of_file:
        found += _beside(issue, beside, anyone)
    for form in judged:
        for issue in form.issues:
            found += _beside(issue, beside, names[form.reading.form])
            found += _of_form(issue, form)
    for key, text in beside.items():
        if key in earlier:
            name = names.get(earlier[key].form, "") or anyone
            found.append(
                Explanation(earlier[key], ExplanationSource.FINDING, text, name, standing=False)
            )
    return tuple(found)


def _beside(issue: Issue, beside: dict[str, str], name: str) -> Iterator[Explanation]:
    """What stands beside the finding; taken out, so that what is left belongs to none."""
    text = beside.pop(finding_id(issue), "") if beside else ""
    if text:
        yield Explanation(issue, ExplanationSource.FINDING, text, name)


def _of_form(issue: Issue, form: JudgedForm) -> Iterator[Explanation]:
    text = form.reading.explanation.strip()
    if text and issue.severity is Severity.WARNING:
        yield Explanation(issue, ExplanationSource.FORM, text, form.reading.filled_by.strip())
