"""How the rules fare: what became of all they ever found."""

from __future__ import annotations

from sqlalchemy import Connection

from sql.exports import EXPORTS
from sql.query import query
from yuebao.programme.models import Severity
from yuebao.rules.rule_health import RuleHealth

_HEALTH = query("rules_health", **{column.name: column.type for column in EXPORTS["rules-health"]})


def rules_health(
    connection: Connection, programme_id: str, first: str, last: str
) -> tuple[RuleHealth, ...]:
    """Every rule that found an error or a warning in periods that end in ``first`` to ``last``."""
    binds = {"programme": programme_id, "period": "", "first": first, "last": last}
    return tuple(
        RuleHealth(
            form=row.form,
            code=row.code,
            rule=row.rule,
            severity=Severity(row.severity),
            fired=row.fired,
            corrected=row.corrected,
            explained=row.explained,
            open=row.open,
            units=row.units,
        )
        for row in connection.execute(_HEALTH, binds)
    )
