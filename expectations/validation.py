"""Great Expectations itself: one ephemeral context, frame and suite in, row numbers out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.core import ExpectationSuite, ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation

from expectations.accelerate import memoised_configuration
from expectations.row_expectation import one_frame, rows_against

_WHETHER = {"result_format": "BOOLEAN_ONLY"}
_WHERE = {"result_format": "COMPLETE", "exclude_unexpected_values": True}
_ONE_AT_A_TIME = threading.Lock()  # several threads on one batch definition give wrong results


class JudgingFault(Exception):  # noqa: N818 - a fault of ours, not an error of the clerk's
    """The judging itself failed: a fault of the system, never a verdict on what was submitted."""

    def __init__(self, suite: str, rule: str, reason: str) -> None:
        self.suite, self.rule, self.reason = suite, rule, reason
        super().__init__(f"校验“{suite}”的规则“{rule}”时系统出错：{reason}")


class Validator:
    """Validates frames against suites in memory; one at a time, also across instances."""

    def __init__(self, *, accelerated: bool = True) -> None:
        self._faster = memoised_configuration if accelerated else nullcontext
        with _ONE_AT_A_TIME:
            context = gx.get_context(mode="ephemeral")
            context.variables.progress_bars = ProgressBarsConfig(
                globally=False, metric_calculations=False
            )
            asset = context.data_sources.add_pandas("yuebao").add_dataframe_asset("rows")
            self._batches = asset.add_batch_definition_whole_dataframe("all")

    def failures(self, suite: ExpectationSuite, frame: pd.DataFrame) -> dict[str, tuple[int, ...]]:
        """The failing row numbers by rule id; JudgingFault where an expectation crashed.

        Most expectations hold, and to ask whether costs half of asking where: where is asked of
        those alone that failed, and of our own not again.
        """
        with _ONE_AT_A_TIME, self._faster(), one_frame():
            batch = self._batches.get_batch(batch_parameters={"dataframe": frame})
            outcomes = _outcomes(batch, suite, _WHETHER)
            broken = {rule for rule, result in outcomes if not result.success}
            if not broken:
                return {}
            failed = [e for e in suite.expectations if _rule(e.meta) in broken]
            found = {_rule(e.meta): rows for e in failed if (rows := rows_against(e))}
            asked = [e for e in failed if _rule(e.meta) not in found]
            return found | _row_numbers(batch, suite.name, asked)


def _outcomes(
    batch: Batch, suite: ExpectationSuite, result_format: dict[str, Any]
) -> Iterator[tuple[str, ExpectationValidationResult]]:
    for result in batch.validate(suite, result_format=result_format).results:
        configuration = result.expectation_config
        rule = _rule(configuration.meta if configuration else None)
        _raise_crash(suite.name, rule, result.exception_info or {})
        yield rule, result


def _rule(meta: Mapping[str, Any] | None) -> str:
    return str((meta or {}).get("rule", "?"))


def _raise_crash(suite: str, rule: str, info: Mapping[str, Any]) -> None:
    crashes = [info] if "raised_exception" in info else list(info.values())
    for crash in crashes:
        if crash.get("raised_exception"):
            raise JudgingFault(suite, rule, str(crash.get("exception_message")))


def _row_numbers(batch: Batch, suite: str, failed: list[Expectation]) -> dict[str, tuple[int, ...]]:
    if not failed:
        return {}
    found = {}
    for rule, result in _outcomes(batch, ExpectationSuite(suite, failed), _WHERE):
        rows = result.result.get("unexpected_index_list")
        if not rows:
            raise JudgingFault(suite, rule, "没有给出不合格的行")
        found[rule] = tuple(sorted(int(row) for row in rows))
    return found
