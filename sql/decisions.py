"""Decisions on bulletins: appended, never overwritten."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, insert, select

from sql.desk_tables import audit_decision, audit_issued_file
from yuebao.decision import Decision, IssuedFile, Verdict


def record(connection: Connection, programme_id: str, decision: Decision) -> Decision:
    """Append the decision under the period's next number; returns it as recorded."""
    known = decisions(connection, programme_id, decision.period)
    kept = replace(decision, number=len(known) + 1)
    key = {"programme_id": programme_id, "period": kept.period, "number": kept.number}
    connection.execute(
        insert(audit_decision),
        {
            **key,
            "verdict": kept.verdict.value,
            "name": kept.name,
            "remark": kept.remark,
            "decided_at": kept.decided_at,
            "results": kept.results,
        },
    )
    files = [{**key, "name": file.name, "sha256": file.sha256} for file in kept.files]
    if files:
        connection.execute(insert(audit_issued_file), files)
    return kept


def decisions(connection: Connection, programme_id: str, period: str) -> tuple[Decision, ...]:
    """All decisions on the period's bulletin, oldest first."""
    files = _files(connection, programme_id, period)
    table = audit_decision
    wanted = (
        select(table)
        .where(table.c.programme_id == programme_id, table.c.period == period)
        .order_by(table.c.number)
    )
    return tuple(
        Decision(
            period=row.period,
            number=row.number,
            verdict=Verdict(row.verdict),
            name=row.name,
            remark=row.remark,
            decided_at=row.decided_at,
            results=row.results,
            files=tuple(files.get(row.number, ())),
        )
        for row in connection.execute(wanted)
    )


def _files(connection: Connection, programme_id: str, period: str) -> dict[int, list[IssuedFile]]:
    table = audit_issued_file
    wanted = (
        select(table)
        .where(table.c.programme_id == programme_id, table.c.period == period)
        .order_by(table.c.number, table.c.name)
    )
    found: dict[int, list[IssuedFile]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.number, []).append(IssuedFile(row.name, row.sha256))
    return found
