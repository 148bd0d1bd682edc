"""The warehouse's part for the county's corrections."""

from __future__ import annotations

from collections.abc import Sequence

from sql import corrections
from sql.engine import Engines
from yuebao.corrections.record import Correction, StandingCorrection
from yuebao.rules.period import Period


class CorrectionsDesk:
    """The register of corrections; every method is one transaction."""

    _engines: Engines

    def record_corrections(self, programme_id: str, told: Sequence[Correction]) -> None:
        """Enter those that are not there yet, each applied at once where it finds its value."""
        if not told:
            return
        with self._engines.writing() as connection:
            corrections.record(connection, programme_id, told)

    def tried_corrections(
        self, programme_id: str, told: Sequence[Correction]
    ) -> tuple[StandingCorrection, ...]:
        """How these would stand, and those of their periods with them; nothing is entered."""
        with self._engines.writing() as connection:
            attempt = connection.begin_nested()
            corrections.record(connection, programme_id, told)
            found = [
                standing
                for period in sorted({one.told.period for one in told})
                for standing in corrections.corrections(connection, programme_id, period)
            ]
            attempt.rollback()
        return tuple(found)

    def settle_corrections(
        self, programme_id: str, period: Period | str
    ) -> tuple[StandingCorrection, ...]:
        """Hold the period's corrections against what counts now; returns how all stand."""
        if not self.corrections(programme_id, period):
            return ()
        with self._engines.writing() as connection:
            corrections.settle(connection, programme_id, str(period))
            return corrections.corrections(connection, programme_id, str(period))

    def corrections(
        self, programme_id: str, period: Period | str = ""
    ) -> tuple[StandingCorrection, ...]:
        """The corrections of a period, or all, in the order they were recorded."""
        with self._engines.reading() as connection:
            return corrections.corrections(connection, programme_id, str(period))
