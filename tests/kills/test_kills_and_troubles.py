"""Killed at any moment, or in trouble: named, nothing lost, and the next run makes up for it.

One module, so that one process is loaded for all of it; ``make torture`` kills hundreds of times.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from kill_nursery import PERIOD, Month, Undisturbed
from small_month import CLEAN, IN_BETWEEN, TWICE, UNITS

from sql.store import Warehouse
from yuebao.programme.models import Programme
from yuebao.results import IndicatorResult

ENDED = "已入库 2，无法读取 1，退回 1"
KILLS = 24
_MOST = 8  # of one home
WRITTEN_INTO = (
    "last",
    "archive",
    "archive/arrivals/2023-06",
    "archive/desk/2023-06",
    "archive/corrections/2023-06",
    "outputs/2023-06",
)
FULL = "磁盘满了，请腾出空间"
AFTERWARDS = "2023-07-20T02:00:00+00:00"
WEEKS_BEFORE = "2023-06-30T02:00:00+00:00"


def test_the_month_has_something_of_everything(undisturbed: Undisturbed) -> None:
    assert undisturbed.name == ENDED
    for unit in UNITS:
        assert any(f"inbox/{unit}/回执/" in name for name in undisturbed.contents)


def test_killed_at_two_dozen_moments_it_ends_as_if_nothing_had_been(
    month: Month, undisturbed: Undisturbed
) -> None:
    """One home after another, each killed until a run ends; the first has no warehouse yet."""
    dice, before = Random(1), list[str]()
    while len(before) < KILLS:
        home = month.home() if before else month.bare_home()
        killed = month.killed_until_it_ends(home, _moments(dice, undisturbed.moments))
        assert killed.name == ENDED, killed
        assert month.wrongs(home, undisturbed.contents) == [], killed
        before += killed.before
    assert len(set(before)) > KILLS // 2


def test_killed_between_what_belongs_together_it_ends_as_if_nothing_had_been(
    month: Month, undisturbed: Undisturbed
) -> None:
    """One home, killed at one step after the other, each further on than the last."""
    home = month.home()
    for step in IN_BETWEEN:
        assert month.run(home, die_before=step)["killed"], step
    assert month.run(home)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []


def _moments(dice: Random, of_undisturbed: int) -> Iterator[int]:
    """Anywhere in the first run; those after it have less left to do."""
    yield dice.randint(1, of_undisturbed)
    for _ in range(_MOST):
        yield dice.randint(1, of_undisturbed // 2)


def test_a_file_taken_in_before_the_kill_is_loaded_though_it_left_the_inbox(
    month: Month, undisturbed: Undisturbed
) -> None:
    home = month.home()
    assert month.run(home, die_before="INSERT INTO raw_submission")["killed"]
    (dropped,) = (home / "inbox" / CLEAN / "2023-06").iterdir()
    content = dropped.read_bytes()
    dropped.unlink()
    assert month.run(home)["name"] == ENDED
    dropped.write_bytes(content)
    assert month.wrongs(home, undisturbed.contents) == []


def test_a_reader_killed_in_the_middle_is_not_the_files_fault(
    month: Month, undisturbed: Undisturbed
) -> None:
    home = month.home()
    run = month.run(home, trouble="first-reader-killed", fork_readers=False)
    assert run["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []


def test_readers_that_are_always_killed_are_a_fault_of_the_system_not_a_verdict(
    month: Month, undisturbed: Undisturbed
) -> None:
    home = month.home()
    run = month.run(home, trouble="every-reader-killed", fork_readers=False)
    assert run["name"] == "系统故障 4"
    assert "被系统强行结束（多半是内存不足），文件没有判定，下次收表时再读" in run["message"]
    for folder in WRITTEN_INTO:  # as a run leaves it that is killed while it writes there
        (home / folder).mkdir(parents=True, exist_ok=True)
        (home / folder / ".half.part").write_bytes(b"{")
    assert month.run(home)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []


# --- the machine in trouble -----------------------------------------------------------------


@pytest.mark.parametrize("moment", [9])
def test_a_full_disk_is_named_and_made_up_for(
    month: Month, undisturbed: Undisturbed, moment: int
) -> None:
    home = month.home()
    run = month.run(home, trouble="disk-full", full_from=moment)
    assert FULL in run["message"], run
    assert "系统故障" in run["name"]
    assert month.run(home)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []


def test_a_full_disk_of_the_database_is_named_and_nothing_is_half_loaded(
    month: Month, undisturbed: Undisturbed
) -> None:
    home = month.home()
    assert month.run(home, die_before="INSERT INTO raw_submission")["killed"]
    run = month.run(home, trouble="database-full", pages=0)
    assert "所在的磁盘满了，请腾出空间" in str(run), run
    assert [fault for fault in month.faults(home) if "已存入档案，没有入库" not in fault] == []
    assert month.run(home)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []


def test_a_broken_database_file_is_named_with_the_way_out(month: Month) -> None:
    home = month.home()
    (home / "warehouse.db").write_bytes(b"no database " * 1000)
    run = month.run(home)
    assert "的文件坏了，读不出来" in run["broken"]
    assert "yuebao rebuild" in run["broken"]


def test_an_inbox_that_goes_while_a_file_is_copied_is_named_and_made_up_for(
    month: Month, undisturbed: Undisturbed
) -> None:
    home = month.home()
    run = month.run(home, trouble="share-gone")
    assert run["name"] == "收件箱连不上 4"
    assert not list((home / "archive").glob("??/*"))
    (home / "away").rename(home / "inbox")
    assert month.run(home)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []
    _not_mounted(month, home)
    assert month.run(home)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []


def _not_mounted(month: Month, home: Path) -> None:
    """The folder is there, the share that should be mounted on it is not: nobody is missing."""
    (home / "inbox").rename(home / "away")
    (home / "inbox").mkdir()
    run = month.run(home)
    assert run["name"] == "收件箱连不上 4"
    assert "多半是共享没有挂载上，不算各单位没有报" in run["message"]
    (home / "inbox").rmdir()  # nothing was put into it
    (home / "away").rename(home / "inbox")


# Its clocks go back an hour between the faulty file and its correction, which then looks older.
BACK_BETWEEN = "YST-8YDT-9,M1.1.0,M6.4.0/11:00:00"


@pytest.mark.parametrize("zone", [BACK_BETWEEN])
def test_the_machines_time_zone_changes_nothing(
    month: Month, undisturbed: Undisturbed, zone: str
) -> None:
    home = month.home()
    assert month.run(home, tz=zone)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []


# --- the clock goes back ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def set_back(month: Month) -> Path:
    """A faulty file taken in, the clock set back, its correction loaded, the run killed at that."""
    home = month.home()
    corrected = next(home.glob(f"inbox/{TWICE}/*/*更正*.xlsx"))
    content = corrected.read_bytes()
    corrected.unlink()
    assert month.run(home, units=[TWICE], now=AFTERWARDS)["name"] == "退回 1"
    corrected.write_bytes(content)
    killed = month.run(
        home, units=[TWICE], now=WEEKS_BEFORE, die_before="DELETE FROM out_monthly__indicator"
    )
    assert killed["killed"], killed
    return home


def test_what_was_loaded_before_the_kill_is_aggregated_by_the_next_run(
    month: Month, set_back: Path, programme: Programme
) -> None:
    before = _results(set_back, programme)
    run = month.run(set_back, units=[TWICE], now=WEEKS_BEFORE)
    assert "已入库 1" in run["name"], run
    assert "比仓库里最后的记录还早，请校对时间" in run["message"]
    assert _results(set_back, programme) != before


def test_a_rebuild_takes_the_files_up_in_the_order_they_came(
    month: Month, set_back: Path, programme: Programme
) -> None:
    assert "rebuilt" in month.run(set_back, work="rebuild")
    rebuilt = _versions(set_back / "rebuilt.db", programme)
    assert rebuilt == _versions(set_back / "warehouse.db", programme)


def _results(home: Path, programme: Programme) -> tuple[IndicatorResult, ...]:
    with Warehouse(f"sqlite:///{home}/warehouse.db") as warehouse:
        return warehouse.results(programme.id, [PERIOD])


def _versions(file: Path, programme: Programme) -> list[tuple[int, str, str]]:
    with Warehouse(f"sqlite:///{file}") as warehouse:
        records = warehouse.submissions(programme.id, PERIOD)
    assert len(records) == 2
    return [(one.version, one.sha256, one.state) for one in records]
