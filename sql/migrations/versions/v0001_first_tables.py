"""The tables and views of the first version.

Revision 0001, the first.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The types as they lie in the database; sql/column_types.py reads and writes them.
EXACT = sa.Numeric(20, 6).with_variant(sa.BigInteger(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_dimensions()
    _create_form_parts()
    _create_terms_and_obligations()
    _create_raw()
    _create_versions()
    _create_observations()
    _create_issues_and_audit()
    for name in ("out_monthly__indicator", "out_quarterly__indicator"):
        _create_results(name)
    for name, select in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {_in_dialect(select)}")


def downgrade() -> None:
    for name in VIEWS:
        op.execute(f"DROP VIEW {name}")
    for name in (
        "out_quarterly__indicator",
        "out_monthly__indicator",
        "audit_load",
        "core_issue",
        "core_observation",
        "core_form_version",
        "raw_submission",
        "raw_file",
        "core_obligation",
        "core_indicator_term",
        "core_row",
        "core_column",
        "core_indicator",
        "core_form",
        "core_unit",
        "core_programme",
    ):
        op.drop_table(name)


# --- columns and constraints, named as sql/tables.py names them ------------------------------


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]


def _keys(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _counts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in names]


def _flags(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def _instants(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, INSTANT, nullable=False) for name in names]


def _figures(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, EXACT, nullable=True) for name in names]


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}__{'_'.join(columns)}")


def _foreign(table: str, columns: tuple[str, ...], *targets: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, targets, name=f"fk_{table}__{'_'.join(columns)}")


def _of_programme(table: str) -> sa.ForeignKeyConstraint:
    return _foreign(table, ("programme_id",), "core_programme.id")


def _of_unit(table: str) -> sa.ForeignKeyConstraint:
    columns = ("programme_id", "unit")
    return _foreign(table, columns, "core_unit.programme_id", "core_unit.code")


def _of_form(table: str) -> sa.ForeignKeyConstraint:
    columns = ("programme_id", "form")
    return _foreign(table, columns, "core_form.programme_id", "core_form.id")


def _of_indicator(table: str) -> sa.ForeignKeyConstraint:
    columns = ("programme_id", "indicator")
    return _foreign(table, columns, "core_indicator.programme_id", "core_indicator.id")


def _of_submission(table: str) -> sa.ForeignKeyConstraint:
    return _foreign(table, ("submission_id",), "raw_submission.id")


# --- tables ---------------------------------------------------------------------------------


def _create_dimensions() -> None:
    op.create_table(
        "core_programme",
        *_keys("id"),
        *_texts("title", "county"),
        *_counts("year"),
        *_texts("timezone", "version"),
        _primary("core_programme", "id"),
    )
    op.create_table(
        "core_unit",
        *_keys("programme_id", "code"),
        *_texts("name", "short_name", "level", "parent"),
        *_counts("ordinal"),
        _of_programme("core_unit"),
        _primary("core_unit", "programme_id", "code"),
    )
    op.create_table(
        "core_form",
        *_keys("programme_id", "id"),
        *_texts("title", "clause", "frequency"),
        *_counts("ordinal"),
        _of_programme("core_form"),
        _primary("core_form", "programme_id", "id"),
    )
    op.create_table(
        "core_indicator",
        *_keys("programme_id", "id"),
        *_texts("name", "clause"),
        *_counts("work"),
        *_texts("measure_unit", "movement", "rollup"),
        *_counts("ordinal"),
        _of_programme("core_indicator"),
        _primary("core_indicator", "programme_id", "id"),
    )


def _create_form_parts() -> None:
    op.create_table(
        "core_column",
        *_keys("programme_id", "form", "table_id", "column_id"),
        *_texts("label", "measure_unit", "kind"),
        *_counts("ordinal"),
        _of_form("core_column"),
        _primary("core_column", "programme_id", "form", "table_id", "column_id"),
    )
    op.create_table(
        "core_row",
        *_keys("programme_id", "form", "table_id", "row_key"),
        *_texts("label"),
        *_counts("ordinal"),
        _of_form("core_row"),
        _primary("core_row", "programme_id", "form", "table_id", "row_key"),
    )


def _create_terms_and_obligations() -> None:
    term_key = ("programme_id", "indicator", "side", "column_id", "row_key", "filed_by")
    op.create_table(
        "core_indicator_term",
        *_keys(*term_key),
        *_texts("form", "table_id"),
        *_flags("by_cell"),
        _of_indicator("core_indicator_term"),
        _of_form("core_indicator_term"),
        _primary("core_indicator_term", *term_key),
    )
    obligation_key = ("programme_id", "period", "unit", "form")
    op.create_table(
        "core_obligation",
        *_keys(*obligation_key),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_flags("applicable"),
        _of_unit("core_obligation"),
        _of_form("core_obligation"),
        _primary("core_obligation", *obligation_key),
    )


def _create_raw() -> None:
    op.create_table(
        "raw_file",
        *_keys("sha256"),
        *_texts("name"),
        sa.Column("size", sa.Integer(), nullable=True),
        *_instants("first_arrived_at"),
        _primary("raw_file", "sha256"),
    )
    op.create_table(
        "raw_submission",
        sa.Column("id", SERIAL, nullable=False),
        *_keys("programme_id", "unit", "period"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("sha256"),
        *_texts("file_name"),
        *_instants("arrived_at", "loaded_at"),
        *_keys("state"),
        *_flags("is_latest", "is_sample"),
        _foreign("raw_submission", ("sha256",), "raw_file.sha256"),
        _of_unit("raw_submission"),
        _primary("raw_submission", "id"),
        _unique("raw_submission", "programme_id", "period", "unit", "version"),
    )
    op.create_index(
        "ix_raw_submission__programme_id_unit_period_sha256",
        "raw_submission",
        ["programme_id", "unit", "period", "sha256"],
    )


def _create_versions() -> None:
    name = "core_form_version"
    op.create_table(
        name,
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("submission_id", SERIAL, nullable=False),
        *_keys("programme_id", "unit", "period", "form"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("state"),
        *_flags("is_current", "is_latest"),
        *_texts("explanation", "sheet"),
        _of_submission(name),
        _of_form(name),
        _primary(name, "id"),
        _unique(name, "submission_id", "form"),
        _unique(name, "programme_id", "period", "unit", "form", "version"),
    )
    for flag in ("is_current", "is_latest"):
        op.create_index(
            f"uq_core_form_version__{flag}",
            name,
            ["programme_id", "period", "unit", "form"],
            unique=True,
            sqlite_where=sa.text(flag),
            postgresql_where=sa.text(flag),
        )


def _create_observations() -> None:
    name = "core_observation"
    op.create_table(
        name,
        sa.Column("form_version_id", SERIAL, nullable=False),
        *_keys("table_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_keys("column_id"),
        *_texts("row_key"),
        *_keys("programme_id", "unit", "period", "form"),
        *_flags("is_current"),
        *_figures("value"),
        sa.Column("text_value", sa.Text(), nullable=True),
        *_texts("raw", "sheet", "cell"),
        _foreign(name, ("form_version_id",), "core_form_version.id"),
        _primary(name, "form_version_id", "table_id", "position", "column_id"),
    )
    op.create_index(
        "ix_core_observation__current",
        name,
        ["programme_id", "period", "form", "table_id", "column_id", "unit"],
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )


def _create_issues_and_audit() -> None:
    name = "core_issue"
    op.create_table(
        name,
        sa.Column("submission_id", SERIAL, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("form_version_id", SERIAL, nullable=True),
        *_keys("programme_id", "unit", "period", "code", "severity"),
        *_texts("form", "table_id", "row_key", "column_id", "sheet", "cell"),
        *_texts("cells", "value", "expected", "clause", "rule", "message", "advice"),
        *_counts("stage"),
        _of_submission(name),
        _foreign(name, ("form_version_id",), "core_form_version.id"),
        _primary(name, "submission_id", "ordinal"),
    )
    op.create_index("ix_core_issue__form_version_id", name, ["form_version_id"])
    op.create_index(
        "ix_core_issue__programme_id_period_unit", name, ["programme_id", "period", "unit"]
    )
    op.create_table(
        "audit_load",
        sa.Column("submission_id", SERIAL, nullable=False),
        *_keys("form", "action"),
        sa.Column("replaced_version", sa.Integer(), nullable=True),
        *_counts("observations", "issues"),
        *_instants("loaded_at"),
        _of_submission("audit_load"),
        _primary("audit_load", "submission_id", "form"),
    )


def _create_results(name: str) -> None:
    key = ("programme_id", "period", "indicator", "unit")
    op.create_table(
        name,
        *_keys(*key),
        *_figures("value", "numerator", "denominator", "target"),
        *_keys("target_origin"),
        *_figures("expected", "progress", "pace_ratio"),
        *_keys("colour"),
        *_figures("needed", "landing"),
        *_counts("units_expected", "units_reported"),
        *_instants("computed_at"),
        _of_indicator(name),
        _of_unit(name),
        _primary(name, *key),
    )


# --- views for the data team: what counts now, in words --------------------------------------

VIEWS = {
    "v_observation": """
        SELECT
            o.programme_id AS "方案", o.period AS "期别", u.name AS "单位",
            o.form AS "表号", f.title AS "表名",
            COALESCE(r.name, k.label, o.row_key) AS "行", COALESCE(c.label, o.column_id) AS "列",
            COALESCE(c.measure_unit, '') AS "计量单位",
            {o.value} AS "数值", o.text_value AS "文字",
            s.file_name AS "文件名", o.sheet AS "工作表", o.cell AS "单元格",
            v.version AS "报送版本"
        FROM core_observation AS o
        JOIN core_form_version AS v ON v.id = o.form_version_id
        JOIN raw_submission AS s ON s.id = v.submission_id
        JOIN core_unit AS u ON u.programme_id = o.programme_id AND u.code = o.unit
        JOIN core_form AS f ON f.programme_id = o.programme_id AND f.id = o.form
        LEFT JOIN core_column AS c ON c.programme_id = o.programme_id AND c.form = o.form
            AND c.table_id = o.table_id AND c.column_id = o.column_id
        LEFT JOIN core_row AS k ON k.programme_id = o.programme_id AND k.form = o.form
            AND k.table_id = o.table_id AND k.row_key = o.row_key
        LEFT JOIN core_unit AS r ON r.programme_id = o.programme_id AND r.code = o.row_key
        WHERE o.is_current
    """,
    "v_issue": """
        SELECT
            i.programme_id AS "方案", i.period AS "期别", u.name AS "单位",
            i.form AS "表号", COALESCE(f.title, '') AS "表名",
            CASE i.severity WHEN 'error' THEN '错误' WHEN 'warning' THEN '预警' ELSE '提示' END
                AS "级别",
            i.code AS "问题类型", i.message AS "问题", i.advice AS "怎么办",
            i.sheet AS "工作表", i.cell AS "单元格", i.value AS "现值", i.expected AS "应为",
            s.file_name AS "文件名", s.version AS "报送版本"
        FROM core_issue AS i
        JOIN raw_submission AS s ON s.id = i.submission_id
        LEFT JOIN core_form_version AS v ON v.id = i.form_version_id
        JOIN core_unit AS u ON u.programme_id = i.programme_id AND u.code = i.unit
        LEFT JOIN core_form AS f ON f.programme_id = i.programme_id AND f.id = i.form
        WHERE v.is_latest OR (i.form_version_id IS NULL AND s.is_latest)
    """,
    "v_monthly": """
        SELECT
            m.programme_id AS "方案", m.period AS "期别", i.work AS "重点工作",
            m.indicator AS "指标代码", i.name AS "指标", i.measure_unit AS "计量单位",
            u.name AS "单位", {m.value} AS "完成值", {m.target} AS "目标",
            {m.progress} AS "完成率", {m.expected} AS "序时应完成", m.colour AS "灯色",
            {m.landing} AS "年末预计", m.units_reported AS "已报单位数",
            m.units_expected AS "应报单位数"
        FROM out_monthly__indicator AS m
        JOIN core_indicator AS i ON i.programme_id = m.programme_id AND i.id = m.indicator
        JOIN core_unit AS u ON u.programme_id = m.programme_id AND u.code = m.unit
    """,
}


def _in_dialect(select: str) -> str:
    """SQLite keeps figures in millionths: there a ``{figure}`` is divided."""
    divided = " / 1000000.0" if op.get_bind().dialect.name == "sqlite" else ""
    return select.replace("{", "(").replace("}", f"{divided})")
