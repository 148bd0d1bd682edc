"""Each fact of the health judged, and what the whole comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import lxml.html
import pytest

from yuebao.programme.models import Programme
from yuebao.reports.health_page import health_data, health_page
from yuebao.rules.health import (
    Check,
    Deed,
    Health,
    Level,
    ServerFacts,
    WaitingFile,
    ago,
    archive_check,
    collecting_check,
    disk_check,
    server_checks,
    waiting_check,
)

NOW = datetime(2023, 9, 25, 2, 0, tzinfo=UTC)
GOOD, CARE, BAD = Level.GOOD, Level.CARE, Level.BAD
GIB = 1 << 30


def before(**ago: float) -> datetime:
    return NOW - timedelta(**ago)


def deed(done: datetime, well: datetime | None, *, ok: bool = True) -> Deed:
    return Deed(done, ok, "2023-09 已入库 21", well)


@pytest.mark.parametrize(
    ("last", "is_open", "level", "says"),
    [
        (None, True, CARE, "还没有成功收集过"),
        (deed(before(hours=2), None, ok=False), True, BAD, "还没有成功收集过"),
        (deed(before(hours=2), before(hours=2)), True, GOOD, "2 小时前（2023-09 已入库 21）"),
        (deed(before(days=2), before(days=2)), True, BAD, "超过一天没有收集"),
        (deed(before(days=2), before(days=2)), False, GOOD, "2 天前"),
        (deed(before(minutes=5), before(days=1), ok=False), False, BAD, "出了故障"),
    ],
)
def test_collecting(last: Deed | None, is_open: bool, level: Level, says: str) -> None:
    check = collecting_check(last, NOW, is_open=is_open)
    assert check.level is level
    assert says in check.text


@pytest.mark.parametrize(("hours", "level"), [((), GOOD), ((1,), GOOD), ((1, 27), BAD)])
def test_waiting_files(hours: tuple[int, ...], level: Level) -> None:
    files = [WaitingFile("共和镇", "2023-09", before(hours=h)) for h in hours]
    check = waiting_check(files, NOW)
    assert check.level is level
    assert ("共和镇" in check.text) is bool(hours)
    assert waiting_check((), NOW, "没有挂载").level is BAD


@pytest.mark.parametrize(
    ("free", "total", "level"),
    [
        (50 * GIB, 100 * GIB, GOOD),
        (9 * GIB, 100 * GIB, CARE),
        (4 * GIB, 20 * GIB, CARE),
        (2 * GIB, 100 * GIB, BAD),
        (GIB // 2, 2 * GIB, BAD),
    ],
)
def test_disk(free: int, total: int, level: Level) -> None:
    assert disk_check(free, total).level is level


def test_archive() -> None:
    assert archive_check(None, NOW).level is CARE
    assert archive_check(deed(before(days=3), before(days=3)), NOW).level is GOOD
    assert archive_check(deed(before(days=40), before(days=40)), NOW).level is CARE
    assert archive_check(deed(before(days=3), None, ok=False), NOW).level is BAD


HEARD = (("pc1", before(seconds=40)),)


@pytest.mark.parametrize(
    ("facts", "bad", "says"),
    [
        (ServerFacts(expected=False), [], "没有运行 yuebao up"),
        (ServerFacts(expected=True), ["server"], "没有应答"),
        (ServerFacts(True, True, HEARD, 0, 5), [], "在线 1 个：pc1"),
        (ServerFacts(True, True, HEARD, 2, 5), ["scheduler"], "2 个定时运行到点没有开始"),
        (ServerFacts(True, True, HEARD, 0, 0), ["scheduler"], "没有定时的部署"),
        (ServerFacts(True, True, HEARD, 0, 5, ("remind",)), ["scheduler"], "remind 没有排定下一次"),
        (
            ServerFacts(True, True, (("pc1", before(minutes=20)),), 0, 5),
            ["worker"],
            "最后一次心跳在 20 分钟前",
        ),
        (ServerFacts(True, True, (), 0, 5), ["worker"], "没有在线的工作进程。"),
        (ServerFacts(True, True, HEARD, 0, 5, failed=("收集 2023-09",)), ["runs"], "收集 2023-09"),
    ],
)
def test_server(facts: ServerFacts, bad: list[str], says: str) -> None:
    checks = server_checks(facts, NOW)
    assert [check.id for check in checks if check.level is BAD] == bad
    assert says in "".join(check.text for check in checks)


def test_how_long_ago() -> None:
    spans = {"3 分钟前": 200, "3 小时前": 3 * 3600, "47 小时前": 47.5 * 3600, "3 天前": 80 * 3600}
    assert [ago(before(seconds=s), NOW) for s in spans.values()] == list(spans)
    assert ago(NOW + timedelta(hours=1), NOW) == "0 分钟前"


def test_the_page_says_what_is_wrong_and_obeys_nothing(programme: Programme) -> None:
    checks = (
        Check("disk", "磁盘空间", BAD, "剩余 0.1 GB。"),
        Check("runs", "运行", CARE, "<script>alert(1)</script>"),
        Check("inbox", "待收文件", GOOD, "没有。"),
    )
    found = Health(NOW, checks)
    assert (found.is_bad, found.words) == (True, "异常：磁盘空间；注意：运行")
    page = lxml.html.fromstring(health_page(programme, found))
    assert [" ".join(row.text_content().split()) for row in page.iter("tr")] == [
        "磁盘空间异常剩余 0.1 GB。",
        "运行注意<script>alert(1)</script>",
        "待收文件正常没有。",
    ]
    assert "2023-09-25 10:00" in page.text_content()
    data = health_data(programme, found)
    assert (data["healthy"], data["looked_at"]) == (False, "2023-09-25T10:00:00+08:00")
    assert Health(NOW, checks[2:]).words == "正常"
