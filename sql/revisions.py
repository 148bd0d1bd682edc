"""Revisions as weighed, the versions held, the answers to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Text, insert, select

from sql.column_types import StoredText, UtcDateTime
from sql.query import query
from sql.revision_tables import audit_revision, audit_revision_decision
from yuebao.results import JudgedSubmission
from yuebao.revisions import Answer, HeldForm, RevisionDecision
from yuebao.rules.period import Period

_HELD = query(
    "held",
    unit=Text(),
    period=Text(),
    form=Text(),
    version=Integer(),
    sha256=Text(),
    file_name=StoredText(),
    arrived_at=UtcDateTime(),
    reasons=StoredText(),
    note=StoredText(),
    cells=Integer(),
)

_RESTATED = query("restated", unit=Text(), restated_at=UtcDateTime())


def record_revisions(
    connection: Connection,
    programme_id: str,
    judged: JudgedSubmission,
    version: int,
    loaded_at: datetime,
) -> None:
    """Note what of the version changes what counted, and the answer that brought it about."""
    loaded = {form.reading.form for form in judged.forms}
    here = {"programme_id": programme_id, "period": judged.period, "unit": judged.unit}
    weighed = [
        here
        | {
            "form": revision.form,
            "version": version,
            "held": revision.is_held,
            "closed": revision.closed,
            "cells": revision.cells,
            "reasons": "\n".join(revision.reasons),
            "note": revision.note,
            "weighed_at": loaded_at,
        }
        for revision in judged.revisions
        if revision.form in loaded
    ]
    if weighed:
        connection.execute(insert(audit_revision), weighed)
    if judged.answered:
        connection.execute(insert(audit_revision_decision), _answers(here, judged.answered))


def _answers(here: dict[str, str], decision: RevisionDecision) -> list[dict[str, Any]]:
    shared = {
        "version": decision.version,
        "answer": decision.answer.value,
        "name": decision.name,
        "remark": decision.remark,
        "decided_at": decision.decided_at,
    }
    return [here | {"form": form} | shared for form in decision.forms]


def held(connection: Connection, programme_id: str, period: str, unit: str) -> tuple[HeldForm, ...]:
    """The forms whose last version waits for the data team; of all periods for none."""
    rows = connection.execute(_HELD, {"programme": programme_id, "period": period, "unit": unit})
    return tuple(
        HeldForm(**{**row._mapping, "reasons": tuple((row.reasons or "").splitlines())})
        for row in rows
    )


def restated_at(
    connection: Connection, programme_id: str, period: Period, unit: str
) -> dict[str, datetime]:
    """By unit, when a form was last accepted for an earlier period after it was for this one."""
    first = Period(period.year, 3 if period.is_quarter else 1, period.is_quarter)
    asked = {
        "programme": programme_id,
        "unit": unit,
        "period": str(period),
        "first": str(first),
        "last": str(period.previous),
    }
    return {row.unit: row.restated_at for row in connection.execute(_RESTATED, asked)}


def answers(connection: Connection, programme_id: str, period: str) -> tuple[RevisionDecision, ...]:
    """The answers given in a period, or in all for none, oldest first, one for each form."""
    table = audit_revision_decision
    wanted = select(table).where(table.c.programme_id == programme_id)
    if period:
        wanted = wanted.where(table.c.period == period)
    rows = connection.execute(wanted.order_by(table.c.decided_at, table.c.unit, table.c.form))
    return tuple(
        RevisionDecision(
            period=row.period,
            unit=row.unit,
            forms=(row.form,),
            version=row.version,
            sha256="",
            answer=Answer(row.answer),
            name=row.name,
            remark=row.remark,
            decided_at=row.decided_at,
        )
        for row in rows
    )
