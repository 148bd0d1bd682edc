"""A whole year of sample values: what every unit would enter, month by month, rules holding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from yuebao.programme.models import Form, Frequency, Programme, RowsKind, Table
from yuebao.readings import FormValues, RowValues, Value
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.samples.levels import TableLevels
from yuebao.samples.phrases import Phrases
from yuebao.samples.profile import ColumnProfile, Elsewhere, SampleProfile
from yuebao.samples.relations import (
    Row,
    Step,
    computing_order,
    conditioned,
    dated_in_order,
    holds,
    kept_in,
    number,
    solution,
    table_for_column,
    table_for_row,
)
from yuebao.samples.rosters import Rosters, SampleRow

_MONTHS = range(1, 13)


class SampleYear:
    """The year's clean values of every reporting unit; the same for the same seed."""

    def __init__(self, programme: Programme, profile: SampleProfile, seed: int) -> None:
        self._programme = programme
        self._profile = profile
        self._seed = seed
        self._rosters = Rosters(programme, profile, seed)
        self._levels = cache(self._levels_of)
        self._desk = cache(self._desk_of)
        self._year = cache(self._year_of)

    def submission(self, unit_code: str, period: Period) -> Mapping[str, FormValues]:
        """What a unit enters in each form it owes for a period, by form id."""
        owed = owed_forms(self._programme, unit_code, period)
        return {form.id: self.form_values(unit_code, form, period) for form in owed}

    def form_values(self, unit_code: str, form: Form, period: Period) -> FormValues:
        """What a unit enters in one form for a period.

        Where its figures are last period's over again, it says that this is so.
        """
        tables = self._tables(unit_code, form, period.month)
        empty = not any(tables.values())
        before = period.month - (3 if period.is_quarter else 1)
        figures = _figures(tables)
        same = before > 0 and figures == _figures(self._tables(unit_code, form, before))
        return FormValues(
            form.id,
            tables,
            zero_report=form.zero_report and empty,
            explanation=self._profile.unchanged if figures and same else "",
        )

    def _tables(
        self, unit_code: str, form: Form, month: int
    ) -> Mapping[str, tuple[RowValues, ...]]:
        return {table.id: self._year(form.id, table.id, unit_code)[month] for table in form.tables}

    def _levels_of(self, form_id: str, table_id: str) -> TableLevels:
        form = self._programme.form(form_id)
        table = form.table(table_id)
        rows = self._rosters.county(form_id, table_id)
        about = (self._seed, f"{form_id}.{table_id}")
        given = self._profile.table(form, table)
        return TableLevels(self._profile, given, table, rows, about)

    def _desk_of(self, form_id: str, table_id: str) -> _Desk:
        form = self._programme.form(form_id)
        table = form.table(table_id)
        return _Desk(self._programme, self._profile, self._seed, form, table, self._total)

    def _year_of(
        self, form_id: str, table_id: str, unit_code: str
    ) -> Mapping[int, tuple[RowValues, ...]]:
        form = self._programme.form(form_id)
        table = form.table(table_id)
        rows = self._rosters.rows(form_id, table_id, unit_code)
        step = 3 if form.frequency is Frequency.QUARTERLY else 1
        desk = self._desk(form_id, table_id)
        levels = self._levels(form_id, table_id)
        last: dict[tuple[str, str, int], Row] = {}
        year: dict[int, tuple[RowValues, ...]] = {}
        for month in _MONTHS[step - 1 :: step]:
            present = [row for row in rows if row.from_month <= month]
            now = {
                row.name: desk.filled(levels, row, month, last.get(row.name, {})) for row in present
            }
            year[month] = tuple(
                RowValues(_key(table, row, now[row.name]), now[row.name]) for row in present
            )
            last |= now
        return year

    def _total(self, elsewhere: Elsewhere, row: SampleRow, month: int) -> Decimal:
        """What a unit's rows of a column of another form come to in a month."""
        year = self._year(elsewhere.form, elsewhere.table, row.unit.code)
        return sum((number(r.values.get(elsewhere.column)) for r in year[month]), Decimal(0))


class _Desk:
    """Fills in the rows of one table, column after column."""

    def __init__(
        self,
        programme: Programme,
        profile: SampleProfile,
        seed: int,
        form: Form,
        table: Table,
        total: Callable[[Elsewhere, SampleRow, int], Decimal],
    ) -> None:
        self._table = table
        self._given = profile.table(form, table)
        self._total = total
        self._phrases = Phrases(programme, self._given, seed, f"{form.id}.{table.id}")
        self._plan = cache(self._plan_of)

    def filled(self, levels: TableLevels, row: SampleRow, month: int, last: Row) -> Row:
        """The row's values at the end of a month, blanks left out."""
        listed = row.key if self._table.rows is RowsKind.LISTED else ""
        values: dict[str, Value] = dict(row.fixed)
        figures = {name: levels.at(name, row, month) for name in self._given.figures}
        for step, table in self._plan(listed, month):
            column = step.column
            if column.prefilled or column.id in values:
                continue
            value = self._value(levels, step, row, month, values | figures, last)
            if step.rule is None and isinstance(value, Decimal):
                unit = Decimal(1).scaleb(-levels.decimals(column.id, row))
                value = kept_in(table, column, value, values, last, row.key, unit)
            if isinstance(value, date):
                value = dated_in_order(table, column, value, values)
            if step.rule is None:
                value = conditioned(table, column, value, values)
            if value is not None:
                values[column.id] = value
        return {c.id: values[c.id] for c in self._table.columns if c.id in values}

    def _plan_of(self, key: str, month: int) -> tuple[tuple[Step, Table], ...]:
        """Each column in its turn, and the table with the rules that speak of it."""
        table = table_for_row(self._table, key, month)
        profiled = frozenset(self._given.columns)
        needs = {c: _needs(p) for c, p in self._given.columns.items()}
        steps = computing_order(table, profiled, needs)
        return tuple((step, table_for_column(table, step.column.id)) for step in steps)

    def _value(
        self,
        levels: TableLevels,
        step: Step,
        row: SampleRow,
        month: int,
        values: Row,
        last: Row,
    ) -> Value | None:
        column = step.column
        if step.rule is not None:
            return solution(step, values, last)
        profile = levels.profile(column.id, row)
        if profile.where is not None and not holds(profile.where, values.get(profile.where.column)):
            return profile.otherwise
        if not column.is_number:
            return self._phrases.value(levels, column, row, month, values, last)
        if profile.same_as is not None:
            return levels.part(column.id, row, self._total(profile.same_as, row, month))
        if profile.share_of is None:
            return levels.at(column.id, row, month)
        base = values.get(profile.share_of)
        return levels.at(column.id, row, month, base if isinstance(base, Decimal) else Decimal(0))


def _needs(profile: ColumnProfile) -> frozenset[str]:
    """The columns a profile rests on, those of its rows' own profiles included."""
    own = {profile.share_of, profile.where.column if profile.where else None}
    own.add(profile.date.after if profile.date else None)
    for other in profile.rows.values():
        own |= _needs(other)
    return frozenset(name for name in own if name is not None)


def _figures(tables: Mapping[str, tuple[RowValues, ...]]) -> list[Decimal]:
    return [
        value
        for rows in tables.values()
        for row in rows
        for value in row.values.values()
        if isinstance(value, Decimal)
    ]


def _key(table: Table, row: SampleRow, values: Row) -> str:
    if table.rows is not RowsKind.OPEN:
        return row.key
    return "|".join(str(values.get(column, "")) for column in table.key_columns)
