"""The ground our own expectations stand on: a condition asked row by row over named columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, Literal

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (  # noqa: E501
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (  # noqa: E501
    MulticolumnMapMetricProvider,
)

from expectations.predicates import ROW, Cells

ROWS = "rows"


class RowMetric(MulticolumnMapMetricProvider):
    """A row metric: ``holds`` answers for one row, given the expectation's own arguments."""

    condition_domain_keys = (
        "batch_id",
        "table",
        "column_list",
        "row_condition",
        "condition_parser",
        "ignore_row_if",
    )

    @staticmethod
    def holds(cells: Cells, asked: Mapping[str, Any]) -> bool:
        raise NotImplementedError

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805
        asked = {key: kwargs.get(key) for key in cls.condition_value_keys}
        only, holds = asked.get(ROWS), cls.holds
        rows = _cells(column_list)
        if only:
            held = [row.get(ROW) not in only or holds(row, asked) for row in rows]
        else:
            held = [holds(row, asked) for row in rows]
        return pd.Series(held, index=column_list.index, dtype=bool)


def _cells(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The frame's rows, each as its cells by name."""
    names = list(frame.columns)
    columns = [frame[name].tolist() for name in names]
    return (dict(zip(names, row)) for row in zip(*columns))  # noqa: B905  # of one length


class RowExpectation(MulticolumnMapExpectation):
    """A rule over the row's cells; ``rows`` restricts it to these row keys, blanks are not dropped.

    Decimals are given as text, so that a suite written as JSON stays exact.
    """

    rows: list[str] | None = None
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", ROWS)


@lru_cache(maxsize=1024)
def number(text: str | None) -> Decimal | None:
    """The Decimal an argument spells; None for none."""
    return None if text is None else Decimal(text)
