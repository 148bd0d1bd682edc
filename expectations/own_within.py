"""Own expectations within a row: filled, in range, adding up, in bounds, in order, consistent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from expectations import predicates as p
from expectations.row_expectation import ROWS, Columns, RowExpectation, RowMetric, number
from yuebao.programme.models import Operator

_KEYS = ("mostly", ROWS)


class RequiredMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_required"
    condition_value_keys = (ROWS, "required")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        return not p.unfilled(cells, asked["required"])


class ExpectRequiredCellsToBeFilled(RowExpectation):
    """Each required cell holds a value; a cell that could not be read is not asked again."""

    required: list[str]
    map_metric: ClassVar[str] = RequiredMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "required")


class LimitsMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_limits"
    condition_value_keys = (ROWS, "limited", "minimum", "maximum")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        least, most = number(asked["minimum"]), number(asked["maximum"])
        return not p.outside(cells, asked["limited"], least, most)

    @classmethod
    def held(cls, columns: Columns, asked: Mapping[str, Any]) -> list[bool]:
        least, most = number(asked["minimum"]), number(asked["maximum"])
        limited = [p.within(columns[name], least, most) for name in asked["limited"]]
        return list(map(all, zip(*limited, strict=True)))


class ExpectCellsToBeWithinLimits(RowExpectation):
    """Each of the cells lies between minimum and maximum, both included."""

    limited: list[str]
    minimum: str | None = None
    maximum: str | None = None
    map_metric: ClassVar[str] = LimitsMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "limited", "minimum", "maximum")


class UsualMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_usual"
    condition_value_keys = (ROWS, "when", "limited", "minimum", "maximum")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        if asked["when"] and not _met(cells, asked["when"]):
            return True
        return LimitsMetric.holds(cells, asked)


class ExpectCellsToBeUsual(RowExpectation):
    """Where ``when`` holds (always, if absent), the cells lie in their usual range."""

    when: dict[str, str] | None = None
    limited: list[str]
    minimum: str | None = None
    maximum: str | None = None
    map_metric: ClassVar[str] = UsualMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "when", "limited", "minimum", "maximum")


class PartsMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_parts_total"
    condition_value_keys = (ROWS, "total", "plus", "minus", "tolerance")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        expected = p.parts_sum(cells, asked["plus"], asked["minus"] or ())
        return not p.differs(cells[asked["total"]], expected, Decimal(asked["tolerance"] or 0))


class ExpectPartsToSumToTotal(RowExpectation):
    """total = Σ plus − Σ minus, within tolerance."""

    total: str
    plus: list[str]
    minus: list[str] | None = None
    tolerance: str | None = None
    map_metric: ClassVar[str] = PartsMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "total", "plus", "minus", "tolerance")


class BoundMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_at_most"
    condition_value_keys = (ROWS, "part", "of", "factor", "factor_by_row", "tolerance")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        by_row = asked["factor_by_row"] or {}
        factor = p.factor_of(cells, Decimal(asked["factor"] or 1), by_row)
        limit = p.bound(cells, asked["of"], factor)
        return not p.exceeds(cells[asked["part"]], limit, Decimal(asked["tolerance"] or 0))


class ExpectPartToBeAtMostProduct(RowExpectation):
    """part ≤ product of the columns × factor (a factor by row key, where given)."""

    part: str
    of: list[str]
    factor: str | None = None
    factor_by_row: dict[str, str] | None = None
    tolerance: str | None = None
    map_metric: ClassVar[str] = BoundMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (
        *_KEYS,
        "part",
        "of",
        "factor",
        "factor_by_row",
        "tolerance",
    )


class OrderMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_order"
    condition_value_keys = (ROWS, "chain")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        return not p.out_of_order(cells, asked["chain"])


class ExpectColumnsToBeInOrder(RowExpectation):
    """Each column of the chain ≤ the next; blanks are passed over."""

    chain: list[str]
    map_metric: ClassVar[str] = OrderMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "chain")


class TypedRateMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_typed_rate"
    condition_value_keys = (ROWS, "rate", "numerator", "denominator", "tolerance")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        expected = p.computed_rate(cells, asked["numerator"], asked["denominator"])
        return not p.differs(cells[asked["rate"]], expected, Decimal(asked["tolerance"] or 0))


class ExpectTypedRateToEqualComputedRate(RowExpectation):
    """The typed rate = numerator / denominator × 100, within tolerance (percentage points)."""

    rate: str
    numerator: str
    denominator: str
    tolerance: str | None = None
    map_metric: ClassVar[str] = TypedRateMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (
        *_KEYS,
        "rate",
        "numerator",
        "denominator",
        "tolerance",
    )


class RatioMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_ratio"
    condition_value_keys = (ROWS, "numerator", "denominator", "scale", "minimum", "maximum")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        scale = Decimal(asked["scale"] or 1)
        value = p.ratio(cells, asked["numerator"], asked["denominator"], scale)
        least, most = number(asked["minimum"]), number(asked["maximum"])
        return not p.outside({"ratio": value}, ("ratio",), least, most)


class ExpectRatioToBePlausible(RowExpectation):
    """numerator × scale / denominator lies in its usual range."""

    numerator: str
    denominator: str
    scale: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    map_metric: ClassVar[str] = RatioMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (
        *_KEYS,
        "numerator",
        "denominator",
        "scale",
        "minimum",
        "maximum",
    )


class WhenMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_when"
    condition_value_keys = (ROWS, "when", "then")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        when = asked["when"]
        if when and not _met(cells, when):
            return True
        return _met(cells, asked["then"]) is not False


class ExpectConditionToHoldWhen(RowExpectation):
    """Where ``when`` (column, op, value) holds, or always if absent, ``then`` holds."""

    when: dict[str, str] | None = None
    then: dict[str, str]
    map_metric: ClassVar[str] = WhenMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "when", "then")


class StandardMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_standard"
    condition_value_keys = (ROWS, "standard")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        standard = asked["standard"]
        return cells[standard["column"]] is None or _met(cells, standard) is not False


class ExpectStandardToBeMet(RowExpectation):
    """A value that is there meets the standard (column, op, value)."""

    standard: dict[str, str]
    map_metric: ClassVar[str] = StandardMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "standard")


def _met(cells: p.Cells, condition: Mapping[str, str]) -> bool | None:
    return p.met(cells, condition["column"], Operator(condition["op"]), condition.get("value"))
