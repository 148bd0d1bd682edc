"""Files are taken from the shared folder when they are whole, and kept for good."""

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path, PosixPath

import pytest

from yuebao.programme.models import Unit, UnitLevel
from yuebao.workbooks.intake import (
    StillGrowing,
    archive_file,
    arrival_time,
    submissions_folder,
    waiting_files,
)

UNIT = Unit(code="532323101", name="共和镇", short_name="共和镇", level=UnitLevel.TOWNSHIP)
PERIOD = "2023-09"
SETTLE = 20.0


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    submissions_folder(tmp_path / "inbox", UNIT, PERIOD).mkdir(parents=True)
    return tmp_path / "inbox"


def drop(inbox: Path, name: str, content: bytes = b"PK\x03\x04") -> Path:
    path = submissions_folder(inbox, UNIT, PERIOD) / name
    path.write_bytes(content)
    return path


def later(seconds: float = 60) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def test_settled_files_are_ready_whatever_they_are_called(inbox: Path) -> None:
    for name in ("月报.xlsx", "月报(1).XLS", "最终版2", "空.xlsx"):
        drop(inbox, name, b"" if name == "空.xlsx" else b"PK")
    ready, growing = waiting_files(inbox, UNIT, PERIOD, now=later(), settle_seconds=SETTLE)
    assert names(ready) == ["最终版2", "月报(1).XLS", "月报.xlsx", "空.xlsx"]
    assert growing == ()


def test_a_file_just_written_is_still_growing_even_with_an_old_date(inbox: Path) -> None:
    path = drop(inbox, "月报.xlsx")
    os.utime(path, (1_600_000_000, 1_600_000_000))  # a copy that kept its date
    ready, growing = waiting_files(inbox, UNIT, PERIOD, now=later(1), settle_seconds=SETTLE)
    assert (names(ready), names(growing)) == ([], ["月报.xlsx"])


def test_a_clock_gone_wrong_delays_nobody(inbox: Path) -> None:
    path = drop(inbox, "月报.xlsx")
    ahead = later(86_400).timestamp()
    os.utime(path, (ahead, ahead))
    now = later()
    assert names(waiting_files(inbox, UNIT, PERIOD, now=now, settle_seconds=SETTLE).ready)
    assert arrival_time(path, now=now) == now


def test_what_is_not_a_submission_is_left_alone(inbox: Path, tmp_path: Path) -> None:
    for name in ("~$月报.xlsx", ".~lock.月报.xlsx#", ".DS_Store", "._月报.xlsx"):
        drop(inbox, name)
    folder = submissions_folder(inbox, UNIT, PERIOD)
    (folder / "旧").mkdir()
    os.mkfifo(folder / "pipe.xlsx")
    (tmp_path / "别处.xlsx").write_bytes(b"PK")
    (folder / "链接.xlsx").symlink_to(tmp_path / "别处.xlsx")
    (folder / "断链.xlsx").symlink_to(folder / "没有.xlsx")
    found = waiting_files(inbox, UNIT, PERIOD, now=later(), settle_seconds=SETTLE)
    assert tuple(found) == ((), ())


def test_no_folder_no_files(tmp_path: Path) -> None:
    found = waiting_files(tmp_path, UNIT, PERIOD, now=later(), settle_seconds=SETTLE)
    assert tuple(found) == ((), ())


def archived(path: Path, archive: Path, moment: datetime | None = None):  # type: ignore[no-untyped-def]
    moment = moment or arrival_time(path, now=later())
    return archive_file(path, archive, unit=UNIT.code, period=PERIOD, arrived_at=moment)


def test_the_copy_is_the_file_and_says_when_it_came(inbox: Path, tmp_path: Path) -> None:
    path = drop(inbox, "月报.XLSX", b"PK\x03\x04 contents")
    moment = datetime(2023, 9, 24, 8, 30, tzinfo=UTC)
    kept = archived(path, tmp_path / "archive", moment)
    sha256 = hashlib.sha256(b"PK\x03\x04 contents").hexdigest()
    assert kept.sha256 == sha256
    assert kept.path == tmp_path / "archive" / sha256[:2] / f"{sha256}.xlsx"
    assert kept.path.read_bytes() == path.read_bytes() == b"PK\x03\x04 contents"
    (record,) = (tmp_path / "archive" / "arrivals" / PERIOD / UNIT.code).iterdir()
    assert record.name.endswith(f"-{sha256[:12]}.json")
    assert json.loads(record.read_text(encoding="utf-8")) == {
        "unit": UNIT.code,
        "period": PERIOD,
        "name": "月报.XLSX",
        "sha256": sha256,
        "size": 13,
        "arrived_at": "2023-09-24T08:30:00+00:00",
    }


def everything_in(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_the_same_file_again_changes_nothing(inbox: Path, tmp_path: Path) -> None:
    path, archive = drop(inbox, "月报.xlsx"), tmp_path / "archive"
    first = archived(path, archive)
    before = everything_in(archive)
    assert archived(path, archive) == first
    assert everything_in(archive) == before


def test_the_same_content_under_another_name_is_kept_once(inbox: Path, tmp_path: Path) -> None:
    archive, moment = tmp_path / "archive", datetime(2023, 9, 24, tzinfo=UTC)
    first = archived(drop(inbox, "月报.xlsx"), archive, moment)
    again = archived(drop(inbox, "月报.xls"), archive, moment + timedelta(days=1))
    assert again.path == first.path
    assert len(everything_in(archive)) == 3  # one file, two arrivals


class ReplacedOnceOpened(PosixPath):
    """A file for which the clerk drops a newer one just when its copying has begun."""

    def open(self, *args: str, **options: str):  # type: ignore[no-untyped-def,override]
        stream = super().open(*args, **options)
        newer = Path(f"{self}.new")
        newer.write_bytes(b"KP" * 1000)
        newer.replace(self)
        return stream


def test_a_file_replaced_while_it_is_copied_is_not_taken(inbox: Path, tmp_path: Path) -> None:
    path, archive = drop(inbox, "月报.xlsx", b"PK" * 1000), tmp_path / "archive"
    with pytest.raises(StillGrowing):
        archived(ReplacedOnceOpened(path), archive, later())
    assert everything_in(archive) == []


def test_a_file_taken_away_is_not_taken(inbox: Path, tmp_path: Path) -> None:
    path = drop(inbox, "月报.xlsx")
    path.unlink()
    with pytest.raises(StillGrowing):
        archived(path, tmp_path / "archive", later())
    assert everything_in(tmp_path / "archive") == []
