"""The one composition of collecting: find, read, judge, load, say where units stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, TypeAlias

from prefect.futures import PrefectFuture

from flows.asking import Asked
from flows.records import track
from tasks.find_submissions import Found, find_submissions
from tasks.judge_submissions import judge_submissions
from tasks.load_submission import load_submission
from tasks.office import Office
from tasks.parcel import Parcel
from tasks.read_submissions import read_again, read_submissions
from tasks.report_unit import report_unit
from yuebao.readings import SubmissionReading
from yuebao.results import JudgedSubmission
from yuebao.rules.verdict import only_form

Reading: TypeAlias = Mapping[str, PrefectFuture[Parcel[tuple[SubmissionReading, ...]]]]


@dataclass
class Collected:
    """What came of it: how many submissions were loaded, and each unit's fault, if any."""

    loaded: int = 0
    faults: dict[str, str] = field(default_factory=dict)


def collect(office: Office, asked: Asked) -> Collected:
    """Take in everything new of the period, and report every unit; one unit never stops another.

    Safe to run any number of times: what is loaded already is left alone.
    """
    outcome = Collected()
    if asked.again:
        _judge_again(office, asked, outcome)
    for batch in _rounds(_readings(office, asked, outcome)):
        _judge_and_load(office, asked, batch, outcome)
    _report(office, asked, outcome)
    return outcome


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
    reading = {
        unit.code: read_submissions.submit(
            office, unit.code, unit.name, asked.period, files[unit.code], asked.now
        )
        for unit in asked.units
        if unit.code in files
    }
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


def _judge_again(office: Office, asked: Asked, outcome: Collected) -> None:
    reading = {
        unit.code: read_again.submit(office, unit.code, unit.name, asked.period)
        for unit in asked.units
    }
    track(reading.values())
    readings = _read_ones(reading, outcome)
    batch = tuple(reading for found in readings.values() for reading in found)
    if batch:
        verdicts = [
            restricted
            for verdict in _verdicts(office, asked, batch, outcome)
            if (restricted := only_form(verdict, asked.form)).forms or not asked.form
        ]
        _load(office, asked, [v for v in verdicts if _is_news(office, v)], outcome)


def _is_news(office: Office, verdict: JudgedSubmission) -> bool:
    """Whether judging again came to another verdict than the one on record."""
    versions = office.warehouse.submissions(office.programme.id, verdict.period, unit=verdict.unit)
    before = {form.form: form.state for form in versions[-1].forms}
    return any(before.get(form.reading.form) is not form.state for form in verdict.forms)


def _judge_and_load(
    office: Office, asked: Asked, batch: tuple[SubmissionReading, ...], outcome: Collected
) -> None:
    _load(office, asked, _verdicts(office, asked, batch, outcome), outcome)


def _verdicts(
    office: Office, asked: Asked, batch: tuple[SubmissionReading, ...], outcome: Collected
) -> Sequence[JudgedSubmission]:
    judging = judge_submissions.submit(office, asked.period, len(batch), Parcel(batch))
    track([judging])
    judging.wait()
    if not judging.state.is_completed():
        outcome.faults |= {reading.unit: _fault(judging, "判定时出错") for reading in batch}
        return ()
    return judging.result().content


def _load(
    office: Office, asked: Asked, verdicts: Sequence[JudgedSubmission], outcome: Collected
) -> None:
    names = {unit.code: unit.name for unit in asked.units}
    loading = {
        verdict.unit: load_submission.submit(
            office, names[verdict.unit], asked.period, Parcel(verdict), asked.now, asked.again
        )
        for verdict in verdicts
    }
    track(loading.values())
    for code, future in loading.items():
        future.wait()
        if future.state.is_completed():
            outcome.loaded += 1
        else:
            outcome.faults[code] = _fault(future, "入库时出错")


def _report(office: Office, asked: Asked, outcome: Collected) -> None:
    reports = [
        report_unit.submit(
            office,
            unit.code,
            unit.name,
            asked.period,
            asked.today,
            outcome.faults.get(unit.code, ""),
        )
        for unit in asked.units
    ]
    track(reports)
    for future in reports:
        future.wait()


def _fault(future: PrefectFuture[Any], step: str) -> str:
    return f"{step}，不是报表的问题，请数据组查看运行日志后重试（{future.state.message or ''}）"
