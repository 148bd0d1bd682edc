"""Where a value comes from: its whole history, and the cells behind an indicator's figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Integer, Text

from sql.column_types import ExactDecimal, UtcDateTime
from sql.query import query
from yuebao.rules.terms import Side

_TRACE = query(
    "trace_cells",
    **{
        name: Text()
        for name in (
            *("side", "unit_code", "unit_name", "form", "table_id", "row_key", "row_name"),
            *("column_id", "column_name", "measure_unit", "text_value", "submitted_text"),
            *("correction", "file_name", "sha256", "sheet", "cell"),
        )
    },
    row_number=Integer(),
    version=Integer(),
    value=ExactDecimal(),
    submitted_value=ExactDecimal(),
    arrived_at=UtcDateTime(),
)
_TEXTS = (
    *("unit_code", "unit_name", "form", "form_title", "table_id", "row_key", "row_name"),
    *("column_id", "column_name", "measure_unit", "event", "text_value", "raw", "expected_text"),
    *("state", "counts", "reason", "made_by", "file_name", "sha256", "sheet", "cell"),
)
_HISTORY = query(
    "value_history",
    period=Text(),
    **{name: Text() for name in (*_TEXTS, "correction")},
    value=ExactDecimal(),
    expected_value=ExactDecimal(),
    row_number=Integer(),
    version=Integer(),
    arrived_at=UtcDateTime(),
    loaded_at=UtcDateTime(),
)


@dataclass(frozen=True, slots=True)
class CellSought:
    """Whose values are asked for; an empty part is any."""

    period: str = ""
    unit: str = ""
    form: str = ""
    table: str = ""
    row: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class ValueEvent:
    """Something that happened to a value; of a version that was not accepted, to its whole form.

    ``event`` is reported, correction or withdrawal; ``state`` the form's or the correction's.
    """

    period: str
    unit_code: str
    unit_name: str
    form: str
    form_title: str
    table_id: str
    row_number: int | None
    row_key: str
    row_name: str
    column_id: str
    column_name: str
    measure_unit: str
    event: str
    value: Decimal | None
    text_value: str | None
    raw: str
    expected_value: Decimal | None
    expected_text: str | None
    version: int
    state: str
    counts: str
    reason: str
    made_by: str
    file_name: str
    sha256: str
    sheet: str
    cell: str
    correction: str
    arrived_at: datetime
    loaded_at: datetime

    @property
    def is_of_form(self) -> bool:
        """Whether it tells of a form as a whole, none of whose cells were loaded."""
        return not self.column_id


@dataclass(frozen=True, slots=True)
class TracedCell:
    """A cell an indicator's figure is made of, as it counts and as it was handed in."""

    side: Side
    unit_code: str
    unit_name: str
    form: str
    table_id: str
    row_number: int
    row_key: str
    row_name: str
    column_id: str
    column_name: str
    measure_unit: str
    value: Decimal | None
    text_value: str | None
    submitted_value: Decimal | None
    submitted_text: str | None
    correction: str
    version: int
    file_name: str
    sha256: str
    sheet: str
    cell: str
    arrived_at: datetime


def history(connection: Connection, programme_id: str, sought: CellSought) -> Iterator[ValueEvent]:
    """Every event of the values asked for, in the order of forms, cells and time."""
    for row in connection.execute(_HISTORY, history_binds(programme_id, sought)):
        yield ValueEvent(**row._mapping)


def history_binds(programme_id: str, sought: CellSought) -> dict[str, Any]:
    """What the history's statement is bound to."""
    return {
        "programme": programme_id,
        "period": sought.period,
        "unit": sought.unit,
        "form": sought.form,
        "table": sought.table,
        "row": sought.row,
        "column": sought.column,
    }


def traced(
    connection: Connection, programme_id: str, indicator: str, period: str, unit: str
) -> Iterator[TracedCell]:
    """The cells of a month an indicator looks at, of one unit or, if it is empty, of all."""
    binds = {"programme": programme_id, "indicator": indicator, "period": period, "unit": unit}
    for row in connection.execute(_TRACE, binds):
        yield TracedCell(**row._mapping)
