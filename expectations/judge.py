"""Judging: readings in, verdicts out. One validation a form table over all units at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from great_expectations.core import ExpectationSuite

from expectations import predicates as p
from expectations.checks import Check, Place
from expectations.cross_checks import (
    UNIT,
    Crossing,
    cross_suite_checks,
    crossing_cells,
    crossing_issue,
    crossings,
)
from expectations.frames import Filed, Row, frame_of, plain_frame, table_rows
from expectations.joined import join_peers, join_targets, join_texts, join_whole_form
from expectations.row_names import unit_names
from expectations.sentences import Desk
from expectations.suites import CROSS_SUITE, build_suite, suite_name, table_checks
from expectations.targets import target_sums
from expectations.validation import JudgingFault, Validator
from expectations.wording import issues_of
from yuebao.findings import Issue
from yuebao.programme.allocate import AllocatedTarget
from yuebao.programme.models import Form, Programme, Table
from yuebao.readings import Accepted, FormReading, SubmissionReading
from yuebao.results import JudgedForm, JudgedSubmission
from yuebao.rules.period import Period
from yuebao.rules.verdict import form_state, refuses_file, settle, submission_state

__all__ = ["Judge", "JudgingFault"]

Targets = Mapping[tuple[str, str], AllocatedTarget]
FiledForms = Mapping[tuple[int, str], Filed]
Found = dict[tuple[int, str], list[Issue]]  # by submission and form


class Judge:
    """Judges submissions of one programme; keep one a process, its context is costly to make."""

    def __init__(self, programme: Programme, *, accelerated: bool = True) -> None:
        self._programme = programme
        self._names = unit_names(programme)
        self._validator = Validator(accelerated=accelerated)
        self._checks = {
            (form.id, table.id): table_checks(programme, form, table)
            for form in programme.forms
            for table in form.tables
        }
        self._cross = cross_suite_checks(programme)
        self._suites: dict[tuple[str, int], ExpectationSuite] = {}

    def judge(
        self,
        readings: Sequence[SubmissionReading],
        *,
        accepted: Accepted,
        standing: Accepted,
        targets: Targets,
    ) -> tuple[JudgedSubmission, ...]:
        """The verdict on each submission, in order; all are of one period.

        ``accepted`` holds what was last accepted before the period, ``standing`` what already is
        in it. Raises JudgingFault where the judging itself fails.
        """
        if not readings:
            return ()
        period = _one_period(readings)
        filed = _filed(self._programme, readings, accepted)
        found: Found = {}
        for form in self._programme.forms:
            own = [one for (_, form_id), one in filed.items() if form_id == form.id]
            for table in form.tables:
                _add(found, self._judge_table(form, table, own, standing, targets, period.month))
        _add(found, self._judge_across(crossings(self._programme, filed, standing), period.month))
        return tuple(_judged(index, one, found) for index, one in enumerate(readings))

    def _judge_table(
        self,
        form: Form,
        table: Table,
        filed: Sequence[Filed],
        standing: Accepted,
        targets: Targets,
        month: int,
    ) -> list[tuple[int, Issue]]:
        rows = table_rows(self._programme, table, filed)
        if not rows:
            return []
        place, by_submission = Place(form, table), {one.submission: one for one in filed}
        join_peers(place, rows, standing)
        join_targets(target_sums(self._programme, form, table), rows, targets)
        join_texts(place, rows, self._names)
        if table == form.tables[0]:
            join_whole_form(form, rows, by_submission)
        checks = _holding(self._checks[form.id, table.id], month)
        suite = self._suite(suite_name(form, table), checks, month)
        failures = self._validator.failures(suite, frame_of(rows, _columns(checks)))
        desk = self._desk(form, table, filed, rows)
        return [
            (rows[number].submission, issue)
            for check in checks
            for number in failures.get(check.id, ())
            for issue in issues_of(desk, check, rows[number])
        ]

    def _judge_across(self, found: Sequence[Crossing], month: int) -> list[tuple[int, Issue]]:
        if not found:
            return []
        suite = self._suite(CROSS_SUITE, self._cross, month)
        columns = [UNIT, *_columns(self._cross)]
        failures = self._validator.failures(suite, plain_frame(crossing_cells(found), columns))
        return [
            crossing_issue(self._programme, found[number])
            for numbers in failures.values()
            for number in numbers
        ]

    def _desk(self, form: Form, table: Table, filed: Sequence[Filed], rows: Sequence[Row]) -> Desk:
        own_rows: dict[int, list[Row]] = {}
        for row in rows:
            own_rows.setdefault(row.submission, []).append(row)
        last = {one.submission: one.accepted for one in filed}
        return Desk(self._programme, form, table, self._names, last, own_rows)

    def _suite(self, name: str, checks: tuple[Check, ...], month: int) -> ExpectationSuite:
        """The suite of the checks that hold in the month, built once."""
        if (name, month) not in self._suites:
            self._suites[name, month] = build_suite(name, checks)
        return self._suites[name, month]


def _one_period(readings: Sequence[SubmissionReading]) -> Period:
    periods = {reading.period for reading in readings}
    if len(periods) > 1:
        raise ValueError(f"one period at a time, not {sorted(periods)}")
    return Period.parse(readings[0].period)


def _filed(
    programme: Programme, readings: Sequence[SubmissionReading], accepted: Accepted
) -> dict[tuple[int, str], Filed]:
    known = {form.id for form in programme.forms}
    return {
        (index, form.form): Filed(index, form, accepted.get((form.unit, form.form)))
        for index, reading in enumerate(readings)
        if not refuses_file(reading.issues)
        for form in reading.forms
        if form.form in known
    }


def _holding(checks: tuple[Check, ...], month: int) -> tuple[Check, ...]:
    return tuple(check for check in checks if check.from_month <= month)


def _columns(checks: Sequence[Check]) -> list[str]:
    """The columns the checks look at, each once."""
    names: dict[str, None] = {p.ROW: None}
    for check in checks:
        kwargs = check.expectation.configuration.kwargs
        given = (kwargs.get("column"), kwargs.get("column_A"), kwargs.get("column_B"))
        for name in (*kwargs.get("column_list", ()), *given):
            if name is not None:
                names[name] = None
    return list(names)


def _add(found: Found, issues: Sequence[tuple[int, Issue]]) -> None:
    for submission, issue in issues:
        found.setdefault((submission, issue.form), []).append(issue)


def _judged(index: int, reading: SubmissionReading, found: Found) -> JudgedSubmission:
    taken = () if refuses_file(reading.issues) else reading.forms
    forms = tuple(_judged_form(form, found.get((index, form.form), [])) for form in taken)
    return JudgedSubmission(
        unit=reading.unit,
        period=reading.period,
        sha256=reading.sha256,
        file_name=reading.file_name,
        arrived_at=reading.arrived_at,
        state=submission_state(reading.issues, (form.state for form in forms)),
        forms=forms,
        issues=settle(reading.issues),
        sample=reading.identity is not None and reading.identity.sample,
    )


def _judged_form(reading: FormReading, found: Sequence[Issue]) -> JudgedForm:
    issues = settle((*reading.issues, *found))
    state = form_state(
        issues,
        reading.explanation,
        zero=reading.zero_report,
        explanations=reading.explanations,
    )
    return JudgedForm(reading, state, issues)
