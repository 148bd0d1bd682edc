"""Which part each cell an indicator looks at plays in its figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from yuebao.programme.models import Indicator, Rollup, Term
from yuebao.rules.rollup import enters
from yuebao.rules.terms import TermCell, content

_COUNTS_ROWS = frozenset(
    {Rollup.SHARE_OF_UNITS, Rollup.SHARE_OF_ROWS, Rollup.COUNT_ROWS, Rollup.COVERAGE}
)
_DIVIDED = _COUNTS_ROWS - {Rollup.COUNT_ROWS} | {Rollup.RATIO}


class Part(StrEnum):
    """What a cell does for a figure."""

    ADDED = "相加"
    NUMERATOR = "分子"
    DENOMINATOR = "分母"
    COUNTED = "本行计数"  # its row is one of those that are counted
    ROW_ONLY = "只计入分母"  # its row is registered, but not one of those that are counted
    LEAST = "最小值"
    COMPARED = "参与比较"
    CONDITION = "条件"  # decides whether its row enters
    BLANK = "空白"
    LEFT_OUT = "不计入"


def parts_of(indicator: Indicator, cells: Sequence[TermCell]) -> tuple[Part, ...]:
    """The part of each cell, in their order."""
    rows: dict[tuple[str, str, str, int], dict[str, TermCell]] = defaultdict(dict)
    for cell in cells:
        rows[_row(cell)][cell.column] = cell
    entering = {key for key, row in rows.items() if _enters(indicator, row)}
    parts = [_part(indicator, cell, is_in=_row(cell) in entering) for cell in cells]
    if indicator.rollup is not Rollup.MINIMUM:
        return tuple(parts)
    compared = [c.value for c, part in zip(cells, parts, strict=True) if part is Part.COMPARED]
    least = min((value for value in compared if value is not None), default=None)
    return tuple(
        Part.LEAST if part is Part.COMPARED and cell.value == least else part
        for cell, part in zip(cells, parts, strict=True)
    )


def _row(cell: TermCell) -> tuple[str, str, str, int]:
    return cell.side, cell.unit, cell.row, cell.position


def _term(indicator: Indicator, cell: TermCell) -> Term:
    if cell.side == "denominator" and indicator.denominator is not None:
        return indicator.denominator
    return indicator.numerator


def _enters(indicator: Indicator, row: dict[str, TermCell]) -> bool:
    return enters(indicator, _term(indicator, next(iter(row.values()))), row)


def _part(indicator: Indicator, cell: TermCell, *, is_in: bool) -> Part:
    if indicator.rollup in _COUNTS_ROWS:
        if is_in:
            return Part.COUNTED
        return Part.ROW_ONLY if indicator.rollup is Rollup.SHARE_OF_ROWS else Part.LEFT_OUT
    if not is_in:
        return Part.LEFT_OUT
    if cell.column not in _term(indicator, cell).columns:
        return Part.CONDITION
    if content(cell) is None or cell.value is None:
        return Part.BLANK
    return _of_number(indicator, cell)


def _of_number(indicator: Indicator, cell: TermCell) -> Part:
    if indicator.rollup is Rollup.MINIMUM:
        return Part.COMPARED
    if indicator.rollup not in _DIVIDED:
        return Part.ADDED
    return Part.NUMERATOR if cell.side == "numerator" else Part.DENOMINATOR
