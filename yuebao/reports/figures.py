"""The figures of a plan item as one line of text, for forms that quote them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from yuebao.programme.models import Indicator, Programme
from yuebao.reports.numbers import BY_HAND
from yuebao.results import IndicatorResult, TargetOrigin


def item_figures(programme: Programme, results: Iterable[IndicatorResult]) -> dict[str, str]:
    """By item id: each of its indicators with value and target, county level.

    An indicator belongs to the item of its clause. Items without figures are left out.
    """
    county = {result.indicator: result for result in results if result.unit == programme.county}
    lines: dict[str, list[str]] = {}
    for item in programme.items:
        for indicator in programme.indicators:
            result = county.get(indicator.id)
            if indicator.clause == item.clause and result is not None:
                lines.setdefault(item.id, []).append(_line(indicator, result))
    return {item: "；".join(parts) for item, parts in lines.items()}


def _line(indicator: Indicator, result: IndicatorResult) -> str:
    unit = indicator.unit
    if result.value is None:
        return f"{indicator.name} 尚无数据"
    text = f"{indicator.name} {_plain(result.value)}{unit}"
    if result.target is not None:
        by_hand = f"，{BY_HAND}" if result.target_origin is TargetOrigin.OVERRIDE else ""
        text += f"（目标 {_plain(result.target)}{unit}{by_hand}）"
    return text


def _plain(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01"))
    return f"{rounded.normalize():f}" if rounded else "0"
