"""The programme's units, forms, indicators and obligations as dimension tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert

from sql.tables import (
    core_column,
    core_form,
    core_indicator,
    core_indicator_term,
    core_obligation,
    core_programme,
    core_row,
    core_unit,
)
from sql.upsert import upsert
from yuebao.programme.models import Indicator, Item, Programme, RowsKind, Table, Term
from yuebao.results import Obligation
from yuebao.rules.obligations import is_named
from yuebao.rules.rollup import needs_cells
from yuebao.rules.terms import Side

_ANY = ""


def register(connection: Connection, programme: Programme) -> None:
    """Bring the dimensions up to what the programme says now.

    What a definition no longer has stays, so that what was loaded of it keeps its names; the
    terms of the indicators are those of now alone.
    """
    upsert(connection, core_programme, [_programme_row(programme)])
    upsert(connection, core_unit, _unit_rows(programme))
    upsert(connection, core_form, _form_rows(programme))
    upsert(connection, core_column, _column_rows(programme))
    upsert(connection, core_row, _row_rows(programme))
    upsert(connection, core_indicator, _indicator_rows(programme))
    connection.execute(
        delete(core_indicator_term).where(core_indicator_term.c.programme_id == programme.id)
    )
    terms = _term_rows(programme)
    if terms:
        connection.execute(insert(core_indicator_term), terms)


def register_obligations(
    connection: Connection, programme_id: str, obligations: Iterable[Obligation]
) -> None:
    """Note who owes what when; what was noted before is brought up to date."""
    rows = [
        {
            "programme_id": programme_id,
            "period": owed.period,
            "unit": owed.unit,
            "form": owed.form,
            "due_on": owed.due_on,
            "applicable": owed.applicable,
        }
        for owed in obligations
    ]
    upsert(connection, core_obligation, rows)


def _programme_row(programme: Programme) -> dict[str, Any]:
    return {
        "id": programme.id,
        "title": programme.title,
        "county": programme.county,
        "year": programme.year,
        "timezone": programme.calendar.timezone,
        "version": programme.version,
    }


def _unit_rows(programme: Programme) -> list[dict[str, Any]]:
    return [
        {
            "programme_id": programme.id,
            "code": unit.code,
            "name": unit.name,
            "short_name": unit.short_name,
            "level": unit.level.value,
            "parent": unit.parent,
            "ordinal": ordinal,
        }
        for ordinal, unit in enumerate(programme.units)
    ]


def _form_rows(programme: Programme) -> list[dict[str, Any]]:
    return [
        {
            "programme_id": programme.id,
            "id": form.id,
            "title": form.title,
            "clause": form.clause,
            "frequency": form.frequency.value,
            "ordinal": ordinal,
        }
        for ordinal, form in enumerate(programme.forms)
    ]


def _column_rows(programme: Programme) -> list[dict[str, Any]]:
    return [
        {
            "programme_id": programme.id,
            "form": form.id,
            "table_id": table.id,
            "column_id": column.id,
            "label": "/".join(column.path),
            "measure_unit": column.unit,
            "kind": column.type.value,
            "ordinal": number * 1000 + ordinal,
        }
        for form in programme.forms
        for number, table in enumerate(form.tables)
        for ordinal, column in enumerate(table.columns)
    ]


def _row_rows(programme: Programme) -> list[dict[str, Any]]:
    return [
        {
            "programme_id": programme.id,
            "form": form.id,
            "table_id": table.id,
            "row_key": key,
            "label": label,
            "ordinal": ordinal,
        }
        for form in programme.forms
        for table in form.tables
        for ordinal, (key, label) in enumerate(_named_rows(table, programme.items))
    ]


def _named_rows(table: Table, items: tuple[Item, ...]) -> list[tuple[str, str]]:
    if table.rows is RowsKind.LISTED:
        return [(key.id, key.label) for key in table.keys]
    if table.rows is RowsKind.ITEMS:
        return [(item.id, item.title) for item in items]
    return []


def _indicator_rows(programme: Programme) -> list[dict[str, Any]]:
    return [
        {
            "programme_id": programme.id,
            "id": indicator.id,
            "name": indicator.name,
            "clause": indicator.clause,
            "work": indicator.work,
            "measure_unit": indicator.unit,
            "movement": indicator.movement.value,
            "rollup": indicator.rollup.value,
            "ordinal": ordinal,
        }
        for ordinal, indicator in enumerate(programme.indicators)
    ]


def _term_rows(programme: Programme) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for indicator in programme.indicators:
        rows += _rows_of_term(programme, indicator, "numerator", indicator.numerator)
        if indicator.denominator is not None:
            rows += _rows_of_term(programme, indicator, "denominator", indicator.denominator)
    return rows


def _rows_of_term(
    programme: Programme, indicator: Indicator, side: Side, term: Term
) -> list[dict[str, Any]]:
    return [
        {
            "programme_id": programme.id,
            "indicator": indicator.id,
            "side": side,
            "column_id": column,
            "row_key": row,
            "filed_by": unit,
            "form": term.form,
            "table_id": term.table,
            "by_cell": needs_cells(indicator, side),
        }
        for column in _term_columns(term) or (_ANY,)
        for row in dict.fromkeys(term.rows) or (_ANY,)
        for unit in _term_units(programme, term)
    ]


def _term_columns(term: Term) -> tuple[str, ...]:
    """The columns added up and those the conditions look at, each once."""
    return tuple(dict.fromkeys((*term.columns, *(where.column for where in term.where))))


def _term_units(programme: Programme, term: Term) -> tuple[str, ...]:
    if not term.filed_by:
        return (_ANY,)
    return tuple(unit.code for unit in programme.reporters if is_named(term.filed_by, unit))
