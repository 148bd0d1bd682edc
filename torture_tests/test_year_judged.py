"""The whole sample year through reader and judge: no false alarm, and every planted fault found."""

import os
import random
from pathlib import Path

import pytest
from sample_judging import findings, judged, missed, unplanned

from yuebao.programme.load import load_programme
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import write_samples

FOLDER = Path(__file__).parents[1] / "targets" / "mouding-2023"
FIRST, LAST = Period.parse("2023-05"), Period.parse("2023-12")
SEED = int(os.environ.get("YUEBAO_SEED", "0")) or random.SystemRandom().randrange(10**6)


@pytest.mark.parametrize("faults", [False, True], ids=["clean", "with faults"])
def test_a_year_is_judged_by_its_answer_key_alone(tmp_path: Path, faults: bool) -> None:
    print(f"\nseed {SEED} (again with YUEBAO_SEED={SEED})")
    programme = load_programme(FOLDER)
    profile = load_profile(FOLDER / "samples", programme)
    report = write_samples(
        programme, profile, tmp_path, first=FIRST, last=LAST, seed=SEED, faults=faults
    )
    verdicts = judged(programme, report)
    found = findings(programme, verdicts)
    print(f"{sum(len(one.forms) for one in verdicts)} forms, {len(report.planted)} planted faults")
    assert missed(report, found) == []
    assert unplanned(report, found) == []
