"""The inbox on a real Windows share and a real SSH server: what an office's month does to it."""

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import smbclient

from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme, Unit
from yuebao.shares import share
from yuebao.workbooks.archive import ArchivedFile, StillGrowing
from yuebao.workbooks.inbox import Inbox, InboxDenied, InboxUnreachable, Look, steady

ROOT = Path(__file__).parents[1]
MONTH = "2023-06"
SETTLE = 5.0


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme(ROOT / "targets" / "mouding-2023")


@pytest.fixture
def gonghe(programme: Programme) -> Unit:
    return programme.unit_named("共和镇")


@pytest.fixture
def xinqiao(programme: Programme) -> Unit:
    return programme.unit_named("新桥镇")


def see(inbox: Inbox, unit: Unit) -> Look:
    now = datetime.now(UTC)
    return inbox.look([unit], MONTH, now=now, settle_seconds=SETTLE)[unit.code]


def take(inbox: Inbox, unit: Unit, archive: Path) -> ArchivedFile:
    (file,) = see(inbox, unit).ready
    return inbox.take(file, archive, unit=unit, period=MONTH, now=datetime.now(UTC))


def names(files) -> list[str]:  # type: ignore[no-untyped-def]
    return [file.name for file in files]


def kept_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def test_files_are_taken_whole_and_lists_go_back(server, gonghe: Unit, archive: Path) -> None:
    content = os.urandom(3_000_000)
    dropped = server.drop("gonghe", MONTH, "六月 (终稿).xlsx", content)
    inbox = server.inbox()
    kept = take(inbox, gonghe, archive)
    assert (kept.name, kept.path.read_bytes()) == ("六月 (终稿).xlsx", content)
    assert abs(kept.arrived_at.timestamp() - dropped.stat().st_mtime) < 2
    back = server.folder / "共和镇" / "回执"
    for words in (b"first", b"second"):
        inbox.hand_out(gonghe, "问题清单.xlsx", words)
        assert (back / "问题清单.xlsx").read_bytes() == words
    assert kept_in(back) == ["问题清单.xlsx"]
    inbox.withdraw(gonghe, "问题清单.xlsx")
    inbox.withdraw(gonghe, "问题清单.xlsx")
    assert kept_in(back) == []


def test_a_unit_reads_its_list_and_writes_nowhere_else(smb, gonghe: Unit) -> None:
    smb.inbox().hand_out(gonghe, "问题清单.xlsx", b"list")
    clerk = smb.clerk_on_smb("gonghe")
    with smbclient.open_file(smb.unc("共和镇", "回执", "问题清单.xlsx"), "rb", **clerk) as list_:
        assert list_.read() == b"list"
    for mode in ("rb", "wb"):
        with pytest.raises(OSError, match="ACCESS_DENIED"):
            smbclient.open_file(smb.unc("新桥镇", MONTH, "月报.xlsx"), mode, **clerk)
    with pytest.raises(OSError, match="ACCESS_DENIED"):
        smbclient.open_file(smb.unc("月报.xlsx"), "wb", **clerk)


def test_a_file_growing_over_ssh_waits(sftp, gonghe: Unit, archive: Path) -> None:
    inbox, clerk = sftp.inbox(), sftp.clerk_on_ssh("gonghe")
    folder = f"{sftp.folder}/共和镇/{MONTH}"
    clerk.ftp.mkdir(folder)
    with clerk.ftp.open(f"{folder}/月报.xlsx", "w") as writing:
        writing.write(b"PK" * 1000)
        writing.flush()
        assert names(see(inbox, gonghe).still_growing) == ["月报.xlsx"]
        clerk.ftp.utime(f"{folder}/月报.xlsx", (1_686_000_000, 1_686_000_000))
        first = see(inbox, gonghe)  # an old date: one look cannot tell
        writing.write(b"PK" * 1000)
        writing.flush()
        clerk.ftp.utime(f"{folder}/月报.xlsx", (1_686_000_000, 1_686_000_000))
        assert names(steady(first, see(inbox, gonghe)).still_growing) == ["月报.xlsx"]
        (file,) = first.ready
        with pytest.raises(StillGrowing):
            inbox.take(file, archive, unit=gonghe, period=MONTH, now=datetime.now(UTC))
    assert kept_in(archive) == []
    assert take(inbox, gonghe, archive).size == 4000


def test_a_file_another_program_holds_open_waits(smb, gonghe: Unit, archive: Path) -> None:
    smb.drop("gonghe", MONTH, "月报.xlsx", b"PK" * 500)
    inbox, clerk = smb.inbox(), smb.clerk_on_smb("gonghe")
    path = smb.unc("共和镇", MONTH, "月报.xlsx")
    with smbclient.open_file(path, "r+b", share_access="r", **clerk):  # as a spreadsheet does
        with pytest.raises(StillGrowing):
            take(inbox, gonghe, archive)
        assert kept_in(archive) == []
    assert take(inbox, gonghe, archive).size == 1000


def test_a_list_the_clerk_has_open_is_written_the_next_time(smb, gonghe: Unit) -> None:
    inbox, clerk = smb.inbox(), smb.clerk_on_smb("gonghe")
    inbox.hand_out(gonghe, "问题清单.xlsx", b"old")
    with (
        smbclient.open_file(
            smb.unc("共和镇", "回执", "问题清单.xlsx"), "rb", share_access="r", **clerk
        ),
        pytest.raises(InboxDenied, match="正被打开"),
    ):
        inbox.hand_out(gonghe, "问题清单.xlsx", b"new")
    back = smb.folder / "共和镇" / "回执"
    assert (kept_in(back), (back / "问题清单.xlsx").read_bytes()) == (["问题清单.xlsx"], b"old")
    inbox.hand_out(gonghe, "问题清单.xlsx", b"new")
    assert (back / "问题清单.xlsx").read_bytes() == b"new"


def test_links_planted_over_ssh_lead_nowhere(sftp, gonghe: Unit, xinqiao: Unit) -> None:
    theirs = sftp.drop("xinqiao", MONTH, "月报.xlsx", b"PK theirs")
    clerk, inbox = sftp.clerk_on_ssh("gonghe"), sftp.inbox()
    own = f"{sftp.folder}/共和镇"
    clerk.ftp.symlink(str(theirs.parent), f"{own}/{MONTH}")
    clerk.ftp.symlink(str(theirs.parent), f"{own}/回执")
    assert see(inbox, gonghe) == Look()
    with pytest.raises(InboxDenied, match="不是文件夹"):
        inbox.hand_out(gonghe, "月报.xlsx", b"overwritten")
    assert theirs.read_bytes() == b"PK theirs"
    clerk.ftp.remove(f"{own}/{MONTH}")
    clerk.ftp.mkdir(f"{own}/{MONTH}")
    clerk.ftp.symlink(str(theirs), f"{own}/{MONTH}/月报.xlsx")
    assert see(inbox, gonghe) == Look()
    assert names(see(inbox, xinqiao).ready) == ["月报.xlsx"]


def test_a_name_in_another_encoding_stops_only_its_own_unit(
    sftp, gonghe: Unit, xinqiao: Unit
) -> None:
    folder = sftp.drop("gonghe", MONTH, "月报.xlsx", b"PK").parent
    (Path(os.fsdecode(os.fsencode(folder) + b"/" + "旧表.xls".encode("gbk")))).touch()
    sftp.drop("xinqiao", MONTH, "月报.xlsx", b"PK")
    assert "UTF-8" in see(sftp.inbox(), gonghe).fault
    assert names(see(sftp.inbox(), xinqiao).ready) == ["月报.xlsx"]


# smbprotocol cannot close a handle of a connection that is gone, and says so.
@pytest.mark.filterwarnings("ignore:unclosed SMB handle")
def test_a_share_that_drops_in_mid_copy_leaves_nothing(server, gonghe: Unit, archive: Path) -> None:
    path = server.drop("gonghe", MONTH, "月报.xlsx", b"")
    os.truncate(path, 400_000_000)
    os.utime(path, (time.time() - 60, time.time() - 60))
    inbox = server.inbox()
    (file,) = see(inbox, gonghe).ready
    killer = threading.Thread(target=kill_when_copying, args=(server, archive))
    killer.start()
    with pytest.raises(InboxUnreachable, match=r"连接中断|没有应答"):
        inbox.take(file, archive, unit=gonghe, period=MONTH, now=datetime.now(UTC))
    killer.join()
    assert kept_in(archive) == []
    with pytest.raises(InboxUnreachable, match="没有应答"):
        see(inbox, gonghe)
    os.truncate(path, 1_000_000)
    os.utime(path, (time.time() - 60, time.time() - 60))
    server.start()
    assert take(inbox, gonghe, archive).size == 1_000_000


def kill_when_copying(server, archive: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if any(copy.stat().st_size for copy in archive.glob(".*.part")):
            break
        time.sleep(0.001)
    server.kill()


def test_a_server_that_stands_still_is_not_waited_for(server) -> None:
    server.drop("gonghe", MONTH, "月报.xlsx", b"PK" * 100)
    inbox = server.inbox()
    with share.connected(inbox.place, inbox.connect, 2.0) as connected:
        assert connected.names(f"{inbox.address.folder}/共和镇/{MONTH}") == ["月报.xlsx"]
        server.freeze()
        with pytest.raises(InboxUnreachable):
            connected.names(f"{inbox.address.folder}/共和镇/{MONTH}")


def test_what_is_wrong_with_the_connection_is_said(server, gonghe: Unit) -> None:
    with pytest.raises(InboxUnreachable, match="密码不对"):
        see(server.inbox("wrong"), gonghe)
    (server.folder).rename(server.base / "moved")
    with pytest.raises(InboxUnreachable, match="没有这个"):
        see(server.inbox(), gonghe)


def test_another_server_at_the_same_address_is_not_trusted(sftp, gonghe: Unit) -> None:
    assert see(sftp.inbox(), gonghe) == Look()
    sftp.new_key()
    with pytest.raises(InboxUnreachable, match="密钥"):
        see(sftp.inbox(), gonghe)
