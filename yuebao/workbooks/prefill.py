"""What each row of a template starts with: values as entered, or carried over from last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yuebao.programme.models import (
    Column,
    ColumnType,
    Measure,
    NotRepeated,
    Programme,
    RowsKind,
    Table,
)
from yuebao.readings import AcceptedForm, FormValues, RowValues, Value
from yuebao.rules.period import Period
from yuebao.workbooks.layout import TableLayout

YES, NO = "是", "否"
_LASTING = frozenset({Measure.CUMULATIVE, Measure.CONSTANT})


@dataclass(frozen=True, slots=True)
class RowStart:
    """What a row shows when the workbook is opened, and what was last accepted of it.

    ``last`` holds the carried cumulatives and constants by column; ``is_carried`` tells that the
    row's own columns were filled by us and not by the clerk.
    """

    values: Mapping[str, Value]
    last: Mapping[str, Value]
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """All a form starts with: what is entered, what is carried, and what we fill in ourselves."""

    period: Period
    entered: FormValues | None = None
    carried: AcceptedForm | None = None

    @property
    def same_year(self) -> bool:
        """Whether cumulatives of the carried form still count: they start anew each January."""
        return self.carried is not None and self.carried.period[:4] == str(self.period.year)

    @property
    def is_consecutive(self) -> bool:
        """Whether the carried form is of the period just before this one."""
        return self.carried is not None and self.carried.previous

    def rows_of(self, table: Table) -> tuple[RowValues, ...]:
        """The rows entered; else the rows carried, cut to what may be carried over."""
        if self.entered is not None:
            return self.entered.tables.get(table.id, ())
        kept = tuple(
            RowValues(row.key, carried_values(table, row.values, same_year=self.same_year))
            for row in self.carried_rows(table)
        )
        return tuple(row for row in kept if row.values)

    def carried_rows(self, table: Table) -> tuple[RowValues, ...]:
        return self.carried.values.tables.get(table.id, ()) if self.carried else ()


def carried_values(
    table: Table, values: Mapping[str, Value], *, same_year: bool
) -> dict[str, Value]:
    """The part of last time's values that a new period starts from."""
    kept = {column.id for column in table.columns if is_carried(table, column)}
    if not same_year:
        kept -= {c.id for c in table.columns if c.measure in _LASTING}
    return {name: value for name, value in values.items() if name in kept}


def is_carried(table: Table, column: Column) -> bool:
    """Whether a column is carried over: cumulatives, constants, and the roster of open rows."""
    if column.prefilled:
        return False
    if column.measure in _LASTING:
        return True
    if table.rows is not RowsKind.OPEN or column.measure is not Measure.ATTRIBUTE:
        return False
    fresh = {rule.column for rule in table.rules if isinstance(rule, NotRepeated)}
    return column.id not in fresh


def open_counts(opening: Opening, tables: tuple[Table, ...]) -> dict[str, int]:
    """How many rows of each open table are filled from the start."""
    return {
        table.id: len(opening.rows_of(table)) for table in tables if table.rows is RowsKind.OPEN
    }


def row_starts(layout: TableLayout, opening: Opening) -> tuple[RowStart, ...]:
    """One start a data row, in order. ValueError for an entered row the form has no place for."""
    table = layout.table
    given = opening.rows_of(table)
    last = _last_by_name(table, opening)
    if table.rows is RowsKind.OPEN:
        names = [row_name(table, row) for row in given]
        blank = len(layout.rows) - len(given)
        starts = [
            _start(opening, row, last.get(n, {})) for row, n in zip(given, names, strict=True)
        ]
        return (*starts, *(RowStart({}, {}),) * blank)
    by_key = {row.key: row for row in given}
    if unknown := by_key.keys() - {row.key for row in layout.rows}:
        raise ValueError(f"table {table.id} has no row for {sorted(unknown)}")
    nothing = RowValues("", {})
    return tuple(
        _start(opening, by_key.get(row.key, nothing), last.get((row.key,), {}))
        for row in layout.rows
    )


def row_name(table: Table, row: RowValues) -> tuple[str, ...]:
    """What tells a row from the others: its key, or the key columns' values in open tables."""
    if table.rows is not RowsKind.OPEN:
        return (row.key,)
    return tuple(str(row.values.get(column, "")) for column in table.key_columns)


def _start(opening: Opening, row: RowValues, last: Mapping[str, Value]) -> RowStart:
    is_ours = opening.entered is None and bool(row.values)
    return RowStart(row.values, last, is_carried=is_ours)


def _last_by_name(table: Table, opening: Opening) -> dict[tuple[str, ...], dict[str, Value]]:
    if not opening.same_year:
        return {}
    lasting = {column.id for column in table.columns if column.measure in _LASTING}
    return {
        row_name(table, row): {name: v for name, v in row.values.items() if name in lasting}
        for row in opening.carried_rows(table)
    }


def shown(programme: Programme, column: Column, value: Value) -> Value:
    """A value as the clerk reads it: units by their official name, yes and no as 是 and 否."""
    if isinstance(value, bool):
        return YES if value else NO
    if column.type in (ColumnType.VILLAGE, ColumnType.TOWNSHIP) and isinstance(value, str):
        return next((unit.name for unit in programme.units if unit.code == value), value)
    return value
