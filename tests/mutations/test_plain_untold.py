"""Figures of which a reading says nothing are noticed, in each way of saving a workbook."""

from dataclasses import replace

import pytest
from mutation_run import interpreted
from mutation_seeds import Seed, seeds
from plain_cells import plain_sheets
from plain_observing import Base, unfounded
from plain_untold import untold

from yuebao.programme.models import Programme, Severity
from yuebao.readings import SubmissionReading
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.refusal import LIMITS

FORGOTTEN = "T11"


def read(seed: Seed, programme: Programme) -> tuple[SubmissionReading, Base]:
    reading = interpreted(parse_content(seed.content, LIMITS), programme, seed.unit)
    return reading, Base(reading, programme, plain_sheets(seed.content))


def test_each_seed_has_forms_that_would_be_loaded(programme: Programme) -> None:
    for seed in seeds(programme):
        reading, base = read(seed, programme)
        clean = [
            f for f in reading.forms if not any(i.severity is Severity.ERROR for i in f.issues)
        ]
        assert sum(len(form.entries) for form in clean) > 50, seed.name
        sheets = plain_sheets(seed.content)
        assert untold(reading, sheets, base) + unfounded(reading, sheets, base) == [], seed.name


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_figure_left_out_is_noticed(kind: str, programme: Programme) -> None:
    seed = next(seed for seed in seeds(programme) if seed.kind == kind)
    reading, base = read(seed, programme)
    sheets = plain_sheets(seed.content)
    for at, form in enumerate(reading.forms):
        less = replace(form, entries=form.entries[:-1])
        forms = (*reading.forms[:at], less, *reading.forms[at + 1 :])
        (line,) = untold(replace(reading, forms=forms), sheets, base)
        assert line.startswith(form.sheet)


def test_a_form_left_out_is_noticed(programme: Programme) -> None:
    seed = seeds(programme)[0]
    reading, base = read(seed, programme)
    forms = tuple(form for form in reading.forms if form.form != FORGOTTEN)
    (line,) = untold(replace(reading, forms=forms), plain_sheets(seed.content), base)
    assert line.startswith(FORGOTTEN)
