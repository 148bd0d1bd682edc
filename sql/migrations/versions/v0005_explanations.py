"""What clerks said of findings.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As in 0001: the types as they lie in the database.
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REQUIRED = ("programme_id", "unit", "period", "code", "severity", "source")
TEXTS = (
    "form", "table_id", "row_key", "column_id", "sheet", "cell", "value", "rule", "message",
    "explanation", "filled_by",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "core_explanation",
        sa.Column("submission_id", SERIAL, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in REQUIRED),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in TEXTS),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["raw_submission.id"], name="fk_core_explanation__submission_id"
        ),
        sa.PrimaryKeyConstraint("submission_id", "ordinal", name="pk_core_explanation"),
    )
    op.create_index(
        "ix_core_explanation__programme_id_unit_period",
        "core_explanation",
        ["programme_id", "unit", "period"],
    )


def downgrade() -> None:
    op.drop_table("core_explanation")
