"""The trace of every re-run: who asked for it, when, why, and what it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields

from sqlalchemy import Connection, insert, select

from sql.records import RerunRecord
from sql.tables import audit_rerun

_FIELDS = tuple(field.name for field in fields(RerunRecord))


def record_reruns(
    connection: Connection, programme_id: str, records: Iterable[RerunRecord]
) -> None:
    """Note the re-runs; nothing noted before is touched."""
    rows = [asdict(record) | {"programme_id": programme_id} for record in records]
    if rows:
        connection.execute(insert(audit_rerun), rows)


def reruns(connection: Connection, programme_id: str, period: str) -> tuple[RerunRecord, ...]:
    """The re-runs of a period, newest first."""
    rows = connection.execute(
        select(*(audit_rerun.c[name] for name in _FIELDS))
        .where(audit_rerun.c.programme_id == programme_id, audit_rerun.c.period == period)
        .order_by(audit_rerun.c.id.desc())
    )
    return tuple(RerunRecord(**row._mapping) for row in rows)
