"""Which rows each unit's tables have over the year, and from which month."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from yuebao.programme.models import (
    NUMERIC_TYPES,
    ColumnType,
    Form,
    Programme,
    RowsKind,
    Table,
    Unit,
    UnitLevel,
)
from yuebao.readings import Value
from yuebao.rules.obligations import owes
from yuebao.samples.draw import chance
from yuebao.samples.profile import FixedRow, SampleProfile, TableProfile


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row of a unit's table. ``key`` as in a reading (empty for open tables until composed)."""

    unit: Unit
    key: str
    serial: int
    from_month: int = 1
    place: Unit | None = None
    fixed: dict[str, Value] = field(default_factory=dict, hash=False, compare=False)

    @property
    def name(self) -> tuple[str, str, int]:
        """What tells this row from every other of its table in the county."""
        return self.unit.code, self.key, self.serial


class Rosters:
    """The rows of every table and unit; the same for the same seed."""

    def __init__(self, programme: Programme, profile: SampleProfile, seed: int) -> None:
        self._programme = programme
        self._profile = profile
        self._seed = seed
        self.rows = cache(self._rows)
        self.county = cache(self._county)

    def _county(self, form_id: str, table_id: str) -> tuple[SampleRow, ...]:
        form = self._programme.form(form_id)
        filers = [unit for unit in self._programme.reporters if owes(form, unit)]
        return tuple(row for unit in filers for row in self.rows(form_id, table_id, unit.code))

    def _rows(self, form_id: str, table_id: str, unit_code: str) -> tuple[SampleRow, ...]:
        form = self._programme.form(form_id)
        table, unit = form.table(table_id), self._programme.unit(unit_code)
        if table.rows is RowsKind.UNIT:
            return (SampleRow(unit, unit.code, 0),)
        if table.rows is RowsKind.VILLAGES:
            villages = self._programme.villages(unit.code)
            return tuple(SampleRow(unit, v.code, n, place=v) for n, v in enumerate(villages))
        if table.rows is RowsKind.LISTED:
            return tuple(SampleRow(unit, key.id, n) for n, key in enumerate(table.keys))
        if table.rows is RowsKind.ITEMS:
            led = [item for item in self._programme.items if unit.name in item.lead_units]
            return tuple(SampleRow(unit, item.id, n) for n, item in enumerate(led))
        return self._open_rows(form, table, unit)

    def _open_rows(self, form: Form, table: Table, unit: Unit) -> tuple[SampleRow, ...]:
        profile = self._profile.table(form, table)
        fixed = [row for row in profile.roster.fixed if row.unit in (unit.name, unit.short_name)]
        rows = [self._fixed_row(table, unit, row, n) for n, row in enumerate(fixed)]
        count = profile.roster.units.get(unit.name, profile.roster.default)
        for serial in range(len(rows), count):
            rows.append(self._open_row(profile, form, table, unit, serial))
        return tuple(rows)

    def _open_row(
        self, profile: TableProfile, form: Form, table: Table, unit: Unit, serial: int
    ) -> SampleRow:
        appear = profile.roster.appear
        place = self._place(form, table, unit, serial)
        return SampleRow(unit, "", serial, appear[serial % len(appear)], place)

    def _place(self, form: Form, table: Table, unit: Unit, serial: int) -> Unit | None:
        """A village of the unit (of the county, for bureaus), or a township, as the table asks."""
        types = {column.type for column in table.columns}
        if ColumnType.VILLAGE in types:
            places = self.villages(unit)
        elif ColumnType.TOWNSHIP in types:
            places = self._programme.townships
        else:
            return None
        offset = int(chance(self._seed, "place", form.id, unit.code) * len(places))
        return places[(offset + serial * 5 + serial // len(places)) % len(places)]

    def villages(self, unit: Unit) -> tuple[Unit, ...]:
        """The villages a unit can name: its own, or all of the county's."""
        own = self._programme.villages(unit.code)
        return own or tuple(u for u in self._programme.units if u.level is UnitLevel.VILLAGE)

    def _fixed_row(self, table: Table, unit: Unit, row: FixedRow, serial: int) -> SampleRow:
        values: dict[str, Value] = {}
        place = None
        for column_id, text in row.values.items():
            kind = table.column(column_id).type
            if kind in (ColumnType.VILLAGE, ColumnType.TOWNSHIP):
                place = self._named(unit, text)
                values[column_id] = place.code
            else:
                values[column_id] = Decimal(text) if kind in NUMERIC_TYPES else text
        return SampleRow(unit, "", serial, row.from_month, place, values)

    def _named(self, unit: Unit, name: str) -> Unit:
        for village in self.villages(unit):
            if name in (village.name, village.short_name, *village.aliases):
                return village
        return self._programme.unit_named(name)
