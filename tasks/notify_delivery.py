"""Take notices into the outbox and send what may be sent: each once, none lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.office import Office
from yuebao.reports.notice import Notice


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of it. ``fresh`` messages were not known before; ``held`` wait for the end of
    the quiet hours, ``failed`` for the next run; ``troubles`` says why, without addresses.
    """

    fresh: int = 0
    sent: int = 0
    held: int = 0
    failed: int = 0
    troubles: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """In one line: 已发 20 条，免打扰时段待发 1 条，没有送达 1 条."""
        parts = [f"已发 {self.sent} 条"]
        if self.held:
            parts.append(f"免打扰时段待发 {self.held} 条")
        if self.failed:
            parts.append(f"没有送达 {self.failed} 条")
        return "，".join(parts)


def deliver(office: Office, notices: Sequence[Notice], now: datetime) -> Delivery:
    """Take the notices into the outbox and send all that waits there, older messages too.

    A notice known by its key is not taken again. In quiet hours everything waits. What a channel
    does not take waits for the next run; a message another run is just sending is left to it.
    """
    programme, warehouse, channels = office.programme, office.warehouse, office.channels
    addressed = [(told, channel) for told in notices for channel in channels.of(told.unit)]
    fresh = warehouse.queue_notices(programme.id, addressed, created_at=now)
    waiting = warehouse.waiting_notices(programme.id, now)
    if office.quiet_hours.cover(now, programme.calendar.timezone):
        return Delivery(fresh, held=len(waiting))
    sent, troubles = 0, []
    for queued in waiting:
        if not warehouse.claim_notice(programme.id, queued, now):
            continue
        trouble = channels.send(queued.channel, queued.notice)
        warehouse.settle_notice(programme.id, queued, now, trouble=trouble)
        if trouble:
            troubles.append(trouble)
        else:
            sent += 1
    distinct = tuple(dict.fromkeys(troubles))
    return Delivery(fresh, sent, failed=len(troubles), troubles=distinct)
