"""The warehouse's part for what goes back and forth with clerks: receipts, explanations, rules."""

from __future__ import annotations

from collections.abc import Mapping

from sql import explanations, filed, rule_health
from sql.engine import Engines
from yuebao.reports.receipt import FiledVersion
from yuebao.rules.explaining import FindingPlace, LastExplanation
from yuebao.rules.period import Period
from yuebao.rules.rule_health import RuleHealth


class ExplanationsDesk:
    """What clerks handed in and said of findings; every method is one transaction."""

    _engines: Engines

    def filed_versions(
        self, programme_id: str, unit: str, period: Period | str
    ) -> tuple[FiledVersion, ...]:
        """Every version of a unit and period, oldest first, with what became of each form."""
        with self._engines.reading() as connection:
            return filed.filed_versions(connection, programme_id, unit, str(period))

    def last_explanations(
        self, programme_id: str, unit: str, period: Period | str
    ) -> Mapping[FindingPlace, LastExplanation]:
        """What the unit last said, in earlier periods of the same kind, of findings by place."""
        with self._engines.reading() as connection:
            return explanations.last_explanations(connection, programme_id, unit, str(period))

    def rules_health(
        self, programme_id: str, first: str = "", last: str = ""
    ) -> tuple[RuleHealth, ...]:
        """What became of all errors and warnings, by form and rule.

        Of the periods that end in the months ``first`` to ``last``; of all, where they are empty.
        """
        with self._engines.reading() as connection:
            return rule_health.rules_health(connection, programme_id, first, last)
