"""The table of the explanations ledger."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from sql.column_types import Serial, StoredText
from sql.tables import metadata


def _text(name: str) -> Column[str]:
    return Column(name, StoredText, nullable=False, server_default="")


# grain: what one submission says of one finding in one place; never changed, never removed
core_explanation = Table(
    "core_explanation",
    metadata,
    Column("submission_id", Serial, ForeignKey("raw_submission.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    *(
        Column(name, Text, nullable=False)
        for name in ("programme_id", "unit", "period", "code", "severity", "source")
    ),
    *map(_text, ("form", "table_id", "row_key", "column_id", "sheet", "cell")),
    *map(_text, ("value", "rule", "message", "explanation", "filled_by")),
    Column("is_standing", Boolean, nullable=False),  # still found in the version that explains it
    Index(None, "programme_id", "unit", "period"),
)
