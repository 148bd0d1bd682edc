"""A clean year raises nothing: no false alarm, hardly a warning."""

from datetime import datetime

import pytest

from yuebao.programme.allocate import allocated_targets
from yuebao.readings import AcceptedForm, Entry, FormReading, SubmissionReading
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.year import SampleYear

ARRIVED_AT = datetime.fromisoformat("2023-09-20T09:00:00+08:00")


@pytest.fixture(scope="module")
def year(programme, pytestconfig):
    folder = pytestconfig.rootpath / "targets" / programme.id / "samples"
    return SampleYear(programme, load_profile(folder, programme), 7)


def read(programme, unit, period, values):
    """The reading of a form as entered, without a workbook between."""
    entries = [
        Entry(
            table.id, row.key, position, column.id, row.values.get(column.id), "", f"{at}{table.id}"
        )
        for table in programme.form(values.form).tables
        for position, row in enumerate(values.tables.get(table.id, ()))
        for at, column in enumerate(table.columns, start=position * 100)
        if not column.prefilled
    ]
    return FormReading(
        values.form, unit, str(period), "sha", values.form, tuple(entries), values.zero_report
    )


def county(programme, year, period):
    return [
        SubmissionReading(
            unit.code, str(period), "sha", "样表.xlsx", ARRIVED_AT, None,
            tuple(
                read(programme, unit.code, period, values)
                for values in year.submission(unit.code, period).values()
            ),
        )
        for unit in programme.reporters
        if year.submission(unit.code, period)
    ]  # fmt: skip


def accepted(programme, year, period):
    return {
        (unit.code, form): AcceptedForm(form, unit.code, str(period), values)
        for unit in programme.reporters
        for form, values in year.submission(unit.code, period).items()
    }


@pytest.mark.parametrize("text", ["2023-02", "2023-12", "2023-Q3"])
def test_clean_month_raises_nothing(programme, year, judge, text):
    period = Period.parse(text)
    judged = judge.judge(
        county(programme, year, period),
        accepted=accepted(programme, year, period.previous),
        standing={},
        targets=allocated_targets(programme),
    )
    found = [i.message for s in judged for f in s.forms for i in f.issues if i.severity != "notice"]
    assert found == []
    assert {one.state for one in judged} == {"loaded"}
