"""A disk that is really full: told plainly, and made up for once there is room.

The home lies on a small file system in memory, which only root may mount. YUEBAO_SEED changes at
which bytes.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from kill_nursery import Month, Nursery
from small_month import UNITS, write_month

from yuebao.programme.load import load_programme

PROGRAMME = Path(__file__).parents[1] / "targets" / "mouding-2023"
ENDED = "已入库 2，无法读取 1，退回 1"
TOLD = ("磁盘满了，请腾出空间", "所在的磁盘读写出错，请检查磁盘和空间")
SEED = int(os.environ.get("YUEBAO_SEED", "1"))
ROUNDS = 12
_SIZE = 64 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder)]
    done = subprocess.run(mounting, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, f"需要能挂载的 root (mounting is not permitted): {done.stderr}"
    yield folder
    subprocess.run(["/usr/bin/umount", str(folder)], check=True)  # noqa: S603


@pytest.fixture
def month(tmp_path: Path, disk: Path) -> Iterator[Month]:
    nursery = Nursery(tmp_path)
    inbox = write_month(load_programme(PROGRAMME), tmp_path / "month")
    month = Month(nursery, inbox, disk, {"units": UNITS})
    month.warm_up()
    yield month
    nursery.close()


def test_a_full_disk_is_told_and_the_next_run_makes_up_for_it(month: Month, disk: Path) -> None:
    expected, needed = _undisturbed(month, disk)
    dice, told = Random(SEED), 0
    for _ in range(ROUNDS):
        home = month.home()
        room = dice.randrange(needed)
        filler = _filled(disk, room)
        run = month.run(home)
        filler.unlink()
        assert not run["killed"], (room, run)
        told += _is_told(run)
        assert _is_told(run) or run["name"] == ENDED, (room, run)
        assert month.run(home)["name"] == ENDED, room
        assert month.wrongs(home, expected) == [], (room, run)
        shutil.rmtree(home)
    print(f"seed {SEED}: {told} of {ROUNDS} runs met a full disk, all made up for")
    assert told > ROUNDS // 2


def _undisturbed(month: Month, disk: Path) -> tuple[dict[str, str], int]:
    """All there is after a run that nothing befell, and how many bytes it took."""
    home = month.home()
    before = shutil.disk_usage(disk).free
    assert month.run(home)["name"] == ENDED
    needed = before - shutil.disk_usage(disk).free
    assert month.faults(home) == []
    return month.contents(home), needed


def _filled(disk: Path, room: int) -> Path:
    """A file that takes all the room there is but so many bytes."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - room)
    return filler


def _is_told(run: dict[str, str]) -> bool:
    said = f"{run.get('message', '')}{run.get('broken', '')}"
    return any(words in said for words in TOLD)
