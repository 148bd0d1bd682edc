"""What keeps the server from starting is said in a sentence, before anything is started."""

import socket
import stat
import sys
from collections.abc import Iterator

import pytest

from flows.services.children import start_child
from flows.services.listening import Listening
from flows.services.prefect_database import check_database, database_of
from flows.services.server import ServerError
from flows.settings import Settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - to be refused
NOWHERE = "postgresql://someone:a-secret-word@127.0.0.1:1/none"


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def refused(make_desk, taken: int) -> dict[str, str]:
    """What four commands that cannot work said; all at once, since each takes its time to load."""
    desks = {
        "port": make_desk(port=taken),
        "warehouse": make_desk(settings={"YUEBAO_WAREHOUSE_URL": NOWHERE}),
        "prefect": make_desk(settings={"YUEBAO_PREFECT_DATABASE_URL": NOWHERE}),
        "open": make_desk(),
    }
    started = {
        name: desk.up(*(["--host", EVERYWHERE] if name == "open" else []))
        for name, desk in desks.items()
    }
    assert {name: running.end() for name, running in started.items()} == dict.fromkeys(started, 2)
    assert [desk.processes() for desk in desks.values()] == [[], [], [], []]
    return {name: running.said for name, running in started.items()}


def test_a_port_that_is_taken(refused: dict[str, str], taken: int) -> None:
    assert f"端口 {taken} 已被别的程序占用" in refused["port"]
    assert f"--port {taken + 1}" in refused["port"]


def test_a_warehouse_that_is_not_reachable(refused: dict[str, str]) -> None:
    assert "连不上仓库" in refused["warehouse"]
    assert "a-secret-word" not in refused["warehouse"]


def test_a_prefect_database_that_is_not_reachable(refused: dict[str, str]) -> None:
    assert "连不上 Prefect 的数据库" in refused["prefect"]
    assert "a-secret-word" not in refused["prefect"]


def test_open_to_others_without_a_login(refused: dict[str, str]) -> None:
    assert "必须先设登录口令" in refused["open"]
    assert "YUEBAO_PREFECT_AUTH" in refused["open"]


@pytest.mark.parametrize("said", ["port", "warehouse", "prefect", "open"])
def test_none_of_them_is_a_traceback(refused: dict[str, str], said: str) -> None:
    assert "Traceback" not in refused[said]
    assert "正在启动" not in refused[said]


def test_a_damaged_prefect_database(tmp_path) -> None:
    file = tmp_path / "prefect" / "prefect.db"
    file.parent.mkdir()
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(ServerError, match=r"prefect\.db 不能用"):
        check_database(Settings(home=tmp_path))


def test_another_kind_of_database_for_prefect(tmp_path) -> None:
    with pytest.raises(ServerError, match="postgresql://"):
        check_database(Settings(home=tmp_path, prefect_database_url="mysql://root@localhost/x"))


def test_a_postgresql_address_is_handed_to_prefect_in_its_own_spelling(tmp_path) -> None:
    address = "postgresql://prefect:word@db.example:5433/prefect?sslmode=require"
    assert database_of(Settings(home=tmp_path, prefect_database_url=address)) == (
        "postgresql+asyncpg://prefect:word@db.example:5433/prefect?ssl=require"
    )


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("localhost", True), (EVERYWHERE, False), ("::", False), ("", False)],
)
def test_what_only_this_machine_can_reach(host: str, is_loopback: bool) -> None:
    assert Listening(host, 4200).is_loopback is is_loopback


def test_an_address_that_is_not_this_machines() -> None:
    with pytest.raises(ServerError, match="不是这台机器的地址"):
        Listening("192.0.2.1", 4200).check_free()


def test_the_login_is_never_shown(tmp_path) -> None:
    settings = Settings(home=tmp_path, prefect_auth="office:hidden", prefect_database_url=NOWHERE)
    assert "hidden" not in f"{settings!r} {settings}"
    assert "a-secret-word" not in repr(settings)


def test_the_logs_are_for_their_owner_only(tmp_path) -> None:
    child = start_child("echo", (sys.executable, "-c", ""), {}, tmp_path / "log", stop_seconds=5)
    child.stop()
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600
