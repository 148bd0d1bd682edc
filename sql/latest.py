"""The last moment on record: what comes next is not to be recorded as of an earlier one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from sql.correction_tables import core_correction
from sql.revision_tables import audit_closing, audit_revision_decision
from sql.tables import out_monthly__indicator, out_quarterly__indicator, raw_submission

_MOMENTS = (
    (raw_submission, raw_submission.c.loaded_at),
    (out_monthly__indicator, out_monthly__indicator.c.computed_at),
    (out_quarterly__indicator, out_quarterly__indicator.c.computed_at),
    (core_correction, core_correction.c.recorded_at),
    (audit_revision_decision, audit_revision_decision.c.decided_at),
    (audit_closing, audit_closing.c.at),
)


def last_recorded_at(connection: Connection, programme_id: str) -> datetime | None:
    """When something was last loaded, computed, corrected, decided or closed; None for nothing."""
    found: list[datetime | None] = [
        connection.execute(
            select(func.max(moment)).where(table.c.programme_id == programme_id)
        ).scalar()
        for table, moment in _MOMENTS
    ]
    return max((moment for moment in found if moment is not None), default=None)
