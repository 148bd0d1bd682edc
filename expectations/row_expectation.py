"""The ground our own expectations stand on: a condition asked row by row over named columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, Literal, TypeAlias, cast

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import (
    Expectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (  # noqa: E501
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (  # noqa: E501
    MulticolumnMapMetricProvider,
)

from expectations.predicates import ROW, Cells

ROWS = "rows"
Columns: TypeAlias = Mapping[str, list[Any]]  # a frame's cells, column by column


class RowMetric(MulticolumnMapMetricProvider):
    """A row metric: ``holds`` answers for one row, given the expectation's own arguments."""

    condition_metric_name: ClassVar[str]
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

    @classmethod
    def held(cls, columns: Columns, asked: Mapping[str, Any]) -> list[bool]:
        """``holds`` for every row; a rule that can go column by column is many times faster."""
        names = list(columns)
        rows = (dict(zip(names, row)) for row in zip(*columns.values()))  # noqa: B905  # of one length
        return [cls.holds(row, asked) for row in rows]

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805
        metric = cast("type[RowMetric]", cls)
        asked = {key: kwargs.get(key) for key in metric.condition_value_keys}
        if _answered is None:
            return _held(metric, column_list, asked)
        question = _question(metric.condition_metric_name, column_list.columns, asked)
        if question not in _answered:
            _answered[question] = _held(metric, column_list, asked)
        return _answered[question]


Question: TypeAlias = tuple[Any, ...]
_answered: dict[Question, pd.Series[bool]] | None = None  # of the frame being validated


def _question(metric: str | None, columns: Iterable[str], asked: Mapping[str, Any]) -> Question:
    """What is asked of the frame, whoever asks."""
    told = {key: value for key, value in sorted(asked.items()) if value is not None}
    return metric, tuple(columns), repr(told)


@contextmanager
def one_frame() -> Iterator[None]:
    """Within this, all questions are of one frame: what was answered is not worked out again.

    Not for several threads at once.
    """
    global _answered  # noqa: PLW0603  # Great Expectations makes the metrics, and passes nothing on
    _answered = {}
    try:
        yield
    finally:
        _answered = None


def rows_against(expectation: Expectation) -> tuple[int, ...] | None:
    """The rows that were found not to hold when the frame was last asked; None if it was not.

    Only within ``one_frame``, and only of an expectation over whole rows.
    """
    if _answered is None or not isinstance(expectation, RowExpectation):
        return None
    keys = (key for key in expectation.success_keys if key != "mostly")
    asked = {key: getattr(expectation, key) for key in keys}
    held = _answered.get(_question(expectation.map_metric, expectation.column_list, asked))
    return None if held is None else tuple(held.index[~held])


def _held(metric: type[RowMetric], frame: pd.DataFrame, asked: dict[str, Any]) -> pd.Series[bool]:
    columns = {name: frame[name].tolist() for name in frame.columns}
    held, only = metric.held(columns, asked), asked.get(ROWS)
    if only:
        wanted = frozenset(only)
        held = [good or key not in wanted for key, good in zip(columns[ROW], held, strict=True)]
    return pd.Series(held, index=frame.index, dtype=bool)


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
