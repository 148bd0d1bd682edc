"""The one composition of collecting: find, read, judge, load, say where units stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, TypeAlias

from prefect import tags
from prefect.futures import PrefectFuture

from flows.runs.asking import Asked, Rejudge
from flows.runs.progress import Progress
from flows.runs.records import track
from tasks.find_submissions import Found, find_submissions
from tasks.judge_submissions import judge_submissions
from tasks.judging_again import is_news
from tasks.load_submission import load_submission
from tasks.office import Office
from tasks.parcel import Parcel
from tasks.read_submissions import read_again, read_submissions
from tasks.report_unit import report_unit
from tasks.weigh_revisions import weigh_revisions
from yuebao.plain_faults import in_words
from yuebao.readings import SubmissionReading
from yuebao.results import JudgedSubmission, SubmissionState

_BROKEN_OFF = frozenset({"Failed", "Crashed"})
Reading: TypeAlias = Mapping[str, PrefectFuture[Parcel[tuple[SubmissionReading, ...]]]]


@dataclass
class Collected:
    """What came of it: the units of which something was loaded, and each unit's fault, if any."""

    changed: set[str] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)


def collect(office: Office, asked: Asked) -> Collected:
    """Take in everything new of the period, and report every unit; one unit never stops another.

    Safe to run any number of times: what is loaded already is left alone.
    """
    outcome = Collected()
    shown = Progress(f"progress-{asked.period.lower()}", f"{asked.period} 收集进度")
    with tags(asked.period):
        if asked.rejudge is not Rejudge.NOTHING:
            for batch in _rounds(_readings_again(office, asked, outcome)):
                verdicts = _verdicts(office, asked, batch, outcome)
                _load(office, asked, _news(office, verdicts, outcome), outcome)
        readings = _readings(office, asked, outcome)
        shown.at(40, f"已读取 {len(readings)} 个单位的文件")
        for batch in _rounds(readings):
            _load(office, asked, _verdicts(office, asked, batch, outcome), outcome)
        shown.at(75, f"已判定入库 {len(outcome.changed)} 个单位")
        _report(office, asked, outcome)
    shown.at(100, f"{len(asked.units)} 个单位已处理")
    return outcome


def preview(office: Office, asked: Asked) -> tuple[tuple[JudgedSubmission, ...], Collected]:
    """The verdicts that collecting would come to, and the faults met; nothing is loaded."""
    outcome = Collected()
    with tags(asked.period):
        again = asked.rejudge is not Rejudge.NOTHING
        known = _readings_again(office, asked, outcome) if again else {}
        verdicts: list[JudgedSubmission] = []
        for batch in (*_rounds(known), *_rounds(_readings(office, asked, outcome))):
            verdicts += _verdicts(office, asked, batch, outcome)
    return tuple(verdicts), outcome


def _readings(
    office: Office, asked: Asked, outcome: Collected
) -> dict[str, tuple[SubmissionReading, ...]]:
    codes = tuple(unit.code for unit in asked.units)
    finding = find_submissions.submit(office, asked.period, codes, asked.now)
    track([finding])
    finding.wait()
    if not finding.state.is_completed():
        outcome.faults |= {code: _fault(finding, "查看收件箱时出错") for code in codes}
        return {}
    files: Found = finding.result()
    reading = {}
    for unit in asked.units:
        if unit.code in files:
            with tags(unit.name):
                reading[unit.code] = read_submissions.submit(
                    office, unit.code, unit.name, asked.period, files[unit.code], asked.moment
                )
    track(reading.values())
    return _read_ones(reading, outcome)


def _read_ones(reading: Reading, outcome: Collected) -> dict[str, tuple[SubmissionReading, ...]]:
    found: dict[str, tuple[SubmissionReading, ...]] = {}
    for code, future in reading.items():
        future.wait()
        if future.state.is_completed():
            found[code] = future.result().content
        else:
            outcome.faults[code] = _fault(future, "读取时出错")
    return found


def _rounds(
    readings: dict[str, tuple[SubmissionReading, ...]],
) -> list[tuple[SubmissionReading, ...]]:
    """Each unit's first new file, then each one's second …: versions follow their arrival."""
    return [
        tuple(reading for reading in batch if reading is not None)
        for batch in zip_longest(*readings.values())
    ]


def _readings_again(
    office: Office, asked: Asked, outcome: Collected
) -> dict[str, tuple[SubmissionReading, ...]]:
    """What of the files on record is to be judged by the rules as they are now."""
    reading = {}
    for unit in asked.units:
        with tags(unit.name):
            reading[unit.code] = read_again.submit(
                office,
                unit.code,
                unit.name,
                asked.period,
                form=asked.form,
                loaded_too=asked.rejudge is Rejudge.ALL,
            )
    track(reading.values())
    return _read_ones(reading, outcome)


def _news(
    office: Office, verdicts: Iterable[JudgedSubmission], outcome: Collected
) -> list[JudgedSubmission]:
    """What is not on record so; a refused last file stays the last when an older one moved."""
    return [
        verdict
        for verdict in verdicts
        if is_news(office, verdict)
        or (verdict.state is SubmissionState.REFUSED and verdict.unit in outcome.changed)
    ]


def _verdicts(
    office: Office, asked: Asked, batch: tuple[SubmissionReading, ...], outcome: Collected
) -> Sequence[JudgedSubmission]:
    judging = judge_submissions.submit(office, asked.period, len(batch), Parcel(batch))
    track([judging])
    judging.wait()
    if not judging.state.is_completed():
        outcome.faults |= {reading.unit: _fault(judging, "判定时出错") for reading in batch}
        return ()
    weighing = weigh_revisions.submit(office, asked.period, judging.result(), asked.moment)
    track([weighing])
    weighing.wait()
    if not weighing.state.is_completed():
        outcome.faults |= {reading.unit: _fault(weighing, "比对改动时出错") for reading in batch}
        return ()
    return weighing.result().content


def _load(
    office: Office, asked: Asked, verdicts: Sequence[JudgedSubmission], outcome: Collected
) -> None:
    names = {unit.code: unit.name for unit in asked.units}
    again = asked.rejudge is not Rejudge.NOTHING
    loading = {}
    for verdict in verdicts:
        name = names[verdict.unit]
        with tags(name):
            loading[verdict.unit] = load_submission.submit(
                office, name, asked.period, Parcel(verdict), asked.moment, again
            )
    track(loading.values())
    for code, future in loading.items():
        future.wait()
        if future.state.is_completed():
            outcome.changed.add(code)
        else:
            outcome.faults[code] = _fault(future, "入库时出错")


def _report(office: Office, asked: Asked, outcome: Collected) -> None:
    reports = {}
    for unit in asked.units:
        fault = outcome.faults.get(unit.code, "")
        with tags(unit.name):
            reports[unit.code] = report_unit.submit(
                office, unit.code, unit.name, asked.period, asked.today, fault
            )
    track(reports.values())
    for code, future in reports.items():
        future.wait()
        if future.state.name in _BROKEN_OFF:  # states of its own have names of their own
            outcome.faults.setdefault(code, _fault(future, "写回执时出错"))


def _fault(future: PrefectFuture[Any], step: str) -> str:
    error = future.result(raise_on_failure=False)
    reason = in_words(error) if isinstance(error, Exception) else future.state.message or ""
    return f"{step}，不是报表的问题，请数据组查看运行日志后重试（{reason}）"
