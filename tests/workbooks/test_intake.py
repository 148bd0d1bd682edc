"""Files are taken from the shared folder when they are whole, and kept for good."""

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from yuebao.programme.models import Unit, UnitLevel
from yuebao.workbooks import intake
from yuebao.workbooks.arrivals import read_records
from yuebao.workbooks.inbox import InboxDenied
from yuebao.workbooks.intake import (
    StillGrowing,
    archive_file,
    arrival_time,
    moment_of,
    submissions_folder,
    waiting_files,
)
from yuebao.workbooks.local_inbox import LocalInbox

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


@pytest.mark.parametrize(
    ("seconds", "moment"),
    [
        (1e15, "2023-09-25T00:00:00+00:00"),
        (-1e15, "1970-01-01T00:00:00+00:00"),
        (1_695_000_000.5, "2023-09-18T01:20:00.500000+00:00"),
    ],
)
def test_no_time_of_a_file_is_too_odd(seconds: float, moment: str) -> None:
    assert moment_of(seconds, datetime(2023, 9, 25, tzinfo=UTC)).isoformat() == moment


def test_what_is_not_a_submission_is_left_alone(inbox: Path, tmp_path: Path) -> None:
    for name in ("~$月报.xlsx", ".~lock.月报.xlsx#", ".DS_Store", "._月报.xlsx", "甲_回执.html"):
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


@pytest.fixture
def meddling(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Path], None]], None]:
    """Does something to the file just when its copying has begun."""
    opened = intake.open_file

    def arrange(deed: Callable[[Path], None]) -> None:
        def meddled(root: Path, *names: str) -> IO[bytes]:
            stream = opened(root, *names)
            stream.peek()  # type: ignore[attr-defined]  # what is read first is of before the deed
            monkeypatch.setattr(intake, "open_file", opened)
            deed(root.joinpath(*names))
            return stream

        monkeypatch.setattr(intake, "open_file", meddled)

    return arrange


def replace(path: Path) -> None:
    newer = Path(f"{path}.new")
    newer.write_bytes(b"KP" * 1000)
    newer.replace(path)


def grow(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"more")


def cut(path: Path) -> None:
    os.truncate(path, 7)


def rename(path: Path) -> None:
    path.rename(path.with_name("改名.xlsx"))


def overwrite(path: Path) -> None:
    """Other bytes of the same length, the old date put back."""
    status = path.stat()
    with path.open("r+b") as stream:
        stream.write(b"KP" * 1000)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


def overwrite_unseen(path: Path) -> None:
    """The same, and the old date put back to the digit."""
    status = path.stat()
    with path.open("r+b") as stream:
        stream.write(b"KP" * 1000)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def link_away(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    "deed",
    [replace, grow, cut, rename, overwrite, overwrite_unseen, link_away, Path.unlink],
)
def test_a_file_that_moves_while_it_is_copied_is_not_taken(
    inbox: Path, tmp_path: Path, meddling: Any, deed: Callable[[Path], None]
) -> None:
    path, archive = drop(inbox, "月报.xlsx", b"PK" * 1000), tmp_path / "archive"
    meddling(deed)
    with pytest.raises(StillGrowing):
        archived(path, archive, later())
    assert everything_in(archive) == []


def test_a_file_made_a_link_after_the_look_is_not_followed(inbox: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "别处.xlsx"
    elsewhere.write_bytes(b"P" * len(os.fsencode(elsewhere)))  # as long as the link itself
    path, archive = drop(inbox, "月报.xlsx"), tmp_path / "archive"
    path.unlink()
    path.symlink_to(elsewhere)
    with pytest.raises(StillGrowing):
        archived(path, archive, later())
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(StillGrowing):
        archived(path, archive, later())
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(tmp_path)
    (tmp_path / "月报.xlsx").write_bytes(b"PK")
    with pytest.raises(StillGrowing):
        archived(path, archive, later())
    assert everything_in(archive) == []


ODD_NAMES = {
    "表格.xlsx": "表格.xlsx",
    "表格 .XLSX ": "表格 .XLSX ",
    "a.xlsx": "a.xlsx",
    "A.XLSX": "A.XLSX",
    "月\n报.xlsx": "月 报.xlsx",
    "月报😀.xlsx": "月报😀.xlsx",
    "=cmd|'calc'!A0.xlsx": "=cmd|'calc'!A0.xlsx",
    "<img src=x>.xlsx": "<img src=x>.xlsx",
    "上级..\\..\\etc.xlsx": "上级..\\..\\etc.xlsx",
    "x" * 250 + ".xlsx": "x" * 250 + ".xlsx",
    "报" * 83 + ".xlsx": "报" * 83 + ".xlsx",
    os.fsdecode("月报.xlsx".encode("gb18030")): "月报.xlsx",
    os.fsdecode(b"\xff\xfe.xlsx"): "\ufffd\ufffd.xlsx",
    "没有后缀": "没有后缀",
    "-rf": "-rf",
    "%s%n{0}{{x}}.xlsx": "%s%n{0}{{x}}.xlsx",
}
NO_SUBMISSIONS = ("~$月报.xlsx", ".~lock.月报.xlsx#", ".月报.xlsx", "._月报.xlsx", ".part")


def test_whatever_it_is_called_it_is_taken_once_and_can_be_written_down(
    inbox: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    for number, name in enumerate((*ODD_NAMES, *NO_SUBMISSIONS)):
        drop(inbox, name, b"PK %d" % number)
    ready, growing = waiting_files(inbox, UNIT, PERIOD, now=later(), settle_seconds=SETTLE)
    assert growing == ()
    assert sorted(path.name for path in ready) == sorted(ODD_NAMES)
    for path in ready:
        archived(path, archive)
    records = read_records(archive)
    assert records.broken == ()
    assert sorted(one.name for one in records.arrivals) == sorted(ODD_NAMES.values())
    assert {one.sha256 for one in records.arrivals} == {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in ready
    }
    assert all(
        set(path.name) <= set("0123456789abcdefxlsT-.jon")
        for path in archive.rglob("*")
        if path.is_file()
    )


def test_links_that_go_in_circles_trouble_nobody(inbox: Path) -> None:
    folder = submissions_folder(inbox, UNIT, PERIOD)
    (folder / "a.xlsx").symlink_to(folder / "b.xlsx")
    (folder / "b.xlsx").symlink_to(folder / "a.xlsx")
    drop(inbox, "月报.xlsx")
    ready, _ = waiting_files(inbox, UNIT, PERIOD, now=later(), settle_seconds=SETTLE)
    assert names(ready) == ["月报.xlsx"]
    other = UNIT.model_copy(update={"name": "新桥镇"})
    (inbox / other.name).symlink_to(inbox / other.name)
    assert tuple(waiting_files(inbox, other, PERIOD, now=later(), settle_seconds=0)) == ((), ())
    with pytest.raises(InboxDenied, match="指向了别处"):
        LocalInbox(inbox).hand_out(other, "问题清单.xlsx", b"PK")


def test_a_file_taken_away_is_not_taken(inbox: Path, tmp_path: Path) -> None:
    path = drop(inbox, "月报.xlsx")
    path.unlink()
    with pytest.raises(StillGrowing):
        archived(path, tmp_path / "archive", later())
    assert everything_in(tmp_path / "archive") == []
