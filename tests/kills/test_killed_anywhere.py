"""Killed at any moment, again and again: once it ran to its end, all is as if nothing had been."""

from random import Random

import pytest
from kill_nursery import Month, Undisturbed
from small_month import CLEAN, UNITS

ENDED = "已入库 2，无法读取 1，退回 1"


def test_the_month_has_something_of_everything(undisturbed: Undisturbed) -> None:
    assert undisturbed.name == ENDED
    for unit in UNITS:
        assert any(f"inbox/{unit}/回执/" in name for name in undisturbed.contents)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_killed_and_killed_again_it_ends_as_if_nothing_had_been(
    month: Month, undisturbed: Undisturbed, seed: int
) -> None:
    home = month.home()
    killed = month.killed_until_it_ends(home, Random(seed), undisturbed.moments)
    assert month.run(home)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == [], killed
    assert killed


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
    assert month.run(home, trouble="first-reader-killed")["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []


def test_readers_that_are_always_killed_are_a_fault_of_the_system_not_a_verdict(
    month: Month, undisturbed: Undisturbed
) -> None:
    home = month.home()
    run = month.run(home, trouble="every-reader-killed")
    assert run["name"] == "系统故障 4"
    assert "被系统强行结束（多半是内存不足），文件没有判定，下次收表时再读" in run["message"]
    assert month.run(home)["name"] == ENDED
    assert month.wrongs(home, undisturbed.contents) == []
