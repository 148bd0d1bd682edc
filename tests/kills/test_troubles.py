"""The machine in trouble: a plain sentence, nothing lost, and the next run goes on by itself."""

import pytest
from kill_nursery import Month, Undisturbed

ENDED = "已入库 2，无法读取 1，退回 1"
FULL = "磁盘满了，请腾出空间"


@pytest.mark.parametrize("moment", [2, 9, 15])
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
    faults = month.nursery(home, "verify")["faults"]
    assert [fault for fault in faults if "已存入档案，没有入库" not in fault] == []
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


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Chatham"])
def test_the_machines_time_zone_changes_nothing(
    month: Month, undisturbed: Undisturbed, zone: str
) -> None:
    home = month.home()
    assert month.run(home, tz=zone)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []
