"""Arrival records: which run took a file up, and the order a rebuild has from that."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from yuebao.workbooks.archive import ArchivedFile, archive_copy
from yuebao.workbooks.arrivals import note_taken, read_records, takings

UNITS = ("B", "A")


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2023, 6, day, hour, tzinfo=UTC)


def arrive(
    archive: Path, unit: str, name: str, day: int, content: str = "", period: str = "2023-06"
) -> ArchivedFile:
    data = (content or unit + name).encode()

    def copying(target):
        target.write(data)
        return sha256(data).hexdigest()

    return archive_copy(copying, name, archive, unit=unit, period=period, arrived_at=at(day))


def taken(
    archive: Path, unit: str, day: int, *files: ArchivedFile, period: str = "2023-06"
) -> None:
    note_taken(archive, files, unit=unit, period=period, taken_at=at(day))


def order(archive: Path) -> list[tuple[str, datetime | None, list[list[str]]]]:
    return [
        (run.period, run.taken_at, [[one.name for one in batch] for batch in run.rounds])
        for run in takings(read_records(archive).arrivals, UNITS)
    ]


def test_files_come_in_the_order_of_the_runs_not_of_their_dates(tmp_path: Path) -> None:
    dated_early, dated_late = arrive(tmp_path, "A", "早", 1), arrive(tmp_path, "A", "晚", 9)
    taken(tmp_path, "A", 10, dated_late)
    taken(tmp_path, "A", 11, dated_early)
    assert order(tmp_path) == [("2023-06", at(10), [["晚"]]), ("2023-06", at(11), [["早"]])]


def test_files_of_one_run_stand_side_by_side_each_units_first_first(tmp_path: Path) -> None:
    taken(tmp_path, "A", 10, arrive(tmp_path, "A", "a2", 3), arrive(tmp_path, "A", "a1", 2))
    taken(tmp_path, "B", 10, arrive(tmp_path, "B", "b1", 5))
    assert order(tmp_path) == [("2023-06", at(10), [["b1", "a1"], ["a2"]])]


def test_a_file_taken_up_again_counts_with_the_last_run(tmp_path: Path) -> None:
    file = arrive(tmp_path, "A", "a1", 2)
    taken(tmp_path, "A", 10, file)
    taken(tmp_path, "A", 12, file)
    assert order(tmp_path) == [("2023-06", at(12), [["a1"]])]


def test_of_the_same_bytes_only_the_one_taken_up_counts(tmp_path: Path) -> None:
    arrive(tmp_path, "A", "副本", 2, "同样")
    taken(tmp_path, "A", 10, arrive(tmp_path, "A", "原件", 3, "同样"))
    assert order(tmp_path) == [("2023-06", at(10), [["原件"]])]


def test_what_no_run_noted_comes_first_a_period_at_a_time(tmp_path: Path) -> None:
    arrive(tmp_path, "A", "六月", 3)
    arrive(tmp_path, "B", "五月", 4, period="2023-05")
    taken(tmp_path, "B", 2, arrive(tmp_path, "B", "b1", 1))
    assert order(tmp_path) == [
        ("2023-05", None, [["五月"]]),
        ("2023-06", None, [["六月"]]),
        ("2023-06", at(2), [["b1"]]),
    ]


def test_noting_a_run_leaves_the_rest_of_the_record_as_it_was(tmp_path: Path) -> None:
    file = arrive(tmp_path, "A", "a1", 2)
    (before,) = read_records(tmp_path).arrivals
    taken(tmp_path, "A", 10, file)
    (after,) = read_records(tmp_path).arrivals
    assert (after.name, after.sha256, after.size, after.arrived_at) == (
        before.name,
        before.sha256,
        before.size,
        at(2),
    )
    assert (before.taken_at, after.taken_at) == (None, at(10))
