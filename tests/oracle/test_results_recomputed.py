"""Results equal those recomputed from the raw workbooks by other, obvious code."""

from pathlib import Path

from comparing import disagreements
from library_path import INBOX, collect_samples, office_at
from plain_definitions import Definitions

from yuebao.rules.period import Period

ROOT = Path(__file__).parents[2]


def test_every_result_of_two_months_and_their_quarter_is_as_recomputed(tmp_path: Path) -> None:
    definitions = Definitions(ROOT / "targets" / "mouding-2023")
    with office_at(tmp_path) as office:
        periods = collect_samples(office, Period.parse("2023-05"), Period.parse("2023-06"), seed=1)
        found, compared = disagreements(definitions, office.warehouse, tmp_path / INBOX, periods)
    assert found == []
    assert [str(period) for period in periods] == ["2023-05", "2023-06", "2023-Q2"]
    assert compared > 900
