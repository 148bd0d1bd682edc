"""The tables of the data team's desk: notices to be sent, decisions on a month's bulletin."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Integer, Table, Text

from sql.column_types import StoredText, UtcDateTime
from sql.tables import metadata


def _text(name: str) -> Column[str]:
    return Column(name, StoredText, nullable=False, server_default="")


def _keys(*names: str) -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in names]


# grain: one message on one channel; the key says the same thing once, so it is sent once
audit_notice = Table(
    "audit_notice",
    metadata,
    *_keys("programme_id", "key", "channel"),
    Column("kind", Text, nullable=False),
    _text("period"),
    _text("unit"),  # '' is the data team
    _text("title"),
    _text("body"),
    Column("state", Text, nullable=False),  # waiting, sending, sent
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _text("trouble"),
    ForeignKeyConstraint(["programme_id"], ["core_programme.id"]),
)

# grain: one decision on one period's bulletin, counted from 1; nothing is overwritten
audit_decision = Table(
    "audit_decision",
    metadata,
    *_keys("programme_id", "period"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("verdict", Text, nullable=False),  # approved, returned
    Column("name", StoredText, nullable=False),
    _text("remark"),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("results", Text, nullable=False),  # digest of the results decided on
    ForeignKeyConstraint(["programme_id"], ["core_programme.id"]),
)

audit_issued_file = Table(
    "audit_issued_file",
    metadata,
    *_keys("programme_id", "period"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    ForeignKeyConstraint(
        ["programme_id", "period", "number"],
        ["audit_decision.programme_id", "audit_decision.period", "audit_decision.number"],
    ),
)
