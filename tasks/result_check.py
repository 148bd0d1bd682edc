"""Whether what counts in the warehouse, and its results, follow from what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from sql.records import SubmissionRecord
from tasks.corrections import OpenCorrectionsError
from tasks.figures import compute_figures
from tasks.office import Office
from yuebao.results import ACCEPTED_STATES, IndicatorResult
from yuebao.rules.calendar import quarters, reportable_periods


def counting_faults(
    office: Office, period: str, records: Iterable[SubmissionRecord]
) -> Iterator[tuple[str, str]]:
    """Forms of which not the last accepted version counts; the records oldest first."""
    accepted: dict[tuple[str, str], int] = {}
    counts: dict[tuple[str, str], int] = {}
    for record in records:
        for form in record.forms:
            if form.state in ACCEPTED_STATES:
                accepted[record.unit, form.form] = record.version
            if form.is_current:
                counts[record.unit, form.form] = record.version
    for (unit, form_id), version in accepted.items():
        counted = counts.get((unit, form_id))
        if counted != version:
            told = f"计数的却是第 {counted} 版" if counted else "却不计数"
            name = office.programme.unit(unit).name
            yield f"{name} {period} {form_id}", f"第 {version} 版已入库，{told}"


def result_faults(office: Office) -> Iterator[tuple[str, str]]:
    """Stored results that are not what the stored cells come to: where, and both figures.

    Computed once more on trial; nothing is kept.
    """
    programme = office.programme
    known = (*reportable_periods(programme), *quarters(programme))
    with office.warehouse.trial() as warehouse:
        moments = warehouse.computed_at(programme.id, known)
        periods = [period for period in known if str(period) in moments]
        stored = warehouse.results(programme.id, periods)
        with suppress(OpenCorrectionsError):  # what waits for a correction stays as it is
            for period in periods:
                compute_figures(office.with_warehouse(warehouse), period, moments[str(period)])
        computed = warehouse.results(programme.id, periods)
    yield from _differences(office, stored, computed)


def _differences(
    office: Office, stored: Iterable[IndicatorResult], computed: Iterable[IndicatorResult]
) -> Iterator[tuple[str, str]]:
    before = {(one.period, one.unit, one.indicator): one for one in stored}
    after = {(one.period, one.unit, one.indicator): one for one in computed}
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            period, unit, indicator = key
            told = f"库里是 {_figure(before.get(key))}，由库中各格重算是 {_figure(after.get(key))}"
            place = f"{office.programme.unit(unit).name} {period} {indicator}"
            yield place, f"汇总结果{told}；请重新汇总"


def _figure(result: IndicatorResult | None) -> str:
    return "没有" if result is None else str(result.value)
