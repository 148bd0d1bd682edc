"""The warehouse's part for the data team's desk: the outbox of notices, decisions on bulletins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sql import decisions, notices
from sql.desk_revisions import RevisionsDesk
from sql.engine import Engines
from sql.notices import QueuedNotice
from yuebao.decision import Decision
from yuebao.reports.notice import Notice
from yuebao.rules.period import Period


class Desk(RevisionsDesk):
    """What the data team sends and decides; every method is one transaction."""

    _engines: Engines

    def queue_notices(
        self, programme_id: str, addressed: Iterable[tuple[Notice, str]], *, created_at: datetime
    ) -> int:
        """Put notices in the outbox, each for a channel; returns how many were new by key."""
        with self._engines.writing() as connection:
            return notices.queue(connection, programme_id, addressed, created_at)

    def known_notices(self, programme_id: str) -> frozenset[str]:
        """The keys of all notices ever put in the outbox."""
        with self._engines.reading() as connection:
            return notices.known_keys(connection, programme_id)

    def waiting_notices(self, programme_id: str, now: datetime) -> tuple[QueuedNotice, ...]:
        """What is still to be sent, oldest first."""
        with self._engines.reading() as connection:
            return notices.waiting(connection, programme_id, now)

    def claim_notice(self, programme_id: str, queued: QueuedNotice, now: datetime) -> bool:
        """Take a notice to send it; False where another run has it. Then ``settle_notice``."""
        with self._engines.writing() as connection:
            return notices.claim(connection, programme_id, queued, now)

    def settle_notice(
        self, programme_id: str, queued: QueuedNotice, now: datetime, *, trouble: str = ""
    ) -> None:
        """A notice is sent; with a trouble it is not, and waits for the next run."""
        with self._engines.writing() as connection:
            notices.settle(connection, programme_id, queued, now, trouble)

    def record_decision(self, programme_id: str, decision: Decision) -> Decision:
        """Append a decision on a bulletin; returns it with the number it was given."""
        with self._engines.writing() as connection:
            return decisions.record(connection, programme_id, decision)

    def decisions(self, programme_id: str, period: Period | str) -> tuple[Decision, ...]:
        """All decisions on the period's bulletin, oldest first."""
        with self._engines.reading() as connection:
            return decisions.decisions(connection, programme_id, str(period))
