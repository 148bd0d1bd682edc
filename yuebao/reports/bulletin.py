"""A period's bulletin: everything it says, before it is a page or a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from yuebao.findings import Issue
from yuebao.programme.check import Doubt
from yuebao.programme.models import Programme, Severity, Unit
from yuebao.reports.headline import Headline, headline
from yuebao.reports.lines import Section, sections
from yuebao.reports.numbers import plain
from yuebao.reports.reporting import Reporting, reporting
from yuebao.results import IndicatorResult, ObligationStatus
from yuebao.rules.calendar import local_date
from yuebao.rules.period import Period


@dataclass(frozen=True, slots=True)
class IssueCounts:
    """How many findings the judging made, by gravity."""

    errors: int
    warnings: int
    notices: int


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What a bulletin says. ``county_issues`` are findings on the county's totals, in sentences;
    ``corrections`` the values that count otherwise than reported, each in a sentence; ``waiting``
    those that no longer stand, so that the figures are from before until they are settled.
    """

    title: str
    kind: str
    period: Period
    issuer: str
    county: str
    document: str
    version: str
    green_from: str
    amber_from: str
    townships: tuple[Unit, ...]
    headline: Headline
    sections: tuple[Section, ...]
    reporting: Reporting
    doubts: tuple[Doubt, ...]
    issue_counts: IssueCounts
    county_issues: tuple[str, ...]
    generated_at: datetime
    issued_on: str
    sample: bool
    draft: bool = False
    corrections: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


def build_bulletin(
    programme: Programme,
    period: Period,
    *,
    results: Iterable[IndicatorResult],
    previous: Iterable[IndicatorResult],
    statuses: Iterable[ObligationStatus],
    doubts: Iterable[Doubt],
    issues: Iterable[Issue],
    generated_at: datetime,
    sample: bool = False,
    draft: bool = False,
    corrections: Iterable[str] = (),
    waiting: Iterable[str] = (),
) -> Bulletin:
    """The bulletin of a month or a quarter from its results, those before it, and who reported.

    ``previous`` may hold months and quarters alike; ``sample`` marks every page as a sample,
    ``draft`` as one that nobody has approved yet.
    """
    works = sections(programme, period, results, previous)
    known = tuple(issues)
    issued = local_date(programme, generated_at)
    return Bulletin(
        title=programme.title,
        kind="季度通报" if period.is_quarter else "月度通报",
        period=period,
        issuer=programme.report_to,
        county=programme.unit(programme.county).name,
        document=programme.document.title,
        version=programme.version,
        green_from=plain(programme.colours.green_from * 100),
        amber_from=plain(programme.colours.amber_from * 100),
        townships=programme.townships,
        headline=headline(works),
        sections=works,
        reporting=reporting(programme, period, tuple(statuses)),
        doubts=tuple(doubts),
        issue_counts=_counts(known),
        county_issues=tuple(i.message for i in known if i.unit == programme.county),
        generated_at=generated_at,
        issued_on=f"{issued.year}年{issued.month}月{issued.day}日",
        sample=sample,
        draft=draft,
        corrections=tuple(corrections),
        waiting=tuple(waiting),
    )


def _counts(issues: Sequence[Issue]) -> IssueCounts:
    found = {severity: sum(i.severity is severity for i in issues) for severity in Severity}
    return IssueCounts(found[Severity.ERROR], found[Severity.WARNING], found[Severity.NOTICE])
