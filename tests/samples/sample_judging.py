"""A sample report through the real reader and the real judge, against its answer key."""

from collections.abc import Iterable
from dataclasses import dataclass

from expectations.judge import Judge
from yuebao.programme.allocate import allocated_targets
from yuebao.programme.models import Programme, Severity
from yuebao.readings import AcceptedForm, FormReading, FormValues, RowValues, SubmissionReading
from yuebao.results import ACCEPTED_STATES, JudgedSubmission
from yuebao.rules.period import Period
from yuebao.samples.write import SampleFile, SampleReport
from yuebao.workbooks.interpret import interpret, refused_reading
from yuebao.workbooks.read import GuardedReader
from yuebao.workbooks.refusal import Refused


@dataclass(frozen=True)
class Found:
    """A finding as the answer key names it."""

    unit: str
    period: str
    form: str
    cell: str
    code: str
    severity: str
    message: str = ""


def values_of(reading: FormReading) -> FormValues:
    """What a reading accepted means for the next period."""
    tables: dict[str, dict[int, tuple[str, dict]]] = {}
    for entry in reading.entries:
        rows = tables.setdefault(entry.table, {})
        _, values = rows.setdefault(entry.position, (entry.row, {}))
        if entry.value is not None:
            values[entry.column] = entry.value
    return FormValues(
        reading.form,
        {t: tuple(RowValues(k, v) for k, v in rows.values()) for t, rows in tables.items()},
        zero_report=reading.zero_report,
    )


def read(reader: GuardedReader, programme: Programme, file: SampleFile) -> SubmissionReading:
    about = {
        "unit": programme.unit_named(file.unit).code,
        "period": file.period,
        "sha256": file.path.name,
        "file_name": file.path.name,
        "arrived_at": file.arrived_at,
    }
    try:
        raw = reader.read(file.path)
    except Refused as refused:
        return refused_reading(refused, **about)
    return interpret(raw, programme, **about)


def judged(
    programme: Programme, report: SampleReport, judge: Judge | None = None
) -> list[JudgedSubmission]:
    """Every submission of the report judged, period by period, as the flow would."""
    judge, targets = judge or Judge(programme), allocated_targets(programme)
    accepted: dict[tuple[str, str], AcceptedForm] = {}
    found: list[JudgedSubmission] = []
    with GuardedReader() as reader:
        for period in dict.fromkeys(file.period for file in report.files):
            readings = [read(reader, programme, f) for f in report.files if f.period == period]
            before = {
                key: AcceptedForm(
                    one.form,
                    one.unit,
                    one.period,
                    one.values,
                    previous=one.period == str(Period.parse(period).previous),
                )
                for key, one in accepted.items()
            }
            verdicts = judge.judge(readings, accepted=before, standing={}, targets=targets)
            found += verdicts
            for form in (form for verdict in verdicts for form in verdict.forms):
                if form.state in ACCEPTED_STATES:
                    r = form.reading
                    accepted[r.unit, r.form] = AcceptedForm(r.form, r.unit, period, values_of(r))
    return found


def findings(programme: Programme, verdicts: Iterable[JudgedSubmission]) -> list[Found]:
    return [
        Found(
            programme.unit(verdict.unit).name,
            verdict.period,
            issue.form,
            issue.cell,
            issue.code,
            issue.severity.value,
            issue.message,
        )
        for verdict in verdicts
        for issue in (*verdict.issues, *(i for form in verdict.forms for i in form.issues))
    ]


def missed(report: SampleReport, found: Iterable[Found]) -> list[str]:
    """The lines of the answer key that were not found at their cell with code and severity."""
    known = [(f.unit, f.period, f.form, f.cell, f.code, f.severity) for f in found]
    anywhere = {(*k[:3], "", *k[4:]) for k in known}
    return [
        str(p)
        for p in report.planted
        if (p.unit, p.period, p.form, p.cell, p.code, p.severity) not in {*known, *anywhere}
    ]


def unplanned(report: SampleReport, found: Iterable[Found]) -> list[Found]:
    """Errors and warnings the answer key does not name."""
    named = {(p.unit, p.period, p.form, p.code) for p in report.planted}
    return [
        f
        for f in found
        if f.severity != Severity.NOTICE and (f.unit, f.period, f.form, f.code) not in named
    ]
