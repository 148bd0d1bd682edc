"""Whether a rule finds faults or mostly takes the clerks' time: what became of its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from yuebao.programme.models import Severity

MOSTLY = Decimal("0.7")  # of a rule's findings explained away: a candidate for a mere notice
AT_LEAST = 5  # findings, before anything is said of a rule


@dataclass(frozen=True, slots=True)
class RuleHealth:
    """What became of the findings of one rule in one form.

    A finding of one place, unit and period counts once, however many versions it was found in:
    ``corrected`` where the form's last version is without it, ``explained`` where it is accepted
    with it, ``open`` where it still stands returned.
    """

    form: str
    code: str
    rule: str
    severity: Severity
    fired: int
    corrected: int
    explained: int
    open: int
    units: int

    @property
    def explained_share(self) -> Decimal:
        """The part of all findings that was explained away, 0 to 1."""
        return Decimal(self.explained) / self.fired if self.fired else Decimal(0)


def candidates_for_downgrading(
    rules: Iterable[RuleHealth], *, mostly: Decimal = MOSTLY, at_least: int = AT_LEAST
) -> tuple[RuleHealth, ...]:
    """The rules that mostly get explained away, the most often explained first."""
    found = [rule for rule in rules if rule.fired >= at_least and rule.explained_share >= mostly]
    return tuple(sorted(found, key=lambda rule: (-rule.explained, rule.form, rule.code, rule.rule)))
