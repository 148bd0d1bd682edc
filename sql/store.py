"""The warehouse as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TypeAlias

from sql import accepted, corrections, exports, ledger, load, migrate, outcomes, register, reruns
from sql.desk import Desk
from sql.desk_corrections import CorrectionsDesk
from sql.desk_explanations import ExplanationsDesk
from sql.desk_provenance import ProvenanceDesk
from sql.engine import WarehouseUnavailableError, make_folder, open_engines
from sql.exclusive import exclusively
from sql.exports import Cell, ExportColumn, ExportKind
from sql.latest import last_recorded_at
from sql.load import UnknownUnitError
from sql.records import FormRecord, LoadReceipt, RerunRecord, RuleFiring, SubmissionRecord
from sql.roles import Granted
from yuebao.findings import Issue
from yuebao.programme.models import Programme
from yuebao.readings import Accepted
from yuebao.results import IndicatorResult, JudgedSubmission, Obligation
from yuebao.rules.county_total import ColumnSum
from yuebao.rules.obligations import FormStanding
from yuebao.rules.period import Period
from yuebao.rules.terms import TermCell, TermSum

__all__ = [
    "FormRecord",
    "LoadReceipt",
    "RerunRecord",
    "RuleFiring",
    "SubmissionRecord",
    "UnknownUnitError",
    "Warehouse",
    "WarehouseUnavailableError",
]

PeriodLike: TypeAlias = Period | str


class Warehouse(Desk, ExplanationsDesk, CorrectionsDesk, ProvenanceDesk):
    """The warehouse at a URL (``sqlite:///file`` or ``postgresql://…``).

    Safe to use from several threads and processes at once, a process its own. Every method is
    one transaction. WarehouseUnavailableError where the database cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._engines = open_engines(url)
        make_folder(self._engines)

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give all connections back."""
        self._engines.close()

    # --- the schema and the dimensions --------------------------------------------------

    def migrate(self) -> None:
        """Bring the schema to the newest revision; harmless when it is, or when others do too."""
        migrate.upgrade(self._engines)

    def grant_roles(self) -> Granted:
        """Give PostgreSQL's loading and reading roles their rights; which are there, which not."""
        return migrate.grant_roles(self._engines)

    def register(self, programme: Programme) -> None:
        """Bring units, forms, indicators and their terms up to the programme as it is now."""
        with self._engines.writing() as connection:
            register.register(connection, programme)

    def register_obligations(self, programme_id: str, obligations: Iterable[Obligation]) -> None:
        """Note who owes what when; what was noted before is brought up to date."""
        with self._engines.writing() as connection:
            register.register_obligations(connection, programme_id, obligations)

    # --- submissions --------------------------------------------------------------------

    def is_known(self, programme_id: str, unit: str, period: PeriodLike, sha256: str) -> bool:
        """Whether these bytes have been loaded for this unit and period."""
        with self._engines.reading() as connection:
            return ledger.is_known(connection, programme_id, unit, str(period), sha256)

    def load(
        self,
        programme: Programme,
        judged: JudgedSubmission,
        *,
        loaded_at: datetime,
        size: int | None = None,
        again: bool = False,
    ) -> LoadReceipt:
        """Load a judged submission: all of it, or nothing if anything fails.

        Bytes known for the unit and period change nothing, unless ``again`` says they were judged
        afresh on purpose. Else a new version: each accepted form takes the place of the one that
        counted for the unit and period, a returned one is kept with its issues and displaces
        nothing, of a refused file only the issues are kept. UnknownUnitError, if not registered.
        """
        with self._engines.writing() as connection:
            receipt = load.load(
                connection, programme.id, judged, loaded_at=loaded_at, size=size, again=again
            )
            corrections.settle(connection, programme.id, judged.period, judged.unit)
            return receipt

    def submissions(
        self, programme_id: str, period: PeriodLike, *, unit: str | None = None
    ) -> tuple[SubmissionRecord, ...]:
        """Every version handed in for the period, by unit, oldest first."""
        with self._engines.reading() as connection:
            return ledger.submissions(connection, programme_id, str(period), unit or "")

    def issues(
        self, programme_id: str, period: PeriodLike, *, unit: str | None = None
    ) -> tuple[Issue, ...]:
        """The issues that count now: those of each form's last version and of the last file."""
        with self._engines.reading() as connection:
            return ledger.issues(connection, programme_id, str(period), unit or "")

    def statuses(self, programme_id: str, period: PeriodLike) -> tuple[FormStanding, ...]:
        """Where each form stands of which anything has arrived, for ``obligation_statuses``."""
        with self._engines.reading() as connection:
            return ledger.standings(connection, programme_id, str(period))

    def rule_firings(self, programme_id: str) -> tuple[RuleFiring, ...]:
        """Every error and warning ever found, counted by unit, form, kind and period."""
        with self._engines.reading() as connection:
            return ledger.rule_firings(connection, programme_id)

    # --- runs ---------------------------------------------------------------------------

    def last_recorded_at(self, programme_id: str) -> datetime | None:
        """When anything was last recorded that counts; None where nothing was."""
        with self._engines.reading() as connection:
            return last_recorded_at(connection, programme_id)

    def exclusively(self, name: str, *, seconds: float) -> AbstractContextManager[bool]:
        """Whether nobody else holds the name, who then holds it while inside.

        Waits so many seconds for it. A process that dies lets go of what it held.
        """
        return exclusively(self._engines, name, seconds=seconds)

    def record_reruns(self, programme_id: str, records: Iterable[RerunRecord]) -> None:
        """Leave the trace of a re-run, a record a unit."""
        with self._engines.writing() as connection:
            reruns.record_reruns(connection, programme_id, records)

    def reruns(self, programme_id: str, period: PeriodLike) -> tuple[RerunRecord, ...]:
        """The re-runs of a period, newest first."""
        with self._engines.reading() as connection:
            return reruns.reruns(connection, programme_id, str(period))

    # --- accepted values ----------------------------------------------------------------

    def accepted_before(
        self, programme: Programme, period: PeriodLike, *, unit: str | None = None
    ) -> Accepted:
        """The newest accepted values of earlier periods of the same kind and year.

        A 零报告 gives way to an older version with values, if there is one, so that cumulatives
        and rosters carry over it.
        """
        with self._engines.reading() as connection:
            return accepted.accepted_before(connection, programme, _period(period), unit or "")

    def accepted_in(
        self, programme: Programme, period: PeriodLike, *, unit: str | None = None
    ) -> Accepted:
        """What is accepted for the period itself; ``previous`` says nothing here."""
        with self._engines.reading() as connection:
            return accepted.accepted_in(connection, programme, _period(period), unit or "")

    # --- aggregation --------------------------------------------------------------------

    def term_sums(self, programme_id: str, period: PeriodLike) -> tuple[TermSum, ...]:
        """Each unit's accepted cells of the terms that are simply added."""
        with self._engines.reading() as connection:
            return outcomes.term_sums(connection, programme_id, str(period))

    def term_cells(self, programme_id: str, period: PeriodLike) -> tuple[TermCell, ...]:
        """Each accepted cell of the terms that compare or count, blank ones too."""
        with self._engines.reading() as connection:
            return outcomes.term_cells(connection, programme_id, str(period))

    def column_sums(self, programme_id: str, period: PeriodLike) -> tuple[ColumnSum, ...]:
        """Every numeric column added up over all units, a row key at a time."""
        with self._engines.reading() as connection:
            return outcomes.column_sums(connection, programme_id, str(period))

    def reported(self, programme_id: str, period: PeriodLike) -> Mapping[str, frozenset[str]]:
        """By form, the units whose report counts."""
        with self._engines.reading() as connection:
            return outcomes.reported(connection, programme_id, str(period))

    def replace_results(
        self,
        programme_id: str,
        period: PeriodLike,
        results: Iterable[IndicatorResult],
        *,
        computed_at: datetime,
    ) -> None:
        """Put the results of a month or quarter in place of those it had."""
        with self._engines.writing() as connection:
            outcomes.replace_results(
                connection, programme_id, _period(period), results, computed_at
            )

    def results(
        self, programme_id: str, periods: Iterable[PeriodLike]
    ) -> tuple[IndicatorResult, ...]:
        """The results of the periods, in order of period, indicator and unit."""
        with self._engines.reading() as connection:
            return outcomes.results(connection, programme_id, map(_period, periods))

    def computed_at(
        self, programme_id: str, periods: Iterable[PeriodLike]
    ) -> Mapping[str, datetime]:
        """When the results of the periods were computed, by period; none for one without."""
        with self._engines.reading() as connection:
            return outcomes.computed_at(connection, programme_id, map(_period, periods))

    def periods_after(self, programme_id: str, period: PeriodLike) -> tuple[str, ...]:
        """The periods with results that a revision of this one touches, itself left out."""
        with self._engines.reading() as connection:
            return outcomes.periods_after(connection, programme_id, _period(period))

    # --- to take away -------------------------------------------------------------------

    def export(
        self, programme_id: str, kind: ExportKind, period: PeriodLike | None = None
    ) -> tuple[tuple[ExportColumn, ...], Iterator[tuple[Cell, ...]]]:
        """The columns of an export and its rows, streamed; of all periods, if none is named."""
        return exports.EXPORTS[kind], self._export(programme_id, kind, str(period or ""))

    def _export(
        self, programme_id: str, kind: ExportKind, period: str
    ) -> Iterator[tuple[Cell, ...]]:
        with self._engines.reading() as connection:
            yield from exports.rows(connection, programme_id, kind, period)


def _period(period: PeriodLike) -> Period:
    return period if isinstance(period, Period) else Period.parse(period)
