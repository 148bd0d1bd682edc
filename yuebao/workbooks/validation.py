"""What a cell of a template accepts, and what it says to the clerk: in-cell validation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.workbook import Workbook

from yuebao.programme.models import Column, ColumnType, Measure, Programme
from yuebao.workbooks.prefill import NO, YES

LISTS_SHEET = "_lists"
_INLINE_LIMIT = 250
_TITLE_LIMIT = 32
_MESSAGE_LIMIT = 255
_HUGE = 999_999_999_999
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)

_MEASURES = {
    Measure.FLOW: "填本期新发生的数，不是累计数。",
    Measure.CUMULATIVE: "填1月1日起到本期末的累计数。",
    Measure.STOCK: "填截至本期末的实有数。",
    Measure.CONSTANT: "全年固定的数，各期应一致。",
    Measure.ATTRIBUTE: "",
}


@dataclass(slots=True)
class Lists:
    """The hidden sheet of lists too long for a cell's own validation; each list is kept once."""

    workbook: Workbook
    _places: dict[tuple[str, ...], int] = field(default_factory=dict)

    def source(self, options: tuple[str, ...]) -> list[str] | str:
        """What a list validation takes: the options themselves, or the range that holds them."""
        if len(",".join(options)) <= _INLINE_LIMIT and not any("," in one for one in options):
            return list(options)
        return f"={self._range(options)}"

    def named(self, options: tuple[str, ...]) -> str:
        """The name of the range that holds the options: what a live check can look into."""
        where, name = self._range(options), f"_yuebao_list_{self._places[options]}"
        self.workbook.define_name(name, f"={where}")
        return name

    def write(self) -> None:
        """Write the sheet, behind all others; nothing where no list was asked for."""
        if self._places:
            sheet = self.workbook.add_worksheet(LISTS_SHEET)
            sheet.very_hidden()
            for options, at in self._places.items():
                sheet.write_column(0, at, options)

    def _range(self, options: tuple[str, ...]) -> str:
        at = self._places.setdefault(options, len(self._places))
        return f"{LISTS_SHEET}!{xl_range_abs(0, at, len(options) - 1, at)}"


def cell_validation(
    programme: Programme, unit_code: str, column: Column, lists: Lists
) -> dict[str, Any]:
    """The validation of a column's cells, with its Chinese prompt and error message."""
    accepted, rule = _accepted(programme, unit_code, column, lists)
    measure = _MEASURES[column.measure] if column.is_number else ""
    return accepted | {
        "input_title": _cut(column.path[-1], _TITLE_LIMIT),
        "input_message": _cut(rule + (column.prompt or measure), _MESSAGE_LIMIT),
        "error_title": "填写有误",
        "error_message": _cut(f"“{column.path[-1]}”：{rule}", _MESSAGE_LIMIT),
    }


def choice_validation(options: tuple[str, ...], title: str, message: str) -> dict[str, Any]:
    """A drop-down of a few options outside the tables."""
    return {
        "validate": "list",
        "source": list(options),
        "input_title": _cut(title, _TITLE_LIMIT),
        "input_message": _cut(message, _MESSAGE_LIMIT),
        "error_title": "填写有误",
        "error_message": f"请选择：{'、'.join(options)}。",
    }


def _accepted(
    programme: Programme, unit_code: str, column: Column, lists: Lists
) -> tuple[dict[str, Any], str]:
    if column.is_number:
        return _number(column), _number_rule(column)
    if column.type is ColumnType.DATE:
        limits = {"minimum": _FIRST_DAY, "maximum": _LAST_DAY}
        return {"validate": "date", "criteria": "between"} | limits, "请填日期，如 2023-09-25。"
    if options := list_options(programme, unit_code, column):
        rule = "请从下拉列表选择。" if len(options) > 8 else f"请选择：{'、'.join(options)}。"
        return {"validate": "list", "source": lists.source(options)}, rule
    return {"validate": "any"}, "请填文字。"


def list_options(programme: Programme, unit_code: str, column: Column) -> tuple[str, ...]:
    """What may be chosen in a column; () where it is not a choice.

    A unit without villages of its own (a bureau) may choose among all of the county's.
    """
    if column.type is ColumnType.YES_NO:
        return (YES, NO)
    if column.type is ColumnType.CHOICE:
        return column.choices
    if column.type is ColumnType.TOWNSHIP:
        county = programme.unit(programme.county)
        return (*(unit.name for unit in programme.townships), county.name)
    if column.type is ColumnType.VILLAGE:
        own = programme.villages(unit_code)
        everywhere = (v for town in programme.townships for v in programme.villages(town.code))
        return tuple(village.name for village in own or everywhere)
    return ()


def _number(column: Column) -> dict[str, Any]:
    kind = "integer" if column.type is ColumnType.INTEGER else "decimal"
    if column.minimum is not None and column.maximum is None:
        return {"validate": kind, "criteria": ">=", "value": _float(column.minimum)}
    low = _float(column.minimum) if column.minimum is not None else -_HUGE
    high = _float(column.maximum) if column.maximum is not None else _HUGE
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}


def _number_rule(column: Column) -> str:
    what = "请填整数" if column.type is ColumnType.INTEGER else "请填数字"
    if column.type is ColumnType.PERCENT:
        what = "请填百分数，98%填98"
    measured = f"，单位：{column.unit}" if column.unit and column.unit != "%" else ""
    return (
        f"{what}{measured}{_bounds(column)}。没有的填0，不要留空。"
        if column.required
        else (f"{what}{measured}{_bounds(column)}。")
    )


def _bounds(column: Column) -> str:
    low = f"不小于{column.minimum:f}" if column.minimum is not None else ""
    high = f"不大于{column.maximum:f}" if column.maximum is not None else ""
    return "".join(f"，{bound}" for bound in (low, high) if bound)


def _float(number: Decimal) -> float:
    whole = int(number)
    return whole if whole == number else float(number)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
