"""A unit that drops masses of files holds nobody up: they are taken up run by run."""

from datetime import UTC, datetime
from pathlib import Path

from prefect.logging import disable_run_logger

from flows.office import office
from tasks.read_submissions import MOST_FILES, read_submissions

UNIT, NAME, PERIOD = "532323101", "共和镇", "2023-09"
NOW = datetime(2023, 9, 20, tzinfo=UTC)


def test_the_rest_of_a_flood_is_taken_up_by_the_next_run(home: Path) -> None:
    folder = home / "inbox" / NAME / PERIOD
    folder.mkdir(parents=True)
    for number in range(MOST_FILES + 3):
        (folder / f"{number:03}.xlsx").write_bytes(b"junk %d" % number)
    assert [len(taken()) for _ in range(3)] == [MOST_FILES, 3, 0]
    assert len(office().warehouse.submissions(office().programme.id, PERIOD)) == MOST_FILES + 3


def taken() -> list[str]:
    """The names of the files one run reads; they are judged and loaded as well."""
    with disable_run_logger():
        readings = read_submissions.fn(office(), UNIT, NAME, PERIOD, None, NOW).content
    for judged in office().judge.judge(readings, accepted={}, standing={}, targets={}):
        office().warehouse.load(office().programme, judged, loaded_at=NOW)
    return [reading.file_name for reading in readings]
