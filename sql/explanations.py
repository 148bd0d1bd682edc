"""The ledger of explanations: what clerks said of findings, and what they said the last time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Text, insert, select

from sql.explanation_tables import core_explanation
from sql.ledger import issue_of
from sql.load_notes import Arrival
from sql.query import query
from sql.tables import core_issue
from yuebao.findings import Issue, finding_id
from yuebao.results import JudgedForm
from yuebao.rules.explaining import (
    Explanation,
    FindingPlace,
    LastExplanation,
    explanations_of,
    finding_place,
    says_same_again,
    written_beside,
)

_LAST = query(
    "last_explanations",
    form=Text(),
    code=Text(),
    rule=Text(),
    table_id=Text(),
    row_key=Text(),
    column_id=Text(),
    period=Text(),
    explanation=Text(),
)


def record_explanations(
    connection: Connection, arrival: Arrival, forms: Sequence[JudgedForm], of_file: Sequence[Issue]
) -> None:
    """Enter what the file explains of its findings, or of those of an earlier version."""
    beside = written_beside(forms)
    if not beside and not any(form.reading.explanation.strip() for form in forms):
        return
    now = {finding_id(i) for i in (*of_file, *(i for form in forms for i in form.issues))}
    earlier = _earlier(connection, arrival) if set(beside) - now else {}
    known = _entered(connection, arrival) if earlier else frozenset()
    given = (
        one
        for one in explanations_of(forms, of_file, earlier)
        if one.standing or (finding_place(one.issue), one.text) not in known
    )
    rows = [_row(arrival, ordinal, one) for ordinal, one in enumerate(given)]
    if rows:
        connection.execute(insert(core_explanation), rows)


def last_explanations(
    connection: Connection, programme_id: str, unit: str, period: str
) -> Mapping[FindingPlace, LastExplanation]:
    """The newest word on each finding in the unit's earlier periods of the same kind.

    A word that only says 同上次 leaves the one before it standing.
    """
    binds = {"programme": programme_id, "unit": unit, "period": period}
    found: dict[FindingPlace, LastExplanation] = {}
    for row in connection.execute(_LAST, binds):
        if not says_same_again(row.explanation):
            place = (row.form, row.code, row.rule, row.table_id, row.row_key, row.column_id)
            found[place] = LastExplanation(row.period, row.explanation)
    return found


def _earlier(connection: Connection, arrival: Arrival) -> dict[str, Issue]:
    """The findings of the unit's versions of the period by id, the newest of each."""
    table = core_issue
    wanted = (
        select(table)
        .where(
            table.c.programme_id == arrival.programme_id,
            table.c.period == arrival.period,
            table.c.unit == arrival.unit,
        )
        .order_by(table.c.submission_id, table.c.ordinal)
    )
    issues = (issue_of(row) for row in connection.execute(wanted))
    return {finding_id(issue): issue for issue in issues}


def _entered(connection: Connection, arrival: Arrival) -> frozenset[tuple[FindingPlace, str]]:
    """What earlier versions said: a return carries it along after the finding is corrected."""
    table = core_explanation
    places = ("form", "code", "rule", "table_id", "row_key", "column_id")
    wanted = select(*(table.c[name] for name in places), table.c.explanation).where(
        table.c.programme_id == arrival.programme_id,
        table.c.period == arrival.period,
        table.c.unit == arrival.unit,
    )
    return frozenset(
        ((f, c, r, t, w, n), text) for f, c, r, t, w, n, text in connection.execute(wanted)
    )


def _row(arrival: Arrival, ordinal: int, given: Explanation) -> dict[str, Any]:
    issue = given.issue
    same_named = ("code", "form", "sheet", "cell", "value", "rule", "message")
    return {name: getattr(issue, name) for name in same_named} | {
        "submission_id": arrival.id,
        "ordinal": ordinal,
        "programme_id": arrival.programme_id,
        "unit": arrival.unit,
        "period": arrival.period,
        "severity": issue.severity.value,
        "table_id": issue.table,
        "row_key": issue.row,
        "column_id": issue.column,
        "source": given.source.value,
        "explanation": given.text,
        "filled_by": given.filled_by,
        "is_standing": given.standing,
    }
