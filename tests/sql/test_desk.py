"""The outbox and the decisions, on every engine."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sql.store import Warehouse
from yuebao.decision import Decision, IssuedFile, Verdict
from yuebao.programme.models import Programme
from yuebao.reports.notice import NoticeKind, notice

NOTICE = notice(NoticeKind.REMINDER, "2023-05-18", period="2023-05", unit="53101", body="请报。")


def test_a_notice_is_queued_once_a_channel(
    warehouse: Warehouse, county: Programme, now: datetime
) -> None:
    addressed = [(NOTICE, "群"), (NOTICE, "邮箱")]
    assert warehouse.queue_notices(county.id, addressed, created_at=now) == 2
    assert warehouse.queue_notices(county.id, addressed, created_at=now) == 0
    waiting = warehouse.waiting_notices(county.id, now)
    assert [(queued.notice, queued.channel) for queued in waiting] == addressed


def test_of_many_that_want_it_one_gets_it(
    warehouse: Warehouse, county: Programme, now: datetime
) -> None:
    warehouse.queue_notices(county.id, [(NOTICE, "群")], created_at=now)
    (queued,) = warehouse.waiting_notices(county.id, now)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: warehouse.claim_notice(county.id, queued, now), range(16)))
    assert sorted(taken) == [False] * 15 + [True]


def test_a_trouble_makes_it_wait_and_a_success_is_final(
    warehouse: Warehouse, county: Programme, now: datetime
) -> None:
    warehouse.queue_notices(county.id, [(NOTICE, "群")], created_at=now)
    (queued,) = warehouse.waiting_notices(county.id, now)
    assert warehouse.claim_notice(county.id, queued, now)
    assert warehouse.waiting_notices(county.id, now) == ()
    warehouse.settle_notice(county.id, queued, now, trouble="没有收下")
    assert warehouse.claim_notice(county.id, queued, now)
    warehouse.settle_notice(county.id, queued, now)
    later = now + timedelta(days=1)
    assert warehouse.waiting_notices(county.id, later) == ()
    assert not warehouse.claim_notice(county.id, queued, later)


def test_decisions_are_numbered_and_kept(
    warehouse: Warehouse, county: Programme, now: datetime
) -> None:
    files = (IssuedFile("通报.html", "a1"), IssuedFile("通报.xlsx", "b2"))
    back = Decision("2023-05", 0, Verdict.RETURNED, "李某", "核对", now, "digest")
    good = Decision("2023-05", 0, Verdict.APPROVED, "王某", "", now, "digest", files)
    assert warehouse.record_decision(county.id, back).number == 1
    assert warehouse.record_decision(county.id, good).number == 2
    first, second = warehouse.decisions(county.id, "2023-05")
    assert (first.verdict, first.remark, first.files) == (Verdict.RETURNED, "核对", ())
    assert (second.name, second.files, second.decided_at) == ("王某", files, now)
    assert warehouse.decisions(county.id, "2023-06") == ()
