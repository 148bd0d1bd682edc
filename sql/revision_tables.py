"""The tables of what changed what counted: revisions as weighed, answers, closings."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKeyConstraint, Integer, Table, Text

from sql.column_types import StoredText, UtcDateTime
from sql.tables import metadata


def _text(name: str) -> Column[str]:
    return Column(name, StoredText, nullable=False, server_default="")


def _keys(*names: str) -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in names]


def _version() -> Column[int]:
    return Column("version", Integer, primary_key=True, autoincrement=False)


# grain: one form of one version that changes accepted values, or came after its period was closed
audit_revision = Table(
    "audit_revision",
    metadata,
    *_keys("programme_id", "period", "unit", "form"),
    _version(),
    Column("held", Boolean, nullable=False),
    Column("closed", Boolean, nullable=False),  # held because the period is closed
    Column("cells", Integer, nullable=False),
    _text("reasons"),  # a line each
    _text("note"),  # the note of impact, markdown
    Column("weighed_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["programme_id"], ["core_programme.id"]),
)

# grain: the answer to one held form of one version
audit_revision_decision = Table(
    "audit_revision_decision",
    metadata,
    *_keys("programme_id", "period", "unit", "form"),
    _version(),
    Column("answer", Text, nullable=False),  # 同意, 不同意
    _text("name"),
    _text("remark"),
    Column("decided_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["programme_id"], ["core_programme.id"]),
)

# grain: one closing or reopening of a period, counted from 1; nothing is overwritten
audit_closing = Table(
    "audit_closing",
    metadata,
    *_keys("programme_id", "period"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("step", Text, nullable=False),  # 定稿, 重开
    _text("unit"),  # '' for all
    _text("form"),  # '' for all
    Column("until_on", Date),
    _text("name"),
    _text("reason"),
    Column("at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["programme_id"], ["core_programme.id"]),
)
