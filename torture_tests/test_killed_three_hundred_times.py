"""Hundreds of kills at moments of chance, each on a fresh home: no loss, no duplicate.

YUEBAO_KILLS and YUEBAO_SEED change how many and which.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from kill_nursery import Month, Nursery
from small_month import UNITS, write_month

from yuebao.programme.load import load_programme

PROGRAMME = Path(__file__).parents[1] / "targets" / "mouding-2023"
KILLS = int(os.environ.get("YUEBAO_KILLS", "300"))
SEED = int(os.environ.get("YUEBAO_SEED", "1"))


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Month]:
    nursery = Nursery(tmp_path)
    inbox = write_month(load_programme(PROGRAMME), tmp_path / "month")
    yield Month(nursery, inbox, tmp_path / "homes", {"units": UNITS})
    nursery.close()


def test_every_kill_is_made_up_for_by_the_next_run(month: Month) -> None:
    home = month.home()
    ended = month.run(home)
    assert month.faults(home) == []
    expected = month.contents(home)
    dice, wrong = Random(SEED), Counter[str]()
    for number in range(1, KILLS + 1):
        home = month.home()
        moment = dice.randint(1, ended["moments"])
        killed = month.run(home, die_at=moment)
        assert killed["killed"], killed
        assert month.run(home)["name"] == ended["name"], killed
        found = month.wrongs(home, expected)
        wrong.update({line.partition(":")[0] for line in found})
        if found:
            print(f"moment {moment}, before {killed['last']}: {found[:3]}")
        shutil.rmtree(home)
        if number % 50 == 0:
            print(f"seed {SEED}: {number} kills, {sum(wrong.values())} wrong", flush=True)
    assert wrong == Counter()


def test_killed_with_all_it_started_after_any_time(month: Month) -> None:
    """Not only between two changes: while a file is written, a child reads, a row goes in."""
    home = month.home()
    month.run(home)
    expected = month.contents(home)
    dice, killed = Random(SEED), 0
    for _ in range(KILLS // 6):
        home = month.home()
        killed += month.run(home, after=dice.uniform(0.01, 2.0))["killed"]
        month.run(home)
        assert month.wrongs(home, expected) == []
        shutil.rmtree(home)
    print(f"seed {SEED}: {killed} kills by the clock, all made up for")
    assert killed
