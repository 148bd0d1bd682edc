"""The view of monthly results says where a target comes from, as the bulletin does.

Revision 0010, after 0009.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ORIGIN = """,
            CASE m.target_origin WHEN 'plan' THEN '方案' WHEN 'rule' THEN '规则分解'
                WHEN 'override' THEN '人工调整' ELSE '' END AS "目标来源"
"""


def upgrade() -> None:
    _make_view(_ORIGIN)


def downgrade() -> None:
    _make_view("")


def _make_view(more: str) -> None:
    """The results of 0001 in words; ``more`` columns at the end."""
    op.execute("DROP VIEW v_monthly")
    op.execute(f"""
        CREATE VIEW v_monthly AS SELECT
            m.programme_id AS "方案", m.period AS "期别", i.work AS "重点工作",
            m.indicator AS "指标代码", i.name AS "指标", i.measure_unit AS "计量单位",
            u.name AS "单位", {_figure("value")} AS "完成值", {_figure("target")} AS "目标",
            {_figure("progress")} AS "完成率", {_figure("expected")} AS "序时应完成",
            m.colour AS "灯色", {_figure("landing")} AS "年末预计",
            m.units_reported AS "已报单位数", m.units_expected AS "应报单位数"{more}
        FROM out_monthly__indicator AS m
        JOIN core_indicator AS i ON i.programme_id = m.programme_id AND i.id = m.indicator
        JOIN core_unit AS u ON u.programme_id = m.programme_id AND u.code = m.unit
    """)  # noqa: S608


def _figure(column: str) -> str:
    """As in 0001: SQLite keeps figures in millionths."""
    divided = " / 1000000.0" if op.get_bind().dialect.name == "sqlite" else ""
    return f"(m.{column}{divided})"
