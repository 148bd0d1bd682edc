"""A backup brings back what was there; it never covers anything up."""

import hashlib
import os
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import office as composition
from flows.commands.backing_up import BackupError, back_up, restore
from flows.commands.cli import app
from flows.commands.verifying import verify
from flows.office import settings
from yuebao.workbooks.archive import archive_copy

NOW = datetime(2024, 3, 1, tzinfo=UTC)


def test_what_is_backed_up_in_use_comes_back_the_same(
    copied, open_office, exports, exported, tmp_path
):
    backup, again = tmp_path / "备份.tar.gz", tmp_path / "另一处"
    (again / ".restoring-killed").mkdir(parents=True)
    with open_office(copied) as office:
        (rerun,) = office.warehouse.reruns(office.programme.id, "2023-06")
        office.warehouse.record_reruns(office.programme.id, [rerun])  # in the log, not in the file
        made = back_up(settings(), backup, NOW)
        with pytest.raises(BackupError, match="已经存在"):
            back_up(settings(), backup, NOW)
    with open_office(again):
        assert restore(settings(), backup) == made
    with open_office(again) as office:
        assert exports(office) == exported
        assert office.warehouse.reruns(office.programme.id, "2023-06") == (rerun, rerun)
        assert verify(office, cells=False).faults == ()


def test_a_home_with_anything_in_it_is_left_alone(collected, open_office, tmp_path):
    backup = tmp_path / "备份.tar"
    (tmp_path / "满" / "inbox").mkdir(parents=True)
    with open_office(collected):
        back_up(settings(), backup, NOW)
    with open_office(tmp_path / "满"), pytest.raises(BackupError, match="已有内容"):
        restore(settings(), backup)
    assert [path.name for path in (tmp_path / "满").iterdir()] == ["inbox"]


def test_a_backup_of_which_a_file_was_changed_restores_nothing(copied, open_office, tmp_path):
    backup, empty = tmp_path / "备份.tar", tmp_path / "空"
    with open_office(copied):
        back_up(settings(), backup, NOW)
    kept = next((copied / "archive").glob("??/*")).read_bytes()
    backup.write_bytes(backup.read_bytes().replace(kept, kept[:-1] + b"!"))
    with open_office(empty), pytest.raises(BackupError, match="有 1 处不对，没有恢复"):
        restore(settings(), backup)
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("keep", [0.5, 0.0])
def test_a_damaged_backup_restores_nothing(collected, open_office, tmp_path, keep):
    backup, empty = tmp_path / "备份.tar", tmp_path / "空"
    with open_office(collected):
        back_up(settings(), backup, NOW)
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * keep)])
    with open_office(empty), pytest.raises(BackupError, match="没有恢复"):
        restore(settings(), backup)
    assert list(empty.iterdir()) == []


def test_a_tar_that_leads_out_of_the_home_is_refused(open_office, tmp_path):
    evil, empty = tmp_path / "evil.tar", tmp_path / "里" / "空"
    (tmp_path / "x").write_text("x", encoding="utf-8")
    with tarfile.open(evil, "w") as tar:
        tar.add(tmp_path / "x", "../../out")
    with open_office(empty), pytest.raises(BackupError, match="没有恢复"):
        restore(settings(), evil)
    assert list(tmp_path.rglob("out")) == []


def test_what_arrives_while_it_is_backed_up_has_its_file_in_the_backup(open_office, tmp_path):
    """At whichever folder the backup is looking just then."""
    arriving = Arriving(tmp_path / "家" / "archive")
    for _ in range(6):
        arriving.arrive()
    sys.addaudithook(arriving)
    with open_office(tmp_path / "家"):
        for number in range(1, 20):
            arriving.wait(number)
            back_up(settings(), tmp_path / f"{number}.tar", NOW)
            assert arriving.left == 0
            assert recorded_without_file(tmp_path / f"{number}.tar") == set(), number


class Arriving:
    """Has a file arrive when so many folders have been looked into."""

    def __init__(self, archive: Path) -> None:
        self.archive, self.left, self.content = archive, 0, b""

    def wait(self, folders: int) -> None:
        self.left = folders

    def arrive(self) -> None:
        self.content = os.urandom(8)
        archive_copy(self.copy, "新.xlsx", self.archive, unit="1", period="2023-06", arrived_at=NOW)

    def __call__(self, event: str, _words: tuple) -> None:
        if event in ("os.scandir", "os.listdir") and self.left > 0:
            self.left -= 1
            if self.left == 0:
                self.arrive()

    def copy(self, target) -> str:
        target.write(self.content)
        return hashlib.sha256(self.content).hexdigest()


def recorded_without_file(backup: Path) -> set[str]:
    """What the backup tells of, by hash, and has not."""
    with tarfile.open(backup) as tar:
        names = tar.getnames()
    arrivals = {name[-17:-5] for name in names if name.startswith("archive/arrivals/")}
    return arrivals - {Path(name).name[:12] for name in names}


def test_the_commands_by_their_names(open_office, tmp_path, monkeypatch):
    """As the README has them: one line each; of an office in which nothing has arrived yet."""
    run, first, again = CliRunner(), tmp_path / "家", tmp_path / "另一处"
    with open_office(first) as office:
        assert office.warehouse
    for home, words, said in (
        (first, ["backup", "--out", str(tmp_path / "备份.tar.gz")], "已备份到"),
        (again, ["restore", str(tmp_path / "备份.tar.gz")], "已恢复到"),
        (again, ["rebuild"], "旧库保留在"),
        (again, ["verify"], "核对无误"),
    ):
        monkeypatch.setenv("YUEBAO_HOME", str(home))
        composition.settings.cache_clear()
        composition.office.cache_clear()
        done = run.invoke(app, words)
        assert (done.exit_code, said in done.stdout) == (0, True), done.output
    composition.office().close()
    composition.settings.cache_clear()
    composition.office.cache_clear()
