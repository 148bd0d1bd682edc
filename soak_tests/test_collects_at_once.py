"""Two collections of one month and a reload at once, through Prefect, on both engines."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from sql.store import Warehouse

PROGRAMME, MONTH = "mouding-2023", "2023-05"


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, make_desk, postgresql) -> Iterator[Any]:
    """A desk whose server is up, with a month of submissions in the inbox."""
    desk = make_desk()
    if request.param == "postgresql":
        desk.settings["YUEBAO_WAREHOUSE_URL"] = postgresql("at_once")
    samples = ["--out", str(desk.home / "inbox"), "--from", MONTH, "--to", MONTH]
    assert desk.yuebao("sample", *samples).end() == 0
    server = desk.up("--no-worker")
    assert "已就绪" in server.wait_until_it_says("已就绪"), desk.log()
    yield desk
    assert server.stop() == 0
    assert desk.processes() == []


def test_each_submission_is_loaded_once(office) -> None:
    started = [
        office.yuebao("collect", MONTH),
        office.yuebao("collect", MONTH),
        office.yuebao("reload", "--period", MONTH, "--mode", "缺报的"),
    ]
    said = [ended(running) for running in started]
    assert [running.process.returncode for running in started] == [0] * len(started), said
    url = office.settings.get("YUEBAO_WAREHOUSE_URL", f"sqlite:///{office.home}/warehouse.db")
    with Warehouse(url) as warehouse:
        records = warehouse.submissions(PROGRAMME, MONTH)
        results = warehouse.results(PROGRAMME, [MONTH])
    once = Counter((record.unit, record.sha256) for record in records)
    assert set(once.values()) == {1}
    assert len({record.unit for record in records}) == 21
    for unit in {record.unit for record in records}:
        versions = [record.version for record in records if record.unit == unit]
        assert versions == list(range(1, len(versions) + 1))
    assert results
    verified = office.yuebao("verify")
    assert "核对无误" in ended(verified)


def ended(running: Any) -> str:
    """All a command said, once it has ended by itself; three at once take their time."""
    try:
        return str(running.process.communicate(timeout=400)[0])
    finally:
        running.process.kill()
