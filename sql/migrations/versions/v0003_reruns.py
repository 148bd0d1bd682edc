"""What was run again, by whom and why.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As in 0001: the types as they lie in the database.
INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXTS = ("unit", "form", "mode", "asked_by", "reason", "run", "before", "after")


def upgrade() -> None:
    op.create_table(
        "audit_rerun",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("programme_id", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in TEXTS),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("ran_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_rerun"),
    )
    op.create_index(
        "ix_audit_rerun__programme_id_period", "audit_rerun", ["programme_id", "period"]
    )


def downgrade() -> None:
    op.drop_table("audit_rerun")
