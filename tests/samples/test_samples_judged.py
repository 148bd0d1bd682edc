"""Samples through the real reader and the real judge: clean ones pass, planted faults are found.

Two months of them; ``make torture`` takes the whole year.
"""

from pathlib import Path

import pytest
from sample_judging import findings, judged, missed, unplanned

from expectations.judge import Judge
from yuebao.programme.models import Programme, Severity
from yuebao.results import ACCEPTED_STATES
from yuebao.rules.period import Period
from yuebao.samples.profile import SampleProfile, load_profile
from yuebao.samples.write import write_samples

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "targets" / "mouding-2023" / "samples"
MAY, JUNE = Period.parse("2023-05"), Period.parse("2023-06")


@pytest.fixture(scope="module")
def judge(programme: Programme) -> Judge:
    return Judge(programme)


@pytest.fixture(scope="module")
def profile(programme: Programme) -> SampleProfile:
    return load_profile(SAMPLES, programme)


def test_clean_samples_raise_no_error_and_hardly_a_warning(
    programme: Programme, profile: SampleProfile, judge: Judge, tmp_path: Path
) -> None:
    report = write_samples(programme, profile, tmp_path, first=MAY, last=MAY, seed=5, faults=False)
    verdicts = judged(programme, report, judge)
    found = findings(programme, verdicts)
    assert [f for f in found if f.severity == Severity.ERROR] == []
    forms = sum(len(verdict.forms) for verdict in verdicts)
    assert len([f for f in found if f.severity == Severity.WARNING]) < forms / 100
    states = {form.state for verdict in verdicts for form in verdict.forms}
    assert states <= ACCEPTED_STATES


def test_every_planted_fault_is_found_at_its_cell_and_nothing_else(
    programme: Programme, profile: SampleProfile, judge: Judge, tmp_path: Path
) -> None:
    report = write_samples(programme, profile, tmp_path, first=MAY, last=JUNE, seed=5, faults=True)
    found = findings(programme, judged(programme, report, judge))
    assert missed(report, found) == []
    assert unplanned(report, found) == []
