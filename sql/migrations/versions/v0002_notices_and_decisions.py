"""Notices to be sent, decisions on a month's bulletin, the files issued.

Revision 0002, after 0001.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_notices()
    _create_decisions()


def downgrade() -> None:
    for name in ("audit_issued_file", "audit_decision", "audit_notice"):
        op.drop_table(name)


def _words(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]


def _of_programme(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["programme_id"], ["core_programme.id"], name=f"fk_{table}__programme_id"
    )


def _create_notices() -> None:
    name = "audit_notice"
    op.create_table(
        name,
        *_words("programme_id", "key", "channel", "kind"),
        *_texts("period", "unit", "title", "body"),
        *_words("state"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        *_texts("trouble"),
        _of_programme(name),
        sa.PrimaryKeyConstraint("programme_id", "key", "channel", name=f"pk_{name}"),
    )


def _create_decisions() -> None:
    name, key = "audit_decision", ("programme_id", "period", "number")
    op.create_table(
        name,
        *_words("programme_id", "period"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_words("verdict", "name"),
        *_texts("remark"),
        sa.Column("decided_at", INSTANT, nullable=False),
        *_words("results"),
        _of_programme(name),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
    )
    name = "audit_issued_file"
    op.create_table(
        name,
        *_words("programme_id", "period"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_words("name", "sha256"),
        sa.ForeignKeyConstraint(
            key,
            [f"audit_decision.{column}" for column in key],
            name=f"fk_{name}__{'_'.join(key)}",
        ),
        sa.PrimaryKeyConstraint(*key, "name", name=f"pk_{name}"),
    )
