"""A period's bulletin as files, from what the warehouse holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tasks.corrections import applied_corrections
from tasks.office import Office
from tasks.open_corrections import open_corrections
from tasks.standings import county_issues, results_before, results_of, statuses_of
from tasks.writing import write_whole
from yuebao.corrections.sentences import footnote
from yuebao.decision import results_digest
from yuebao.programme.check import plan_doubts
from yuebao.reports.bulletin import Bulletin, build_bulletin
from yuebao.reports.html import bulletin_html
from yuebao.reports.xlsx import bulletin_workbook
from yuebao.rules.calendar import local_date
from yuebao.rules.period import Period

_SHOWN = ".published"  # beside the bulletin: when the figures it shows were computed


def write_bulletin(office: Office, period: Period, now: datetime) -> tuple[Path, ...]:
    """The bulletin as one HTML page and as a workbook, under outputs/<period>/.

    Marked 送审稿 unless exactly these figures were approved.
    """
    folder = office.outputs / str(period)
    shown = _computed(office, period)
    files = bulletin_files(office, period, now, draft=is_draft(office, period))
    written = tuple(write_whole(folder / name, content) for name, content in files.items())
    write_whole(folder / _SHOWN, shown)  # last: a run that is killed before leaves it undone
    return written


def is_published(office: Office, period: Period) -> bool:
    """Whether the bulletin was written to its end since the period's figures were computed."""
    mark = office.outputs / str(period) / _SHOWN
    return mark.is_file() and mark.read_text(encoding="utf-8") == _computed(office, period)


def _computed(office: Office, period: Period) -> str:
    moments = office.warehouse.computed_at(office.programme.id, [period])
    return "".join(moment.isoformat() for moment in moments.values())


def bulletin_files(
    office: Office, period: Period, now: datetime, *, draft: bool
) -> dict[str, bytes]:
    """By name, the bulletin's files."""
    bulletin = period_bulletin(office, period, now, draft=draft)
    return {
        f"通报_{period}.html": bulletin_html(bulletin).encode(),
        f"通报_{period}.xlsx": bulletin_workbook(bulletin),
    }


def is_draft(office: Office, period: Period) -> bool:
    """Whether the figures as they are now are still to be approved."""
    known = office.warehouse.decisions(office.programme.id, period)
    return not (known and known[-1].issues(results_digest(results_of(office, period))))


def period_bulletin(
    office: Office, period: Period, now: datetime, *, draft: bool = True
) -> Bulletin:
    """The bulletin's content: results, earlier results, who reported, doubts, findings."""
    programme, warehouse = office.programme, office.warehouse
    today = local_date(programme, now)
    return build_bulletin(
        programme,
        period,
        results=results_of(office, period),
        previous=results_before(office, period),
        statuses=statuses_of(office, str(period), today),
        doubts=plan_doubts(programme),
        issues=(*warehouse.issues(programme.id, str(period)), *county_issues(office, period)),
        generated_at=now,
        sample=any(record.sample for record in warehouse.submissions(programme.id, str(period))),
        draft=draft,
        corrections=[
            footnote(programme, standing.correction.told)
            for standing in applied_corrections(office, period)
        ],
        waiting=open_corrections(office, period),
    )
