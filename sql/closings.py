"""Closings and reopenings of periods: appended, never overwritten."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from sql.revision_tables import audit_closing
from yuebao.rules.closing import ClosingStep, Step


def record(connection: Connection, programme_id: str, step: ClosingStep) -> None:
    """Append the step under the period's next number."""
    table = audit_closing
    last = select(func.max(table.c.number)).where(
        table.c.programme_id == programme_id, table.c.period == step.period
    )
    connection.execute(
        insert(table),
        {
            "programme_id": programme_id,
            "period": step.period,
            "number": (connection.execute(last).scalar() or 0) + 1,
            "step": step.step.value,
            "unit": step.unit,
            "form": step.form,
            "until_on": step.until_on,
            "name": step.name,
            "reason": step.reason,
            "at": step.at,
        },
    )


def closings(connection: Connection, programme_id: str, period: str) -> tuple[ClosingStep, ...]:
    """What was done to the period, oldest first; to every period for none."""
    table = audit_closing
    wanted = select(table).where(table.c.programme_id == programme_id)
    if period:
        wanted = wanted.where(table.c.period == period)
    return tuple(
        ClosingStep(
            period=row.period,
            step=Step(row.step),
            name=row.name,
            reason=row.reason,
            at=row.at,
            unit=row.unit,
            form=row.form,
            until_on=row.until_on,
        )
        for row in connection.execute(wanted.order_by(table.c.period, table.c.number))
    )
