"""The warehouse's part for what clerks said of findings, and what became of the rules' findings."""

from __future__ import annotations

from collections.abc import Mapping

from sql import explanations, rule_health
from sql.engine import Engines
from yuebao.rules.explaining import FindingPlace, LastExplanation
from yuebao.rules.period import Period
from yuebao.rules.rule_health import RuleHealth


class ExplanationsDesk:
    """The ledger of explanations; every method is one transaction."""

    _engines: Engines

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
