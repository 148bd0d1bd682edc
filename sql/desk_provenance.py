"""The warehouse's part for where values come from."""

from __future__ import annotations

from sql import provenance
from sql.engine import Engines
from sql.provenance import CellSought, TracedCell, ValueEvent
from yuebao.rules.period import Period


class ProvenanceDesk:
    """Histories and traces; every method is one transaction."""

    _engines: Engines

    def history(self, programme_id: str, sought: CellSought) -> tuple[ValueEvent, ...]:
        """What happened to the values asked for: versions, corrections, withdrawals."""
        with self._engines.reading() as connection:
            return tuple(provenance.history(connection, programme_id, sought))

    def traced_cells(
        self, programme_id: str, indicator: str, period: Period | str, *, unit: str = ""
    ) -> tuple[TracedCell, ...]:
        """The cells of a month an indicator looks at, of one unit or of all."""
        with self._engines.reading() as connection:
            return tuple(provenance.traced(connection, programme_id, indicator, str(period), unit))
