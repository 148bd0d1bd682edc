"""The whole sample year, every indicator, unit, month and quarter, for several seeds."""

from pathlib import Path

import pytest
from comparing import disagreements
from library_path import INBOX, collect_samples, office_at
from plain_definitions import Definitions

from yuebao.rules.period import Period

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_result_of_the_year_is_as_recomputed(tmp_path: Path, seed: int) -> None:
    definitions = Definitions(ROOT / "targets" / "mouding-2023")
    first, last = Period.parse("2023-05"), Period.parse("2023-12")
    with office_at(tmp_path) as office:
        periods = collect_samples(office, first, last, seed)
        found, compared = disagreements(definitions, office.warehouse, tmp_path / INBOX, periods)
    assert found == []
    assert len(periods) == 11
    print(f"seed {seed}: {compared} results of {len(periods)} periods recomputed")
