"""The county's corrections.

Revision 0006, after 0005.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# As in 0001: the types as they lie in the database.
EXACT = sa.Numeric(20, 6).with_variant(sa.BigInteger(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "core_correction"
CELL = ("form_version_id", "table_id", "position", "column_id")


def upgrade() -> None:
    op.create_table(
        TABLE,
        *_words("programme_id", "id", "unit", "period", "form", "table_id", "row_key", "column_id"),
        sa.Column("expected_value", EXACT),
        sa.Column("expected_text", sa.Text()),
        sa.Column("value", EXACT),
        sa.Column("text_value", sa.Text()),
        *_texts("reason", "made_by"),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        *_texts("file_name", "sha256"),
        sa.Column("line", sa.Integer(), server_default="0", nullable=False),
        *_words("state"),
        *_texts("found"),
        sa.Column("form_version_id", SERIAL),
        sa.Column("position", sa.Integer()),
        *_keys(),
    )
    columns = ("programme_id", "period", "unit")
    op.create_index(f"ix_{TABLE}__{'_'.join(columns)}", TABLE, [*columns])


def downgrade() -> None:
    op.drop_table(TABLE)


def _words(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]


def _keys() -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["programme_id", "unit"],
            ["core_unit.programme_id", "core_unit.code"],
            name=f"fk_{TABLE}__programme_id_unit",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "form"],
            ["core_form.programme_id", "core_form.id"],
            name=f"fk_{TABLE}__programme_id_form",
        ),
        sa.ForeignKeyConstraint(
            ["form_version_id"], ["core_form_version.id"], name=f"fk_{TABLE}__form_version_id"
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=f"pk_{TABLE}"),
        sa.UniqueConstraint(*CELL, name=f"uq_{TABLE}__{'_'.join(CELL)}"),
    ]
