"""Ten thousand changed files: each is loaded right or refused, and no reader outgrows its limit."""

import os
import random
from pathlib import Path

import pytest
from mutation_run import Mutations, Tally
from mutation_seeds import Seed, seeds

from yuebao.programme.load import load_programme
from yuebao.rules.period import Period
from yuebao.samples.plant import Workbooks
from yuebao.samples.profile import load_profile
from yuebao.samples.year import SampleYear
from yuebao.workbooks.read import GuardedReader

MEMORY_MB = 768
SEED = int(os.environ.get("YUEBAO_MUTATION_SEED", "0")) or random.SystemRandom().randrange(10**6)
FILES = int(os.environ.get("YUEBAO_MUTATIONS", "10000"))
FOLDER = Path(__file__).parents[1] / "targets" / "mouding-2023"


@pytest.fixture(scope="module")
def mutations(tmp_path_factory: pytest.TempPathFactory) -> Mutations:
    programme = load_programme(FOLDER)
    year = SampleYear(programme, load_profile(FOLDER / "samples", programme), SEED)
    unit = programme.unit("532323104")
    sample = Workbooks(programme, year).clean(unit, Period.parse("2023-09"))
    files = [*seeds(programme), Seed("sample", "xlsx", sample)]
    return Mutations(programme, files, tmp_path_factory.mktemp("mutations"))


def test_ten_thousand_changed_files(mutations: Mutations) -> None:
    print(f"\nseed {SEED}: {FILES} changed files (again with YUEBAO_MUTATION_SEED={SEED})")
    total, peak = Tally(), 0
    with GuardedReader(memory_mb=MEMORY_MB, seconds=20, children=1) as reader:
        for start in range(0, FILES, 500):
            part = mutations.run(reader, SEED, range(start, min(start + 500, FILES)))
            total.outcomes.update(part.outcomes)
            total.children |= part.children
            total.wrong += part.wrong
            peak = max([peak, *(peak_mb(child) for child in reader.process_ids)])
            print(f"{total}; most memory {peak} MB", *part.wrong, sep="\n  ", flush=True)
    assert total.wrong == []
    assert total.files == FILES
    assert 0 < peak <= MEMORY_MB


def peak_mb(process_id: int) -> int:
    """The most memory a process ever had, all it asked for counted."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.partition("VmPeak:")[2].split()[0]) // 1024
