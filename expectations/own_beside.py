"""Own expectations beside other figures: last month, the target, the peers, another form."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from expectations import predicates as p
from expectations.row_expectation import ROWS, RowExpectation, RowMetric
from yuebao.programme.models import Measure
from yuebao.rules import magnitude

_KEYS = ("mostly", ROWS)


class CumulativeMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_cumulative"
    condition_value_keys = (ROWS, "cumulative", "flow", "tolerance")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        expected = p.continued(cells, asked["cumulative"], asked["flow"])
        tolerance = Decimal(asked["tolerance"] or 0)
        return not p.differs(cells[asked["cumulative"]], expected, tolerance)


class ExpectCumulativeToContinueLast(RowExpectation):
    """cumulative = where it stood in the period before + this period's flow."""

    cumulative: str
    flow: str
    tolerance: str | None = None
    map_metric: ClassVar[str] = CumulativeMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "cumulative", "flow", "tolerance")


class FallingMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_not_falling"
    condition_value_keys = (ROWS, "cumulatives")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        return not p.fallen(cells, asked["cumulatives"])


class ExpectCumulativesNotToFall(RowExpectation):
    """No cumulative is below its last accepted value."""

    cumulatives: list[str]
    map_metric: ClassVar[str] = FallingMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "cumulatives")


class ConstantMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_constant"
    condition_value_keys = (ROWS, "constants")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        return not p.moved(cells, asked["constants"])


class ExpectConstantsToStay(RowExpectation):
    """Each constant is what was last accepted."""

    constants: list[str]
    map_metric: ClassVar[str] = ConstantMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "constants")


class RepeatedMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_not_repeated"
    condition_value_keys = (ROWS, "now", "before")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        return not p.repeated(cells[asked["now"]], cells[asked["before"]])


class ExpectTextNotToRepeatLast(RowExpectation):
    """The text is not the last accepted one over again."""

    now: str
    before: str
    map_metric: ClassVar[str] = RepeatedMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "now", "before")


class ListedMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_must_list"
    condition_value_keys = (ROWS, "texts", "contains")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        return not p.unlisted(cells[asked["texts"]], asked["contains"])


class ExpectUnitToList(RowExpectation):
    """Each name occurs among all texts the unit wrote in a column (joined on its first row)."""

    texts: str
    contains: list[str]
    map_metric: ClassVar[str] = ListedMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "texts", "contains")


class MagnitudeMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_magnitude"
    condition_value_keys = (ROWS, "figure", "measure", "unit")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        return slip(cells, asked["figure"], asked["measure"], asked["unit"] or "") is None


class ExpectMagnitudeToBePlausible(RowExpectation):
    """The figure is in proportion to last month's and to its peers': no slip of the unit."""

    figure: str
    measure: str
    unit: str | None = None
    map_metric: ClassVar[str] = MagnitudeMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "figure", "measure", "unit")


class TargetMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_target"
    condition_value_keys = (ROWS, "total", "target")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        return magnitude.times_of_target(cells[asked["total"]], cells[asked["target"]]) is None


class ExpectTotalToRespectTarget(RowExpectation):
    """The unit's total is not several times its target for the whole year."""

    total: str
    target: str
    map_metric: ClassVar[str] = TargetMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "total", "target")


class CrossMetric(RowMetric):
    condition_metric_name = "multicolumn_values.yuebao_cross_form"
    condition_value_keys = (ROWS, "left", "right", "op", "tolerance")

    @staticmethod
    def holds(cells: p.Cells, asked: Mapping[str, Any]) -> bool:
        left, right = cells[asked["left"]], cells[asked["right"]]
        apart = p.differs if asked["op"] == "eq" else p.exceeds
        return not apart(left, right, Decimal(asked["tolerance"] or 0))


class ExpectFormsToAgree(RowExpectation):
    """The same fact in two forms: left = right, or left ≤ right, within tolerance."""

    left: str
    right: str
    op: str
    tolerance: str | None = None
    map_metric: ClassVar[str] = CrossMetric.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_KEYS, "left", "right", "op", "tolerance")


def slip(cells: p.Cells, figure: str, measure: str, unit: str) -> magnitude.Slip | None:
    """What is odd about the figure's magnitude in its row, if anything."""
    median = cells[peer(figure)]
    peers = None if median is None else magnitude.Peers(median, cells[spread(figure)])
    return magnitude.weigh(
        cells[figure], last=cells[p.last(figure)], peers=peers, measure=Measure(measure), unit=unit
    )


def peer(column: str) -> str:
    """The name of the joined column with the peers' median."""
    return f"peer__{column}"


def spread(column: str) -> str:
    """The name of the joined column with the peers' spread."""
    return f"spread__{column}"
