"""A workbook whose formulas are made ready once each, however many cells and books they stand in.

XlsxWriter looks for each of the newer functions in each formula, and our books repeat theirs
hundreds of times: it was two fifths of the time of writing one.
"""

from __future__ import annotations

from functools import lru_cache

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

_MOST = 4096  # the formulas of a month's workbooks are some hundred


class Sheet(Worksheet):  # type: ignore[misc]  # XlsxWriter is not typed
    """A sheet whose formulas are those of XlsxWriter's own."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return _ready(formula, bool(self.use_future_functions or expand_future_functions))


@lru_cache(_MOST)
def _ready(formula: str, expands: bool) -> str:
    return str(Worksheet()._prepare_formula(formula, expands))


class Book(Workbook):  # type: ignore[misc]
    """A workbook of such sheets."""

    worksheet_class = Sheet
