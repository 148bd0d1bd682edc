"""A cell no longer repeats what its form version says of it.

Revision 0004, after 0003.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# As in 0001: the types as they lie in the database.
EXACT = sa.Numeric(20, 6).with_variant(sa.BigInteger(), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REPEATED = ("programme_id", "unit", "period", "form", "is_current", "sheet")
KEY = ("form_version_id", "table_id", "position", "column_id")
OWN = (*KEY, "row_key", "value", "text_value", "raw", "cell")
INDEXED = ("programme_id", "period", "form", "table_id", "column_id", "unit")


def upgrade() -> None:
    op.execute("DROP VIEW v_observation")
    op.drop_index("ix_core_observation__current", "core_observation")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_slim()
    else:
        for name in REPEATED:
            op.drop_column("core_observation", name)
    op.execute(f"CREATE VIEW v_observation AS {_in_dialect(_view('v'))}")


def downgrade() -> None:
    op.execute("DROP VIEW v_observation")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_wide()
    else:
        _widen()
    op.create_index(
        "ix_core_observation__current",
        "core_observation",
        [*INDEXED],
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.execute(f"CREATE VIEW v_observation AS {_in_dialect(_view('o'))}")


# --- SQLite makes a table anew; each constraint keeps its name --------------------------------


def _rebuild_slim() -> None:
    op.rename_table("core_observation", "core_observation_wide")
    op.create_table("core_observation", *_own_columns(), *_constraints(), sqlite_with_rowid=False)
    names = ", ".join(OWN)
    op.execute(
        f"INSERT INTO core_observation ({names}) SELECT {names} FROM core_observation_wide"  # noqa: S608
    )
    op.drop_table("core_observation_wide")


def _rebuild_wide() -> None:
    op.rename_table("core_observation", "core_observation_slim")
    op.create_table("core_observation", *_own_columns(), *_repeated_columns(), *_constraints())
    names, own = ", ".join((*OWN, *REPEATED)), ", ".join(f"o.{name}" for name in OWN)
    repeated = ", ".join(f"v.{name}" for name in REPEATED)
    op.execute(
        f"INSERT INTO core_observation ({names}) SELECT {own}, {repeated} "  # noqa: S608
        "FROM core_observation_slim AS o JOIN core_form_version AS v ON v.id = o.form_version_id"
    )
    op.drop_table("core_observation_slim")


def _own_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("form_version_id", SERIAL, nullable=False),
        sa.Column("table_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("column_id", sa.Text(), nullable=False),
        sa.Column("row_key", sa.Text(), server_default="", nullable=False),
        sa.Column("value", EXACT),
        sa.Column("text_value", sa.Text()),
        sa.Column("raw", sa.Text(), server_default="", nullable=False),
        sa.Column("cell", sa.Text(), server_default="", nullable=False),
    ]


def _repeated_columns() -> list[sa.Column[Any]]:
    return [
        *(sa.Column(name, sa.Text(), nullable=False) for name in REPEATED[:4]),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("sheet", sa.Text(), server_default="", nullable=False),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["form_version_id"],
            ["core_form_version.id"],
            name="fk_core_observation__form_version_id",
        ),
        sa.PrimaryKeyConstraint(*KEY, name="pk_core_observation"),
    ]


# --- PostgreSQL --------------------------------------------------------------------------------


def _widen() -> None:
    for column in _repeated_columns():
        column.nullable = True
        op.add_column("core_observation", column)
    said = ", ".join(f"{name} = v.{name}" for name in REPEATED)
    op.execute(
        f"UPDATE core_observation AS o SET {said} FROM core_form_version AS v "  # noqa: S608
        "WHERE v.id = o.form_version_id"
    )
    for name in REPEATED:
        op.alter_column("core_observation", name, nullable=False)


def _view(says: str) -> str:
    """The cells that count, in words; ``says`` is the table that knows whose and when."""
    return f"""
        SELECT
            {says}.programme_id AS "方案", {says}.period AS "期别", u.name AS "单位",
            {says}.form AS "表号", f.title AS "表名",
            COALESCE(r.name, k.label, o.row_key) AS "行", COALESCE(c.label, o.column_id) AS "列",
            COALESCE(c.measure_unit, '') AS "计量单位",
            {{o.value}} AS "数值", o.text_value AS "文字",
            s.file_name AS "文件名", {says}.sheet AS "工作表", o.cell AS "单元格",
            v.version AS "报送版本"
        FROM core_observation AS o
        JOIN core_form_version AS v ON v.id = o.form_version_id
        JOIN raw_submission AS s ON s.id = v.submission_id
        JOIN core_unit AS u ON u.programme_id = {says}.programme_id AND u.code = {says}.unit
        JOIN core_form AS f ON f.programme_id = {says}.programme_id AND f.id = {says}.form
        LEFT JOIN core_column AS c ON c.programme_id = {says}.programme_id
            AND c.form = {says}.form AND c.table_id = o.table_id AND c.column_id = o.column_id
        LEFT JOIN core_row AS k ON k.programme_id = {says}.programme_id
            AND k.form = {says}.form AND k.table_id = o.table_id AND k.row_key = o.row_key
        LEFT JOIN core_unit AS r ON r.programme_id = {says}.programme_id AND r.code = o.row_key
        WHERE {says}.is_current
    """  # noqa: S608


def _in_dialect(select: str) -> str:
    """As in 0001: SQLite keeps figures in millionths, a ``{figure}`` is divided there."""
    divided = " / 1000000.0" if op.get_bind().dialect.name == "sqlite" else ""
    return select.replace("{", "(").replace("}", f"{divided})")
