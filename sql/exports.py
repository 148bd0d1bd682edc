"""The tables people take away: fixed columns in a fixed order, names beside codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Integer, Text, select
from sqlalchemy.types import TypeEngine

from sql.column_types import ExactDecimal, UtcDateTime
from sql.provenance import CellSought, history_binds
from sql.query import query
from sql.tables import core_programme

ExportKind: TypeAlias = Literal[
    "observations", "issues", "monthly", "quarterly", "explanations", "rules-health", "history"
]
Cell: TypeAlias = str | int | Decimal | None

_BATCH = 2000
_UTC = "UTC"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an export: its name (never changes), what people call it, how it is stored."""

    name: str
    label: str
    type: TypeEngine[Any]


def _text(name: str, label: str) -> ExportColumn:
    return ExportColumn(name, label, Text())


def _whole(name: str, label: str) -> ExportColumn:
    return ExportColumn(name, label, Integer())


def _exact(name: str, label: str) -> ExportColumn:
    return ExportColumn(name, label, ExactDecimal())


def _instant(name: str, label: str) -> ExportColumn:
    return ExportColumn(name, label, UtcDateTime())


_WHOSE = (
    _text("period", "期别"),
    _text("unit_code", "单位代码"),
    _text("unit_name", "单位"),
    _text("form", "表号"),
    _text("form_title", "表名"),
)
_WHERE_FROM = (
    _whole("version", "报送版本"),
    _text("state", "状态"),
    _text("file_name", "文件名"),
    _text("sha256", "文件指纹"),
)
_OBSERVATIONS = (
    *_WHOSE,
    _text("table_id", "分表"),
    _whole("row_number", "行号"),
    _text("row_key", "行代码"),
    _text("row_name", "行名称"),
    _text("column_id", "列代码"),
    _text("column_name", "列名称"),
    _text("measure_unit", "计量单位"),
    _exact("value", "数值"),
    _text("text_value", "文字"),
    _text("raw", "原文"),
    *_WHERE_FROM,
    _text("sheet", "工作表"),
    _text("cell", "单元格"),
    _instant("arrived_at", "到达时间"),
    _exact("submitted_value", "填报数值"),
    _text("submitted_text", "填报文字"),
    _text("correction", "更正号"),
    _text("correction_reason", "更正原因"),
    _text("corrected_by", "更正人"),
)
_ISSUES = (
    *_WHOSE,
    _text("severity", "级别"),
    _text("code", "问题类型"),
    _text("rule", "规则"),
    _text("table_id", "分表"),
    _text("row_key", "行代码"),
    _text("row_name", "行名称"),
    _text("column_id", "列代码"),
    _text("column_name", "列名称"),
    _text("sheet", "工作表"),
    _text("cell", "单元格"),
    _text("value", "现值"),
    _text("expected", "应为"),
    _text("clause", "方案条款"),
    _text("message", "问题"),
    _text("advice", "怎么办"),
    *_WHERE_FROM,
    _instant("arrived_at", "到达时间"),
)
_HISTORY = (
    *_WHOSE,
    _text("table_id", "分表"),
    _whole("row_number", "行号"),
    _text("row_key", "行代码"),
    _text("row_name", "行名称"),
    _text("column_id", "列代码"),
    _text("column_name", "列名称"),
    _text("measure_unit", "计量单位"),
    _text("event", "事项"),
    _exact("value", "数值"),
    _text("text_value", "文字"),
    _text("raw", "原文"),
    _exact("expected_value", "更正前应为数值"),
    _text("expected_text", "更正前应为文字"),
    _whole("version", "报送版本"),
    _text("state", "状态"),
    _text("counts", "现在计数"),
    _text("reason", "更正原因"),
    _text("made_by", "更正人"),
    _text("file_name", "文件名"),
    _text("sha256", "文件指纹"),
    _text("sheet", "工作表"),
    _text("cell", "单元格"),
    _text("correction", "更正号"),
    _instant("arrived_at", "到达时间"),
    _instant("loaded_at", "入库时间"),
)
_EXPLANATIONS = (
    *_WHOSE,
    _text("severity", "级别"),
    _text("code", "问题类型"),
    _text("rule", "规则"),
    _text("table_id", "分表"),
    _text("row_key", "行代码"),
    _text("row_name", "行名称"),
    _text("column_id", "列代码"),
    _text("column_name", "列名称"),
    _text("sheet", "工作表"),
    _text("cell", "单元格"),
    _text("value", "填报值"),
    _text("message", "问题"),
    _text("source", "写在何处"),
    _text("explanation", "说明"),
    _text("filled_by", "填表人"),
    _text("still_found", "问题仍在"),
    *_WHERE_FROM,
    _instant("arrived_at", "到达时间"),
)
_RULES_HEALTH = (
    _text("form", "表号"),
    _text("form_title", "表名"),
    _text("code", "问题类型"),
    _text("rule", "规则"),
    _text("severity", "级别"),
    _whole("fired", "命中"),
    _whole("corrected", "改正"),
    _whole("explained", "说明后通过"),
    _whole("open", "未了"),
    _whole("units", "单位数"),
    _whole("periods", "期数"),
)
_RESULTS = (
    _text("period", "期别"),
    _whole("work", "重点工作"),
    _text("indicator", "指标代码"),
    _text("indicator_name", "指标"),
    _text("clause", "方案条款"),
    _text("measure_unit", "计量单位"),
    _text("unit_code", "单位代码"),
    _text("unit_name", "单位"),
    _exact("value", "完成值"),
    _exact("numerator", "分子"),
    _exact("denominator", "分母"),
    _exact("target", "目标"),
    _text("target_origin", "目标来源"),
    _exact("expected", "序时应完成"),
    _exact("progress", "完成率"),
    _exact("pace_ratio", "序时进度比"),
    _text("colour", "灯色"),
    _exact("needed", "此后每月需完成"),
    _exact("landing", "年末预计"),
    _whole("units_reported", "已报单位数"),
    _whole("units_expected", "应报单位数"),
    _instant("computed_at", "计算时间"),
)

EXPORTS: Mapping[ExportKind, tuple[ExportColumn, ...]] = {
    "observations": _OBSERVATIONS,
    "issues": _ISSUES,
    "monthly": _RESULTS,
    "quarterly": _RESULTS,
    "explanations": _EXPLANATIONS,
    "rules-health": _RULES_HEALTH,
    "history": _HISTORY,
}
_QUERIES: Mapping[ExportKind, str] = {
    "observations": "export_observations",
    "issues": "export_issues",
    "monthly": "export_results",
    "quarterly": "export_results",
    "explanations": "export_explanations",
    "rules-health": "rules_health",
    "history": "value_history",
}


def rows(
    connection: Connection, programme_id: str, kind: ExportKind, period: str
) -> Iterator[tuple[Cell, ...]]:
    """The rows of an export, in an order that never varies; times are the programme's local time.

    Figures are exact Decimals without trailing zeros. All periods, if ``period`` is empty.
    """
    columns = EXPORTS[kind]
    zone = _zone(connection, programme_id)
    statement = query(_QUERIES[kind], **{column.name: column.type for column in columns})
    binds = {"programme": programme_id, "period": period}
    if _QUERIES[kind] == "export_results":
        binds["kind"] = kind
    if _QUERIES[kind] == "rules_health":
        binds |= {"first": "", "last": ""}
    if _QUERIES[kind] == "value_history":
        binds = history_binds(programme_id, CellSought(period=period))
    found = connection.execution_options(yield_per=_BATCH).execute(statement, binds)
    if tuple(found.keys()) != tuple(column.name for column in columns):
        raise AssertionError(f"queries/{_QUERIES[kind]}.sql and EXPORTS are not of one order")
    local = cache(partial(_local, zone=zone))
    for row in found:
        yield tuple([_cell(value, local) for value in row])


def _zone(connection: Connection, programme_id: str) -> ZoneInfo:
    wanted = select(core_programme.c.timezone).where(core_programme.c.id == programme_id)
    return ZoneInfo(connection.execute(wanted).scalar() or _UTC)


def _cell(value: Any, local: Callable[[datetime], str]) -> Cell:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return local(value)
    return value  # type: ignore[no-any-return]


def _local(instant: datetime, *, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros, never in the notation with an exponent."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1))
    return value.normalize()
