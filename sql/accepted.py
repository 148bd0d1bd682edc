"""What has been accepted, read back as the values it was read in as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Connection, Integer, Row, Text

from sql.column_types import ExactDecimal
from sql.form_versions import YES
from sql.query import query
from yuebao.programme.models import ColumnType, Programme
from yuebao.readings import Accepted, AcceptedForm, FormValues, RowValues, Value
from yuebao.results import FormState
from yuebao.rules.period import Period

_AT_ONCE = 5000  # cells fetched: one by one takes twice as long

Kinds: TypeAlias = Mapping[tuple[str, str, str], ColumnType]

_VERSIONS = query(
    "accepted_versions",
    id=Integer(),
    unit=Text(),
    form=Text(),
    period=Text(),
    state=Text(),
    explanation=Text(),
)
_CELLS = query(
    "accepted_cells",
    form_version_id=Integer(),
    table_id=Text(),
    position=Integer(),
    row_key=Text(),
    column_id=Text(),
    value=ExactDecimal(),
    text_value=Text(),
)


def accepted_before(
    connection: Connection, programme: Programme, period: Period, unit: str
) -> Accepted:
    """The newest accepted values of earlier periods of the same kind and year."""
    return _accepted(connection, programme, (_first_of_year(period), period.previous), unit)


def accepted_in(
    connection: Connection, programme: Programme, period: Period, unit: str
) -> Accepted:
    """What is accepted for the period itself."""
    return _accepted(connection, programme, (period, period), unit)


def _first_of_year(period: Period) -> Period:
    return Period(period.year, 3 if period.is_quarter else 1, period.is_quarter)


def _accepted(
    connection: Connection, programme: Programme, span: tuple[Period, Period], unit: str
) -> Accepted:
    first, last = span
    asked = {"programme": programme.id, "first": str(first), "last": str(last), "unit": unit}
    versions = connection.execute(_VERSIONS, asked).all()
    cells = chain.from_iterable(connection.execute(_CELLS, asked).partitions(_AT_ONCE))
    by_version = {key: list(own) for key, own in groupby(cells, key=itemgetter(0))}
    kinds = _kinds(programme)
    return {
        (version.unit, version.form): _form(
            version, by_version.get(version.id, ()), kinds, str(last)
        )
        for version in versions
    }


def _kinds(programme: Programme) -> Kinds:
    return {
        (form.id, table.id, column.id): column.type
        for form in programme.forms
        for table in form.tables
        for column in table.columns
    }


def _form(
    version: Row[Any], cells: Sequence[Row[Any]], kinds: Kinds, previous: str
) -> AcceptedForm:
    values = FormValues(
        form=version.form,
        tables=_tables(version.form, cells, kinds),
        zero_report=version.state == FormState.ZERO,
        explanation=version.explanation,
    )
    return AcceptedForm(
        form=version.form,
        unit=version.unit,
        period=version.period,
        values=values,
        previous=version.period == previous,
    )


def _tables(form: str, cells: Iterable[Row[Any]], kinds: Kinds) -> dict[str, tuple[RowValues, ...]]:
    """The rows of each table by position; blank cells are left out, blank rows are not."""
    tables: dict[str, dict[int, tuple[str, dict[str, Value]]]] = {}
    for _, table, position, key, column, number, text in cells:
        rows = tables.setdefault(table, {})
        if position not in rows:
            rows[position] = (key, {})
        value = number if text is None else _said(text, kinds.get((form, table, column)))
        if value is not None:
            rows[position][1][column] = value
    return {
        table: tuple(RowValues(key, values) for key, values in rows.values())
        for table, rows in tables.items()
    }


def _said(text: str, kind: ColumnType | None) -> Value:
    """The value kept as text: a 是/否, a date, or the text itself."""
    if kind is ColumnType.YES_NO:
        return text == YES
    if kind is ColumnType.DATE:
        return date.fromisoformat(text)
    return text
