"""A backup brings back what was there; it never covers anything up."""

import tarfile
from datetime import UTC, datetime

import pytest

from flows.commands.backing_up import BackupError, back_up, restore
from flows.commands.verifying import verify
from flows.office import settings

NOW = datetime(2024, 3, 1, tzinfo=UTC)


def test_what_is_backed_up_in_use_comes_back_the_same(
    collected, open_office, exports, exported, tmp_path
):
    backup, again = tmp_path / "备份.tar.gz", tmp_path / "另一处"
    with open_office(collected) as office:
        assert office.warehouse  # in use from here on
        made = back_up(settings(), backup, NOW)
        with pytest.raises(BackupError, match="已经存在"):
            back_up(settings(), backup, NOW)
    with open_office(again):
        assert restore(settings(), backup) == made
    with open_office(again) as office:
        assert exports(office) == exported
        assert verify(office, cells=False).faults == ()


def test_a_home_with_anything_in_it_is_left_alone(collected, open_office, tmp_path):
    backup = tmp_path / "备份.tar"
    (tmp_path / "满" / "inbox").mkdir(parents=True)
    with open_office(collected):
        back_up(settings(), backup, NOW)
    with open_office(tmp_path / "满"), pytest.raises(BackupError, match="已有内容"):
        restore(settings(), backup)
    assert [path.name for path in (tmp_path / "满").iterdir()] == ["inbox"]


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
    assert not (tmp_path / "out").exists()
