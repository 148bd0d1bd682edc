"""The same job as an analyst would write it: a file at a time, the tools as their pages show them.

openpyxl reads the sheet, pandas holds it, Great Expectations gets a context and a suite a file,
to_sql loads it. Rules that compare columns are computed as columns first. It keeps no archive, no
versions and no addresses, trusts its files, and compares nothing with last month.
"""

# mypy: disable-error-code="attr-defined"
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import openpyxl
import pandas as pd
from great_expectations.data_context.types.base import ProgressBarsConfig
from sqlalchemy import Engine, create_engine

from benchmarks.filings import Fault

SHEET = "V01 就业和产业月报"
LIMITS = {
    "population": 20000,
    "labour": 12000,
    "employed": 12000,
    "in_county": 12000,
    "in_province": 12000,
    "out_of_province": 12000,
    "trained": 5000,
    "orchard": 30000,
    "income": 8000,
    "rate": 100,
}
COLUMNS = ("village", *LIMITS, "grade")
AT_MOST = (("labour", "population"), ("employed", "labour"), ("trained", "employed"))


class Straightforward:
    """Loads workbooks one by one into a SQLite file; ``villages``: codes by township and name."""

    def __init__(self, database: Path, villages: Mapping[str, Mapping[str, str]]) -> None:
        self._engine: Engine = create_engine(f"sqlite:///{database}")
        self._villages = villages

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def load(self, path: Path, unit: str, period: str) -> frozenset[Fault]:
        """Load one workbook if nothing is wrong with it; the cells found faulty."""
        names = self._villages[unit]
        frame = read_frame(path)
        found = validate(frame, list(names))
        if not found:
            frame = frame[list(COLUMNS)].assign(unit=unit, period=period)
            frame.to_sql("villages", self._engine, if_exists="append", index=False)
        return frozenset((period, unit, names.get(row, row), column) for row, column in found)


def read_frame(path: Path) -> pd.DataFrame:
    """The form's rows, with the computed columns the rules look at."""
    sheet = openpyxl.load_workbook(path, data_only=True)[SHEET]
    rows = list(sheet.iter_rows(values_only=True))
    first = next(at for at, row in enumerate(rows) if _starts(row, "县内")) + 1
    last = next(at for at, row in enumerate(rows) if _starts(row, "合计"))
    left = next(at for at, cell in enumerate(rows[first]) if isinstance(cell, str))
    width = len(COLUMNS)
    frame = pd.DataFrame([row[left : left + width] for row in rows[first:last]], columns=COLUMNS)
    for column in LIMITS:
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    frame["parts"] = frame["in_county"] + frame["in_province"] + frame["out_of_province"]
    frame["rate_off"] = (frame["rate"] - frame["employed"] / frame["labour"] * 100).abs()
    frame["trained_if_poor"] = frame["trained"].where(frame["grade"] == "差")
    return frame


def _starts(row: Sequence[Any], text: str) -> bool:
    return any(isinstance(cell, str) and cell.startswith(text) for cell in row)


def suite(villages: Sequence[str]) -> gx.ExpectationSuite:
    """The form's rules as built-in expectations; ``meta`` says which column a failure concerns."""
    rules: list[Any] = [
        gxe.ExpectColumnDistinctValuesToEqualSet(column="village", value_set=list(villages)),
        gxe.ExpectColumnValuesToBeUnique(column="village"),
    ]
    rules += [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in (*LIMITS, "grade")]
    rules += [
        gxe.ExpectColumnValuesToBeBetween(column=name, min_value=0, max_value=most)
        for name, most in LIMITS.items()
    ]
    rules.append(gxe.ExpectColumnValuesToBeInSet(column="grade", value_set=["好", "中", "差"]))
    rules.append(
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="employed",
            column_B="parts",
            ignore_row_if="either_value_is_missing",
            meta={"column": "employed"},
        )
    )
    rules += [
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=whole,
            column_B=part,
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            meta={"column": part},
        )
        for part, whole in AT_MOST
    ]
    rules.append(
        gxe.ExpectColumnValuesToBeBetween(column="rate_off", max_value=0.1, meta={"column": "rate"})
    )
    rules.append(
        gxe.ExpectColumnValuesToBeBetween(
            column="trained_if_poor", min_value=0, strict_min=True, meta={"column": "trained"}
        )
    )
    return gx.ExpectationSuite(name="villages", expectations=rules)


def validate(frame: pd.DataFrame, villages: Sequence[str]) -> set[tuple[str, str]]:
    """The failing cells, by village name and column."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("files").add_dataframe_asset("villages")
    batch = asset.add_batch_definition_whole_dataframe("file").get_batch({"dataframe": frame})
    outcome = batch.validate(
        context.suites.add(suite(villages)),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["village"],
        },
    )
    found: set[tuple[str, str]] = set()
    for result in outcome.results:
        if not result.success:
            found |= _cells(result, set(villages), frame)
    return found


def _cells(result: Any, villages: set[str], frame: pd.DataFrame) -> set[tuple[str, str]]:
    configuration = result.expectation_config
    meta = configuration.meta or {}
    if configuration.type == "expect_column_distinct_values_to_equal_set":
        return {(name, "") for name in villages ^ set(frame["village"])}
    column = meta.get("column") or configuration.kwargs["column"]
    return {(cell["village"], column) for cell in result.result["unexpected_index_list"]}
