"""Whole files changed in a hundred ways are loaded right or refused with a reason, nothing else."""

import pytest
from mutating import mutations_of
from mutation_run import Mutations
from mutation_seeds import seeds
from plain_cells import plain_sheets
from plain_comparing import disagreements

from yuebao.findings import catalogue
from yuebao.programme.models import Programme
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.read import GuardedReader
from yuebao.workbooks.refusal import LIMITS

SEED, FILES = 20230926, 200


@pytest.fixture(scope="module")
def mutations(programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> Mutations:
    return Mutations(programme, seeds(programme), tmp_path_factory.mktemp("mutations"))


def test_the_unchanged_files_are_read_as_the_plain_reader_reads_them(programme: Programme) -> None:
    for seed in seeds(programme):
        raw = parse_content(seed.content, LIMITS)
        assert sum(len(sheet.rows) for sheet in raw.sheets) > 50
        assert disagreements(raw, plain_sheets(seed.content)) == []


def test_a_changed_file_is_loaded_right_or_refused(mutations: Mutations) -> None:
    with GuardedReader(memory_mb=512, seconds=20, children=1) as reader:
        tally = mutations.run(reader, SEED, range(FILES))
    assert tally.wrong == []
    assert tally.outcomes.keys() <= catalogue().keys() | {"as before", "as it stands"}
    assert tally.files == FILES
    assert tally.outcomes["as it stands"] > FILES / 20  # changes that show reach the plain reader
    assert tally.outcomes["file-damaged"] > FILES / 20


def test_each_kind_of_file_has_changes_of_its_own() -> None:
    assert {m.__name__ for m in mutations_of("xlsx")} >= {"flipped", "shuffled", "area_merged"}
    assert {m.__name__ for m in mutations_of("xls")} >= {"flipped", "place_changed"}
