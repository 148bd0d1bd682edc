"""What aggregation takes from the warehouse and puts back into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, Table, Text, delete, func, insert, select

from sql.column_types import ExactDecimal
from sql.query import query
from sql.tables import (
    core_form_version,
    core_indicator,
    core_programme,
    core_unit,
    out_monthly__indicator,
    out_quarterly__indicator,
)
from yuebao.results import Colour, IndicatorResult, TargetOrigin
from yuebao.rules.county_total import ColumnSum
from yuebao.rules.period import Period
from yuebao.rules.terms import TermCell, TermSum

_SUMS = query(
    "term_sums",
    indicator=Text(),
    side=Text(),
    unit=Text(),
    total=ExactDecimal(),
    cells=Integer(),
)
_CELLS = query(
    "term_cells",
    indicator=Text(),
    side=Text(),
    unit=Text(),
    row_key=Text(),
    position=Integer(),
    column_id=Text(),
    value=ExactDecimal(),
    text_value=Text(),
)
_COLUMN_SUMS = query(
    "column_sums",
    form=Text(),
    table_id=Text(),
    row_key=Text(),
    column_id=Text(),
    total=ExactDecimal(),
)
_FIELDS = tuple(field.name for field in fields(IndicatorResult))


def term_sums(connection: Connection, programme_id: str, period: str) -> tuple[TermSum, ...]:
    """Each unit's accepted cells of the terms that are simply added; none without a value."""
    rows = connection.execute(_SUMS, {"programme": programme_id, "period": period})
    return tuple(TermSum(row.indicator, row.side, row.unit, row.total, row.cells) for row in rows)


def term_cells(connection: Connection, programme_id: str, period: str) -> tuple[TermCell, ...]:
    """Each accepted cell the other terms look at, blank ones too."""
    rows = connection.execute(_CELLS, {"programme": programme_id, "period": period})
    return tuple(
        TermCell(
            indicator=row.indicator,
            side=row.side,
            unit=row.unit,
            row=row.row_key,
            position=row.position,
            column=row.column_id,
            value=row.value,
            text=row.text_value,
        )
        for row in rows
    )


def column_sums(connection: Connection, programme_id: str, period: str) -> tuple[ColumnSum, ...]:
    """Each column added up over all units, a row key at a time; none without a value."""
    rows = connection.execute(_COLUMN_SUMS, {"programme": programme_id, "period": period})
    return tuple(
        ColumnSum(row.form, row.table_id, row.row_key, row.column_id, row.total) for row in rows
    )


def reported(
    connection: Connection, programme_id: str, period: str
) -> Mapping[str, frozenset[str]]:
    """By form, the units whose report counts: accepted, explained or 零报告."""
    table = core_form_version
    rows = connection.execute(
        select(table.c.form, table.c.unit)
        .where(table.c.programme_id == programme_id, table.c.period == period, table.c.is_current)
        .order_by(table.c.form)
    )
    units: dict[str, set[str]] = {}
    for row in rows:
        units.setdefault(row.form, set()).add(row.unit)
    return {form: frozenset(found) for form, found in units.items()}


def replace_results(
    connection: Connection,
    programme_id: str,
    period: Period,
    results: Iterable[IndicatorResult],
    computed_at: datetime,
) -> None:
    """Put the period's results in place of those it had; ValueError for another period's."""
    table = _table(period)
    connection.execute(
        select(core_programme.c.id)
        .where(core_programme.c.id == programme_id)
        .with_for_update(key_share=True)
    )
    connection.execute(
        delete(table).where(table.c.programme_id == programme_id, table.c.period == str(period))
    )
    rows = [_row(programme_id, period, result, computed_at) for result in results]
    if rows:
        connection.execute(insert(table), rows)


def results(
    connection: Connection, programme_id: str, periods: Iterable[Period]
) -> tuple[IndicatorResult, ...]:
    """The results of the periods, months before quarters, then by period, indicator and unit."""
    months, quarters = _split(periods)
    return (
        *_results(connection, out_monthly__indicator, programme_id, months),
        *_results(connection, out_quarterly__indicator, programme_id, quarters),
    )


def computed_at(
    connection: Connection, programme_id: str, periods: Iterable[Period]
) -> dict[str, datetime]:
    """When the results of each of the periods were computed; a period without any is left out."""
    found: dict[str, datetime] = {}
    months, quarters = _split(periods)
    for table, listed in ((out_monthly__indicator, months), (out_quarterly__indicator, quarters)):
        rows = connection.execute(
            select(table.c.period, func.min(table.c.computed_at))
            .where(table.c.programme_id == programme_id, table.c.period.in_(listed))
            .group_by(table.c.period)
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def periods_after(connection: Connection, programme_id: str, period: Period) -> tuple[str, ...]:
    """The periods with results a revision of this one touches: later months of the year, then
    the quarters that end with it or later."""
    found: list[Period] = []
    for table in (out_monthly__indicator, out_quarterly__indicator):
        wanted = select(table.c.period).distinct().where(table.c.programme_id == programme_id)
        found += [Period.parse(text) for text in connection.execute(wanted).scalars()]
    touched = [other for other in found if _is_touched(other, period)]
    return tuple(str(p) for p in sorted(touched, key=lambda p: (p.is_quarter, p.month)))


def _is_touched(other: Period, revised: Period) -> bool:
    if other.year != revised.year or other == revised:
        return False
    if other.is_quarter:
        return other.month >= revised.month
    return not revised.is_quarter and other.month > revised.month


def _table(period: Period) -> Table:
    return out_quarterly__indicator if period.is_quarter else out_monthly__indicator


def _split(periods: Iterable[Period]) -> tuple[list[str], list[str]]:
    known = tuple(periods)
    months = [str(period) for period in known if not period.is_quarter]
    return months, [str(period) for period in known if period.is_quarter]


def _row(
    programme_id: str, period: Period, result: IndicatorResult, computed_at: datetime
) -> dict[str, Any]:
    if result.period != str(period):
        raise ValueError(f"a result of {result.period} among those of {period}")
    row: dict[str, Any] = {name: getattr(result, name) for name in _FIELDS}
    return row | {
        "programme_id": programme_id,
        "colour": result.colour.value,
        "target_origin": result.target_origin.value,
        "computed_at": computed_at,
    }


def _results(
    connection: Connection, table: Table, programme_id: str, periods: list[str]
) -> list[IndicatorResult]:
    if not periods:
        return []
    rows = connection.execute(
        select(*(table.c[name] for name in _FIELDS))
        .join(
            core_indicator,
            (core_indicator.c.programme_id == table.c.programme_id)
            & (core_indicator.c.id == table.c.indicator),
        )
        .join(
            core_unit,
            (core_unit.c.programme_id == table.c.programme_id) & (core_unit.c.code == table.c.unit),
        )
        .where(table.c.programme_id == programme_id, table.c.period.in_(periods))
        .order_by(table.c.period, core_indicator.c.ordinal, core_unit.c.ordinal)
    )
    return [_result(row) for row in rows]


def _result(row: Row[Any]) -> IndicatorResult:
    figures = dict(row._mapping)
    figures["colour"] = Colour(figures["colour"])
    figures["target_origin"] = TargetOrigin(figures["target_origin"])
    return IndicatorResult(**figures)
