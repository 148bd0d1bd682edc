"""The benchmark compares like with like: both ways find the same faults in the same workbooks."""

from pathlib import Path

import pytest

from benchmarks.batch_path import BatchPath
from benchmarks.filings import FAULTS
from benchmarks.ingest import Bench, Tally, make_bench, straightforward, take_ours, take_theirs


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("county"), 4, ("2023-03",))


def test_both_ways_find_the_planted_faults_and_no_others(bench: Bench, tmp_path: Path) -> None:
    ours, theirs = Tally("ours"), Tally("theirs")
    townships = bench.programme.townships
    with BatchPath(bench.programme, tmp_path, bench.inbox) as path:
        take_ours(path, townships, "2023-03", ours)
        reported = path.warehouse.reported(bench.programme.id, "2023-03")
    script = straightforward(bench)
    take_theirs(bench, script, townships, "2023-03", theirs)
    script.close()

    assert len(bench.planted) == len(FAULTS)
    assert ours.found == bench.planted
    assert theirs.found == bench.planted
    faulty = {unit for _, unit, _, _ in bench.planted}
    assert reported["V01"] == {unit.code for unit in townships} - faulty
