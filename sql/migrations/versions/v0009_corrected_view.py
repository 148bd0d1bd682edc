"""The view of values shows what counts, and beside it what was handed in where it was corrected.

Revision 0009, after 0008.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COUNTED = (
    "CASE WHEN x.id IS NULL THEN {o.value} ELSE {x.value} END",
    "CASE WHEN x.id IS NULL THEN o.text_value ELSE x.text_value END",
)
_SUBMITTED = ("{o.value}", "o.text_value")
_MORE = """,
            {o.value} AS "填报数值", o.text_value AS "填报文字",
            COALESCE(x.reason, '') AS "更正原因", COALESCE(x.made_by, '') AS "更正人"
"""
_CORRECTION = """
        LEFT JOIN core_correction AS x ON x.form_version_id = o.form_version_id
            AND x.table_id = o.table_id AND x.position = o.position AND x.column_id = o.column_id
"""


def upgrade() -> None:
    op.execute("DROP VIEW v_observation")
    op.execute(f"CREATE VIEW v_observation AS {_in_dialect(_view(*_COUNTED, _MORE, _CORRECTION))}")


def downgrade() -> None:
    op.execute("DROP VIEW v_observation")
    op.execute(f"CREATE VIEW v_observation AS {_in_dialect(_view(*_SUBMITTED, '', ''))}")


def _view(value: str, words: str, more: str, joined: str) -> str:
    """The cells that count, in words, as in 0004; ``more`` columns of what is ``joined``."""
    return f"""
        SELECT
            v.programme_id AS "方案", v.period AS "期别", u.name AS "单位",
            v.form AS "表号", f.title AS "表名",
            COALESCE(r.name, k.label, o.row_key) AS "行", COALESCE(c.label, o.column_id) AS "列",
            COALESCE(c.measure_unit, '') AS "计量单位",
            {value} AS "数值", {words} AS "文字",
            s.file_name AS "文件名", v.sheet AS "工作表", o.cell AS "单元格",
            v.version AS "报送版本"{more}
        FROM core_observation AS o
        JOIN core_form_version AS v ON v.id = o.form_version_id
        JOIN raw_submission AS s ON s.id = v.submission_id
        JOIN core_unit AS u ON u.programme_id = v.programme_id AND u.code = v.unit
        JOIN core_form AS f ON f.programme_id = v.programme_id AND f.id = v.form
        LEFT JOIN core_column AS c ON c.programme_id = v.programme_id
            AND c.form = v.form AND c.table_id = o.table_id AND c.column_id = o.column_id
        LEFT JOIN core_row AS k ON k.programme_id = v.programme_id
            AND k.form = v.form AND k.table_id = o.table_id AND k.row_key = o.row_key
        LEFT JOIN core_unit AS r ON r.programme_id = v.programme_id AND r.code = o.row_key
        {joined}
        WHERE v.is_current
    """  # noqa: S608


def _in_dialect(select: str) -> str:
    """As in 0001: SQLite keeps figures in millionths, a ``{figure}`` is divided there."""
    divided = " / 1000000.0" if op.get_bind().dialect.name == "sqlite" else ""
    return select.replace("{", "(").replace("}", f"{divided})")
