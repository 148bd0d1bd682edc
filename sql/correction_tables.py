"""The table of the county's corrections."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from sql.column_types import ExactDecimal, Serial, StoredText, UtcDateTime
from sql.tables import metadata


def _required(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, StoredText, nullable=False, server_default="")


# grain: one record of the county's; what was recorded never changes, how it stands does.
# An applied one is bound to the cell it changes: a version that takes that one's place is not
# changed by it until it was held against it again.
core_correction = Table(
    "core_correction",
    metadata,
    Column("programme_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    *map(_required, ("unit", "period", "form", "table_id", "row_key", "column_id")),
    Column("expected_value", ExactDecimal),
    Column("expected_text", StoredText),
    Column("value", ExactDecimal),
    Column("text_value", StoredText),
    *map(_text, ("reason", "made_by")),
    Column("made_on", Date, nullable=False),
    Column("withdraws", Boolean, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    *map(_text, ("file_name", "sha256")),
    Column("line", Integer, nullable=False, server_default="0"),
    _required("state"),
    _text("found"),
    Column("form_version_id", Serial, ForeignKey("core_form_version.id")),
    Column("position", Integer),
    ForeignKeyConstraint(["programme_id", "unit"], ["core_unit.programme_id", "core_unit.code"]),
    ForeignKeyConstraint(["programme_id", "form"], ["core_form.programme_id", "core_form.id"]),
    UniqueConstraint("form_version_id", "table_id", "position", "column_id"),
    Index(None, "programme_id", "period", "unit"),
)
