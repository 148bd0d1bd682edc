"""The outbox: every notice on every channel, waiting until it is sent, and sent once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from sql.desk_tables import audit_notice as table
from sql.upsert import insert_absent
from yuebao.reports.notice import Notice, NoticeKind

ABANDONED_AFTER = timedelta(minutes=10)  # whoever took it has died: it is sent again


@dataclass(frozen=True, slots=True)
class QueuedNotice:
    """A notice on its way over one channel."""

    notice: Notice
    channel: str
    created_at: datetime


def queue(
    connection: Connection,
    programme_id: str,
    notices: Iterable[tuple[Notice, str]],
    created_at: datetime,
) -> int:
    """Put notices in the outbox, each for a channel; those known by key stay as they are.

    Returns how many were new.
    """
    rows = [
        {
            "programme_id": programme_id,
            "key": notice.key,
            "channel": channel,
            "kind": notice.kind.value,
            "period": notice.period,
            "unit": notice.unit,
            "title": notice.title,
            "body": notice.body,
            "state": "waiting",
            "created_at": created_at,
        }
        for notice, channel in notices
    ]
    before = _count(connection, programme_id)
    insert_absent(connection, table, rows)
    return _count(connection, programme_id) - before


def known_keys(connection: Connection, programme_id: str) -> frozenset[str]:
    """The keys of all notices ever put in the outbox."""
    wanted = select(table.c.key).where(table.c.programme_id == programme_id).distinct()
    return frozenset(connection.execute(wanted).scalars())


def waiting(connection: Connection, programme_id: str, now: datetime) -> tuple[QueuedNotice, ...]:
    """What is still to be sent, oldest first."""
    wanted = (
        select(table)
        .where(table.c.programme_id == programme_id, _free(now))
        .order_by(table.c.created_at, table.c.key, table.c.channel)
    )
    return tuple(_queued(row) for row in connection.execute(wanted))


def claim(connection: Connection, programme_id: str, queued: QueuedNotice, now: datetime) -> bool:
    """Take a notice to send it; False where another run has taken it or it is sent."""
    taken = connection.execute(
        update(table)
        .where(*_is(programme_id, queued), _free(now))
        .values(state="sending", claimed_at=now, attempts=table.c.attempts + 1)
    )
    return taken.rowcount == 1


def settle(
    connection: Connection, programme_id: str, queued: QueuedNotice, now: datetime, trouble: str
) -> None:
    """Note that a notice is sent; with a trouble, that it is not and waits for the next run."""
    outcome = {"state": "waiting", "trouble": trouble} if trouble else {"state": "sent"}
    fresh = outcome if trouble else {**outcome, "trouble": "", "sent_at": now}
    connection.execute(update(table).where(*_is(programme_id, queued)).values(fresh))


def _is(programme_id: str, queued: QueuedNotice) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.programme_id == programme_id,
        table.c.key == queued.notice.key,
        table.c.channel == queued.channel,
    )


def _free(now: datetime) -> ColumnElement[bool]:
    abandoned = and_(table.c.state == "sending", table.c.claimed_at < now - ABANDONED_AFTER)
    return or_(table.c.state == "waiting", abandoned)


def _count(connection: Connection, programme_id: str) -> int:
    wanted = select(func.count()).where(table.c.programme_id == programme_id)
    return int(connection.execute(wanted.select_from(table)).scalar_one())


def _queued(row: Row[Any]) -> QueuedNotice:
    told = Notice(row.key, NoticeKind(row.kind), row.period, row.unit, row.title, row.body)
    return QueuedNotice(told, row.channel, row.created_at)
