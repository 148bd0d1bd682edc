"""The county's corrections in the warehouse: recorded, held against what counts, read back.

``settle`` binds each correction to the cell it changes, or says what is in the way. The queries
take a corrected value only through that binding, so that nothing unsettled is ever applied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Integer, Row, Text, bindparam, or_, select, update

from sql.bulk import bulk_insert_absent
from sql.column_types import ExactDecimal, Serial
from sql.correction_tables import core_correction
from sql.query import query
from yuebao.corrections.record import (
    Correction,
    CorrectionState,
    Held,
    StandingCorrection,
    Told,
)
from yuebao.corrections.standing import Found, FoundCell, Standing, standings

_CELLS = query(
    "correction_cells",
    id=Text(),
    form_version_id=Serial,
    position=Integer(),
    value=ExactDecimal(),
    text_value=Text(),
)
_ANY = (  # '' for any unit
    select(core_correction.c.id)
    .where(
        core_correction.c.programme_id == bindparam("in_programme"),
        core_correction.c.period == bindparam("in_period"),
        or_(
            bindparam("of_unit", type_=Text()) == "", core_correction.c.unit == bindparam("of_unit")
        ),
    )
    .limit(1)
)
_COLUMNS = (
    *("programme_id", "id", "unit", "period", "form", "table_id", "row_key", "column_id"),
    *("expected_value", "expected_text", "value", "text_value"),
    *("reason", "made_by", "made_on", "withdraws"),
    *("recorded_at", "file_name", "sha256", "line", "state"),
)


def record(connection: Connection, programme_id: str, corrections: Sequence[Correction]) -> None:
    """Enter those that are not there yet, and hold all of their periods against what counts."""
    rows = [_row(programme_id, one) for one in corrections]
    bulk_insert_absent(connection, core_correction, _COLUMNS, rows)
    for period in sorted({one.told.period for one in corrections}):
        settle(connection, programme_id, period)


def settle(connection: Connection, programme_id: str, period: str, unit: str = "") -> None:
    """Hold the corrections of a period (and unit) against what counts now."""
    if not _any(connection, programme_id, period, unit):
        return
    known = _rows(connection, programme_id, period, unit)
    found = _found(connection, programme_id, period, unit)
    settled = standings([_correction(row) for row in known], found)
    changed = [row.id for row in known if _stands(row) != settled[row.id]]
    _write(connection, programme_id, {id_: Standing(settled[id_].state) for id_ in changed})
    _write(connection, programme_id, {id_: settled[id_] for id_ in changed})


def corrections(
    connection: Connection, programme_id: str, period: str
) -> tuple[StandingCorrection, ...]:
    """Every correction of a period, or of all if it is empty, in the order they were recorded."""
    return tuple(
        StandingCorrection(_correction(row), CorrectionState(row.state), row.found)
        for row in _rows(connection, programme_id, period, "")
    )


def _any(connection: Connection, programme_id: str, period: str, unit: str) -> bool:
    asked = {"in_programme": programme_id, "in_period": period, "of_unit": unit}
    return connection.execute(_ANY, asked).first() is not None


def _rows(connection: Connection, programme_id: str, period: str, unit: str) -> Sequence[Row[Any]]:
    table = core_correction
    wanted = select(table).where(*_here(programme_id, period, unit))
    return connection.execute(wanted.order_by(table.c.recorded_at, table.c.id)).all()


def _here(programme_id: str, period: str, unit: str) -> list[Any]:
    table = core_correction
    here = [table.c.programme_id == programme_id]
    if period:
        here.append(table.c.period == period)
    return [*here, table.c.unit == unit] if unit else here


def _found(
    connection: Connection, programme_id: str, period: str, unit: str
) -> Mapping[str, Found]:
    binds = {"programme": programme_id, "period": period, "unit": unit}
    found: dict[str, Found] = {}
    for row in connection.execute(_CELLS, binds):
        cells = found.get(row.id, Found()).cells
        if row.position is not None:
            cells = (*cells, FoundCell(row.position, _held(row.value, row.text_value)))
        found[row.id] = Found(row.form_version_id, cells)
    return found


def _stands(row: Row[Any]) -> Standing:
    return Standing(CorrectionState(row.state), row.found, row.form_version_id, row.position)


def _write(connection: Connection, programme_id: str, settled: Mapping[str, Standing]) -> None:
    table = core_correction
    for id_, standing in settled.items():
        connection.execute(
            update(table)
            .where(table.c.programme_id == programme_id, table.c.id == id_)
            .values(
                state=standing.state.value,
                found=standing.found,
                form_version_id=standing.version_id,
                position=standing.position,
            )
        )


def _row(programme_id: str, correction: Correction) -> tuple[Any, ...]:
    told = correction.told
    return (
        programme_id,
        correction.id,
        *told.place,
        *_stored(told.expected),
        *_stored(told.value),
        told.reason,
        told.made_by,
        told.made_on,
        told.withdraws,
        correction.recorded_at,
        correction.file_name,
        correction.sha256,
        correction.line,
        CorrectionState.IDLE.value,
    )


def _stored(value: Held) -> tuple[Decimal | None, str | None]:
    return (value, None) if isinstance(value, Decimal) else (None, value)


def _held(number: Decimal | None, text: str | None) -> Held:
    return number if text is None else text


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        Told(
            unit=row.unit,
            period=row.period,
            form=row.form,
            table=row.table_id,
            row=row.row_key,
            column=row.column_id,
            expected=_held(row.expected_value, row.expected_text),
            value=_held(row.value, row.text_value),
            reason=row.reason,
            made_by=row.made_by,
            made_on=row.made_on,
            withdraws=row.withdraws,
        ),
        recorded_at=row.recorded_at,
        file_name=row.file_name,
        sha256=row.sha256,
        line=row.line,
    )
