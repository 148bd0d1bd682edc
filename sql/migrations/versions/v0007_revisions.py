"""Revisions as weighed, the answers to those held, closings and reopenings.

Revision 0007, after 0006.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
FORM_VERSION = ("programme_id", "period", "unit", "form")


def upgrade() -> None:
    _create(
        "audit_revision",
        FORM_VERSION,
        "version",
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        *_texts("reasons", "note"),
        sa.Column("weighed_at", INSTANT, nullable=False),
    )
    _create(
        "audit_revision_decision",
        FORM_VERSION,
        "version",
        sa.Column("answer", sa.Text(), nullable=False),
        *_texts("name", "remark"),
        sa.Column("decided_at", INSTANT, nullable=False),
    )
    _create(
        "audit_closing",
        ("programme_id", "period"),
        "number",
        sa.Column("step", sa.Text(), nullable=False),
        *_texts("unit", "form"),
        sa.Column("until_on", sa.Date(), nullable=True),
        *_texts("name", "reason"),
        sa.Column("at", INSTANT, nullable=False),
    )


def downgrade() -> None:
    for name in ("audit_closing", "audit_revision_decision", "audit_revision"):
        op.drop_table(name)


def _create(name: str, words: tuple[str, ...], counter: str, *columns: sa.Column[Any]) -> None:
    """A table counted by its words and a counter."""
    op.create_table(
        name,
        *(sa.Column(word, sa.Text(), nullable=False) for word in words),
        sa.Column(counter, sa.Integer(), autoincrement=False, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["programme_id"], ["core_programme.id"], name=f"fk_{name}__programme_id"
        ),
        sa.PrimaryKeyConstraint(*words, counter, name=f"pk_{name}"),
    )


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]
