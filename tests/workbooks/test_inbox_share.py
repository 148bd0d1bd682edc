"""An inbox on a share gives what a local one gives: whole files, own folders, lists in one step."""

import errno
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from yuebao.programme.models import Unit, UnitLevel
from yuebao.shares.address import ShareAddress, ShareAddressError, share_address
from yuebao.shares.inbox import ShareInbox
from yuebao.shares.opening import inbox_at
from yuebao.workbooks.archive import StillGrowing
from yuebao.workbooks.inbox import Inbox, InboxDenied, InboxUnreachable, Look, steady
from yuebao.workbooks.local_inbox import LocalInbox

UNIT = Unit(code="532323101", name="共和镇", short_name="共和镇", level=UnitLevel.TOWNSHIP)
OTHER = Unit(code="532323102", name="新桥镇", short_name="新桥镇", level=UnitLevel.TOWNSHIP)
PERIOD = "2023-09"
SETTLE = 20.0


class Folder(LocalFileSystem):
    """A share that is a folder of this machine."""

    cachable = False

    def mv(self, path1: str, path2: str, **_: Any) -> None:
        os.replace(path1, path2)  # noqa: PTH105


def address(folder: Path | str) -> ShareAddress:
    return ShareAddress("smb", "collector", "office", None, str(folder))


def later(seconds: float = 60) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def see(inbox: Inbox, unit: Unit = UNIT, now: datetime | None = None) -> Look:
    return inbox.look([unit], PERIOD, now=now or later(), settle_seconds=SETTLE)[unit.code]


def names(files: tuple[Any, ...]) -> list[str]:
    return [file.name for file in files]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    (folder / UNIT.name / PERIOD).mkdir(parents=True)
    (folder / OTHER.name / PERIOD).mkdir(parents=True)
    return folder


@pytest.fixture(params=["share", "local"])
def inbox(request: pytest.FixtureRequest, root: Path) -> Inbox:
    """Both kinds of inbox: what is promised of one is promised of the other."""
    return LocalInbox(root) if request.param == "local" else ShareInbox(address(root), Folder)


def drop(root: Path, name: str, content: bytes = b"PK\x03\x04", unit: Unit = UNIT) -> Path:
    path = root / unit.name / PERIOD / name
    path.write_bytes(content)
    return path


def take(inbox: Inbox, archive: Path, unit: Unit = UNIT):  # type: ignore[no-untyped-def]
    (file,) = see(inbox, unit).ready
    return inbox.take(file, archive, unit=unit, period=PERIOD, now=later())


def kept_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_settled_file_is_taken_whole(inbox: Inbox, root: Path, tmp_path: Path) -> None:
    content = b"PK" * 900_000
    path = drop(root, "月报.xlsx", content)
    kept = take(inbox, tmp_path / "archive")
    assert (kept.name, kept.size, kept.path.read_bytes()) == ("月报.xlsx", len(content), content)
    assert abs(kept.arrived_at.timestamp() - path.stat().st_mtime) < 1


def test_a_fresh_file_waits_and_what_is_no_submission_is_left(inbox: Inbox, root: Path) -> None:
    drop(root, "月报.xlsx")
    for name in ("~$月报.xlsx", ".~lock.月报.xlsx#", "安乐乡_2023-09_第1版_ab_回执.html"):
        drop(root, name)
    (root / UNIT.name / PERIOD / "旧").mkdir()
    look = see(inbox, now=later(1))
    assert (names(look.ready), names(look.still_growing)) == ([], ["月报.xlsx"])
    assert names(see(inbox).ready) == ["月报.xlsx"]


def test_a_link_into_another_units_folder_is_not_followed(inbox: Inbox, root: Path) -> None:
    theirs = drop(root, "月报.xlsx", unit=OTHER)
    (root / UNIT.name / PERIOD / "借来.xlsx").symlink_to(theirs)
    assert see(inbox) == Look()
    (root / UNIT.name / PERIOD / "借来.xlsx").unlink()
    (root / UNIT.name / PERIOD).rmdir()
    (root / UNIT.name / PERIOD).symlink_to(root / OTHER.name / PERIOD)
    assert see(inbox) == Look()


def test_a_list_goes_back_over_the_old_one_and_away_again(inbox: Inbox, root: Path) -> None:
    back = root / UNIT.name / "回执"
    for content in (b"old", b"new"):
        inbox.hand_out(UNIT, "问题清单.xlsx", content)
        assert (back / "问题清单.xlsx").read_bytes() == content
    assert kept_in(back) == ["问题清单.xlsx"]
    for _ in range(2):
        inbox.withdraw(UNIT, "问题清单.xlsx")
        assert kept_in(back) == []
    inbox.withdraw(OTHER, "问题清单.xlsx")
    assert not (root / OTHER.name / "回执").exists()


def killed_while_handing_out(inbox: Inbox, name: str) -> None:
    """In a process of its own, at the moment the finished file is to get its name."""
    pid = os.fork()
    if pid == 0:
        os.replace = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
        try:
            inbox.hand_out(UNIT, name, b"PK")
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def test_what_a_killed_process_left_half_written_goes_with_the_next_writing(
    inbox: Inbox, root: Path
) -> None:
    back = root / UNIT.name / "回执"
    killed_while_handing_out(inbox, "问题清单.xlsx")
    assert len(kept_in(back)) == 1
    inbox.hand_out(UNIT, "问题清单.xlsx", b"PK")
    assert kept_in(back) == ["问题清单.xlsx"]
    killed_while_handing_out(inbox, "问题清单.xlsx")
    inbox.withdraw(UNIT, "问题清单.xlsx")
    assert kept_in(back) == []


def test_it_is_known_whether_any_unit_has_a_folder(inbox: Inbox, root: Path) -> None:
    assert inbox.has_any_of([UNIT, OTHER])
    (root / UNIT.name).rename(root / "away")
    assert not inbox.has_any_of([UNIT])
    assert inbox.has_any_of([UNIT, OTHER])


def test_a_list_is_not_written_through_a_link(inbox: Inbox, root: Path) -> None:
    (root / UNIT.name / "回执").symlink_to(root / OTHER.name, target_is_directory=True)
    with pytest.raises(InboxDenied, match=r"共和镇/回执"):
        inbox.hand_out(UNIT, "问题清单.xlsx", b"PK")
    assert kept_in(root) == []


def test_an_inbox_that_is_not_there_is_said_to_be_so(inbox: Inbox, root: Path) -> None:
    drop(root, "月报.xlsx")
    (file,) = see(inbox).ready
    root.rename(root.with_name("away"))
    archive = root.parent / "archive"
    for attempt in (
        lambda: see(inbox),
        lambda: inbox.hand_out(UNIT, "问题清单.xlsx", b"PK"),
        lambda: inbox.withdraw(UNIT, "问题清单.xlsx"),
    ):
        with pytest.raises(InboxUnreachable, match=r"^收件箱连不上：.*没有这个文件夹"):
            attempt()
    with pytest.raises((StillGrowing, InboxUnreachable)):
        inbox.take(file, archive, unit=UNIT, period=PERIOD, now=later())
    assert kept_in(root.parent / "archive") == []


def test_a_unit_whose_folder_is_closed_does_not_stop_the_others(root: Path) -> None:
    class OneClosed(Folder):
        def ls(self, path: str, detail: bool = False, **options: Any) -> Any:
            if UNIT.name in path:
                raise PermissionError(errno.EACCES, "denied", path)
            return super().ls(path, detail=detail, **options)

    drop(root, "月报.xlsx", unit=OTHER)
    looks = ShareInbox(address(root), OneClosed).look(
        [UNIT, OTHER], PERIOD, now=later(), settle_seconds=SETTLE
    )
    assert "没有权限" in looks[UNIT.code].fault
    assert names(looks[OTHER.code].ready) == ["月报.xlsx"]


def rewritten_in_part(path: Path) -> None:
    """A copy over the old file that has come half way, and pauses."""
    path.write_bytes(b"KP" * 10)


def touched(path: Path) -> None:
    os.utime(path)


@pytest.mark.parametrize("deed", [rewritten_in_part, touched, Path.unlink])
def test_a_file_someone_writes_between_the_look_and_the_taking_waits(
    inbox: Inbox, root: Path, tmp_path: Path, deed: Callable[[Path], None]
) -> None:
    """Looks come minutes before: many units are read in between."""
    path = drop(root, "月报.xlsx", b"PK" * 1000)
    (file,) = see(inbox).ready
    deed(path)
    with pytest.raises(StillGrowing):
        inbox.take(file, tmp_path / "archive", unit=UNIT, period=PERIOD, now=later())
    assert kept_in(tmp_path / "archive") == []


def test_what_grows_between_two_looks_waits(root: Path) -> None:
    inbox = ShareInbox(address(root), Folder)
    drop(root, "完.xlsx")
    path = drop(root, "长.xlsx")
    first = see(inbox)
    status = path.stat()
    path.write_bytes(b"PK" * 50)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # a copy that keeps its date
    drop(root, "新.xlsx")
    look = steady(first, see(inbox))
    assert names(look.ready) == ["完.xlsx"]
    assert names(look.still_growing) == ["新.xlsx", "长.xlsx"]


Trouble = Callable[[Path], None]


def grows(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def is_replaced(path: Path) -> None:
    status = path.stat()
    newer = path.with_name(".newer")
    newer.write_bytes(b"KP" * (status.st_size // 2))
    os.utime(newer, ns=(status.st_atime_ns, status.st_mtime_ns))
    newer.replace(path)


def goes_away(path: Path) -> None:
    path.unlink()


def becomes_a_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


def is_held(path: Path) -> None:
    error = OSError(errno.EPERM, "in use")
    error.ntstatus = 0xC0000043  # type: ignore[attr-defined]
    raise error


def troubled(trouble: Trouble) -> type[AbstractFileSystem]:
    """A share on which something happens to a file once it has been read the first time."""

    class Troubled(Folder):
        def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
            stream = super()._open(path, mode=mode, **options)
            content = stream.read()
            stream.seek(0)
            if content.startswith(b"PK"):
                trouble(Path(path))
            return stream

    return Troubled


@pytest.mark.parametrize(
    "trouble", [grows, is_replaced, goes_away, becomes_a_link, is_held], ids=lambda t: t.__name__
)
def test_a_file_that_does_not_hold_still_is_not_taken(
    trouble: Trouble, root: Path, tmp_path: Path
) -> None:
    drop(root, "月报.xlsx", b"PK" * 1000)
    with pytest.raises(StillGrowing):
        take(ShareInbox(address(root), troubled(trouble)), tmp_path / "archive")
    assert kept_in(tmp_path / "archive") == []


def test_a_share_that_drops_in_mid_copy_leaves_nothing(root: Path, tmp_path: Path) -> None:
    class Drops(Folder):
        def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
            stream = super()._open(path, mode=mode, **options)
            stream.read = DropsAfterOneChunk(stream.read)
            return stream

    drop(root, "月报.xlsx", b"PK" * 1_000_000)
    with pytest.raises(InboxUnreachable, match="连接中断"):
        take(ShareInbox(address(root), Drops), tmp_path / "archive")
    assert kept_in(tmp_path / "archive") == []
    kept = take(ShareInbox(address(root), Folder), tmp_path / "archive")
    assert kept.size == 2_000_000


class DropsAfterOneChunk:
    """A read that works once, and then the network is gone."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self.read, self.times = read, 0

    def __call__(self, size: int) -> bytes:
        self.times += 1
        if self.times > 1:
            raise ConnectionResetError(errno.ECONNRESET, "reset")
        return self.read(size)


def test_a_list_that_cannot_be_put_in_place_leaves_no_rest(root: Path) -> None:
    class Held(Folder):
        def mv(self, *paths: str, **_: Any) -> None:
            is_held(Path(paths[1]))

    with pytest.raises(InboxDenied, match="正被打开"):
        ShareInbox(address(root), Held).hand_out(UNIT, "问题清单.xlsx", b"PK")
    assert kept_in(root) == []


def test_any_file_system_will_do(tmp_path: Path) -> None:
    store = MemoryFileSystem(global_store=False, skip_instance_cache=True)
    store.pipe(f"/box/{UNIT.name}/{PERIOD}/月报.xlsx", b"PK" * 10)
    inbox = ShareInbox(address("/box"), lambda: store)
    assert take(inbox, tmp_path / "archive").size == 20
    inbox.hand_out(UNIT, "问题清单.xlsx", b"PK")
    assert store.cat(f"/box/{UNIT.name}/回执/问题清单.xlsx") == b"PK"


@pytest.mark.parametrize(
    ("place", "user", "host", "port", "folder"),
    [
        ("smb://yb@192.168.1.5/月报/收件箱/", "yb", "192.168.1.5", None, "/月报/收件箱"),
        ("smb://县府;yb@nas:1445/share", "县府\\yb", "nas", 1445, "/share"),
        ("sftp://yb@nas:2222/data/%E6%9C%88%E6%8A%A5#1", "yb", "nas", 2222, "/data/月报#1"),
        ("sftp://yb@nas/", "yb", "nas", None, ""),
    ],
)
def test_an_address_in_its_parts(
    place: str, user: str, host: str, port: int | None, folder: str
) -> None:
    found = share_address(place)
    assert (found.user, found.host, found.port, found.folder) == (user, host, port, folder)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("ftp://yb@nas/x", "ftp"),
        ("smb://yb@nas", "共享名"),
        ("smb://nas/share", "用户名"),
        ("sftp://yb@nas/../etc", "文件夹"),
        ("sftp://yb@nas:port/x", "地址"),
        ("smb://yb:geheim@nas/share", "YUEBAO_INBOX_PASSWORD"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_words(place: str, said: str) -> None:
    with pytest.raises(ShareAddressError, match=said) as refused:
        inbox_at(place, password="", key="", known_hosts=Path("known_hosts"))
    assert "geheim" not in str(refused.value)


def test_the_password_is_seen_nowhere() -> None:
    inbox = inbox_at("smb://yb@nas/s", password="geheim", key="", known_hosts=Path("x"))  # noqa: S106
    assert "geheim" not in f"{inbox!r} {inbox} {inbox.place}"
