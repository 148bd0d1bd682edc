"""Decide on a period's bulletin: issue it with the files as they are, or send it back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tasks.bulletin_files import bulletin_files, period_bulletin, write_bulletin
from tasks.corrections import OpenCorrectionsError, refuse_open
from tasks.notify_delivery import deliver
from tasks.office import Office
from tasks.open_corrections import open_corrections
from tasks.standings import results_of, statuses_of
from tasks.writing import write_whole
from yuebao.decision import (
    VERDICT_WORDS,
    Decision,
    IssuedFile,
    NotDecidableError,
    Verdict,
    results_digest,
)
from yuebao.reports.headline import Headline
from yuebao.reports.notice import approval_notice, issued_notices
from yuebao.results import Colour
from yuebao.rules.calendar import local_date
from yuebao.rules.obligations import measures
from yuebao.rules.period import Period


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision in words: a state's name, and a sentence."""

    name: str
    message: str


def decide(
    office: Office, period: str, word: str, *, name: str, remark: str, now: datetime
) -> Decided:
    """Record 通过 or 退回; on 通过 write the issued files, keep a copy, and tell everyone.

    Deciding the same again for the same figures by the same person changes nothing: a run that
    died half-way may be repeated. NotDecidableError where there are no results or no name.
    """
    asked, verdict = Period.parse(period), VERDICT_WORDS[word]
    digest = _results(office, asked)
    _ = office.channels  # a mistake in channels.yml is told before anything is decided
    if not name.strip():
        raise NotDecidableError("请填审定人姓名。")
    if verdict is Verdict.RETURNED and not remark.strip():
        raise NotDecidableError("退回时请在备注里写明原因。")
    if verdict is Verdict.APPROVED:
        _refuse_open(office, asked)
    latest = latest_decision(office, asked)
    if latest is None or _key(latest) != (verdict, name.strip(), remark.strip(), digest):
        latest = _recorded(office, asked, verdict, name.strip(), remark.strip(), digest, now)
    return _finish(office, asked, latest, now)


def _refuse_open(office: Office, period: Period) -> None:
    try:
        refuse_open(office, period)
    except OpenCorrectionsError as error:
        raise NotDecidableError(str(error)) from error
    if waiting := open_corrections(office, period):
        raise NotDecidableError(f"{period} 依据的数有更正待处理：" + "".join(waiting))


def latest_decision(office: Office, period: Period) -> Decision | None:
    """The last decision on the period's bulletin; None where there is none yet."""
    known = office.warehouse.decisions(office.programme.id, period)
    return known[-1] if known else None


def already_issued(office: Office, period: Period) -> Decision | None:
    """The decision that issues the figures as they are now; None where they are a draft."""
    latest = latest_decision(office, period)
    if latest is not None and latest.issues(_results(office, period)):
        return latest
    return None


def figures_key(office: Office, period: Period) -> str:
    """A short name of the figures as they are now; other figures have another."""
    return _results(office, period)[:16]


def summary(office: Office, period: Period, now: datetime) -> str:
    """What the one who decides has in front of them, as markdown.

    NotDecidableError where there are no results.
    """
    _results(office, period)
    bulletin = period_bulletin(office, period, now)
    head = bulletin.headline
    total = measures(statuses_of(office, str(period), local_date(office.programme, now)))
    lines = [
        f"# {period.chinese}{bulletin.kind}（送审）",
        "",
        f"- 应报 {total.expected} 张，实报 {total.actual} 张，及时 {total.on_time} 张",
        f"- 指标 {head.total} 项：{_counts(head)}；数据不全 {head.incomplete} 项",
        *(f"- **{concern.title}**：{concern.says}" for concern in head.concerns),
        "",
        f"全文：`{office.outputs / str(period) / f'通报_{period}.html'}`",
    ]
    if (latest := latest_decision(office, period)) is not None:
        word = "通过" if latest.verdict is Verdict.APPROVED else "退回"
        lines += ["", f"上次审定：{latest.name} {word}。{latest.remark}"]
    return "\n".join(lines)


def _counts(head: Headline) -> str:
    words = {
        Colour.GREEN: "达到序时",
        Colour.AMBER: "略慢",
        Colour.RED: "滞后",
        Colour.GREY: "不评",
    }
    return "，".join(f"{word} {head.counts[colour]}" for colour, word in words.items())


def _results(office: Office, period: Period) -> str:
    results = results_of(office, period)
    if not results:
        raise NotDecidableError(f"{period.chinese}还没有汇总，没有可审定的通报。")
    return results_digest(results)


def _key(decision: Decision) -> tuple[Verdict, str, str, str]:
    return decision.verdict, decision.name, decision.remark, decision.results


def _recorded(
    office: Office,
    period: Period,
    verdict: Verdict,
    name: str,
    remark: str,
    digest: str,
    now: datetime,
) -> Decision:
    files = _issue_files(office, period, now) if verdict is Verdict.APPROVED else ()
    return office.warehouse.record_decision(
        office.programme.id,
        Decision(str(period), 0, verdict, name, remark, now, digest, files),
    )


def _issue_files(office: Office, period: Period, now: datetime) -> tuple[IssuedFile, ...]:
    """Write the bulletin as issued into a folder of its own; later revisions leave it alone."""
    folder = issued_folder(office, period, now)
    found = []
    for name, content in bulletin_files(office, period, now, draft=False).items():
        write_whole(folder / name, content)
        found.append(IssuedFile(f"{folder.name}/{name}", hashlib.sha256(content).hexdigest()))
    return tuple(found)


def issued_folder(office: Office, period: Period, now: datetime) -> Path:
    """outputs/<period>/签发/<the moment>: where the files lie as they were issued."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    return office.outputs / str(period) / "签发" / moment


def _finish(office: Office, period: Period, decision: Decision, now: datetime) -> Decided:
    write_bulletin(office, period, now)
    if decision.verdict is Verdict.RETURNED:
        told = (approval_notice(period, decision.number, decision.name, decision.remark),)
        deliver(office, told, now)
        return Decided("退回", f"{period} 已退回：{decision.remark}。通报仍为送审稿。")
    notices = issued_notices(office.programme, period, decision.number, decision.name)
    delivery = deliver(office, notices, now)
    return Decided("已签发", f"{period} 已由{decision.name}签发；通知{delivery.words}。")
