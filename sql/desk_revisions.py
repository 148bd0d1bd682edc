"""The warehouse's part for revisions: what is held, what was answered, which periods are closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import TypeVar

from sql import closings, revisions
from sql.engine import Engines
from sql.trial import trial
from yuebao.revisions import HeldForm, RevisionDecision
from yuebao.rules.closing import ClosingStep
from yuebao.rules.period import Period

Self = TypeVar("Self", bound="RevisionsDesk")


class RevisionsDesk:
    """What would change what counted; every method is one transaction."""

    _engines: Engines

    @contextmanager
    def trial(self: Self) -> Iterator[Self]:
        """The warehouse to try something with: whatever is written, nothing of it stays."""
        with trial(self._engines) as engines:
            other = copy(self)
            other._engines = engines
            yield other

    def held(
        self, programme_id: str, period: Period | str = "", *, unit: str | None = None
    ) -> tuple[HeldForm, ...]:
        """The forms whose last version waits for the data team, by period, unit and version."""
        with self._engines.reading() as connection:
            return revisions.held(connection, programme_id, str(period), unit or "")

    def answers(self, programme_id: str, period: Period | str = "") -> tuple[RevisionDecision, ...]:
        """The answers to held versions of a period, or of all, oldest first, a form each."""
        with self._engines.reading() as connection:
            return revisions.answers(connection, programme_id, str(period))

    def restated_at(
        self, programme_id: str, period: Period, *, unit: str | None = None
    ) -> Mapping[str, datetime]:
        """By unit, when a form was last accepted for an earlier period after it was for this."""
        with self._engines.reading() as connection:
            return revisions.restated_at(connection, programme_id, period, unit or "")

    def record_closing(self, programme_id: str, step: ClosingStep) -> None:
        """Append a closing or reopening."""
        with self._engines.writing() as connection:
            closings.record(connection, programme_id, step)

    def closings(self, programme_id: str, period: Period | str = "") -> tuple[ClosingStep, ...]:
        """The closings and reopenings of a period, or of all, oldest first."""
        with self._engines.reading() as connection:
            return closings.closings(connection, programme_id, str(period))
