"""One table of a form: its data rows → entries, and every cell accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yuebao.programme.models import Column, ColumnType, RowsKind, Table
from yuebao.readings import Entry
from yuebao.workbooks.cells import Fault, is_informative, plain_number, read_cell, shown_raw
from yuebao.workbooks.headers import Block
from yuebao.workbooks.keys import RowKeys
from yuebao.workbooks.names import Names
from yuebao.workbooks.notes import FormNotes, Spot
from yuebao.workbooks.numbers import number_in, rounded, shown
from yuebao.workbooks.raw import RawSheet, RawValue, cell_address, column_letters
from yuebao.workbooks.rows import RowKind, SheetRow, figures_below, merged_texts, table_rows
from yuebao.workbooks.signatures import LABEL, column_title

_COMPARED = 50  # unknown names that are compared with the missing ones
_SUMMED = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL})
_UNKNOWN = {RowsKind.VILLAGES: "village-unknown"}
_DUPLICATE = {RowsKind.VILLAGES: "village-duplicate"}
_MISSING = {RowsKind.VILLAGES: "village-missing"}


@dataclass(frozen=True, slots=True)
class Source:
    """A table on its sheet: the block found, the row it ends before, and whom it is of."""

    sheet: RawSheet
    block: Block
    until: int
    keys: RowKeys
    names: Names

    @property
    def table(self) -> Table:
        return self.block.signature.table


class TableReader:
    """Reads one table, once; what it finds wrong goes to ``notes``."""

    def __init__(self, source: Source, notes: FormNotes) -> None:
        self._source = source
        self._notes = notes
        self._table = source.table
        self._block = source.block
        self._merged = merged_texts(source.sheet, source.block, source.until)
        self._whole = {
            at: self._table.column(column_id).type is ColumnType.INTEGER
            for at, column_id in source.block.columns.items()
            if column_id != LABEL and self._table.column(column_id).is_number
        }
        self._columns = [
            (at, self._table.column(column_id))
            for at, column_id in sorted(source.block.columns.items())
            if column_id != LABEL and not self._table.column(column_id).prefilled
        ]
        self._letters = {place: column_letters(place) for place, _ in self._columns}
        self._known = _accounted_for(source.block)
        self._label_at = source.block.column_of(LABEL)
        self._absent = [c for c in source.block.missing if c != LABEL]
        self._entries: list[Entry] = []
        self._rows: dict[str, int] = {}  # keyed rows: key → row on the sheet
        self._misnamed: list[tuple[str, int, int]] = []
        self._strays: dict[int, list[int]] = {}
        self._totals: list[SheetRow] = []
        self._position = 0
        self.left_out = False  # whether a row with values could not be taken

    def entries(self) -> tuple[Entry, ...]:
        """The table's cells, row by row."""
        for row in table_rows(self._source.sheet, self._block, self._source.until):
            self._take(row)
        if self._table.rows is RowsKind.UNIT and not self._rows:
            self._take_first(self._block.bottom + 1)
        if self._table.rows is RowsKind.OPEN:
            self._note_cut_off()
        self._note_misnamed()
        self._note_missing()
        self._note_strays()
        for total in self._totals:
            self._check_total(total.row)
        return tuple(self._entries)

    def _note_cut_off(self) -> None:
        """Figures below the end of an open table belong to no row that is taken."""
        own = {place: place in self._whole for place, _ in self._columns}
        source = self._source
        for row, places in figures_below(source.sheet, source.block, source.until, own):
            self.left_out = True
            cells = tuple(cell_address(row, place) for place in places)
            value = shown_raw(self._plain(row, places[0]))
            self._notes.note(
                "stray-text", Spot(self._table.id, "", "", cells[0], cells), value=value
            )

    def _take(self, row: SheetRow) -> None:
        if row.kind is RowKind.TOTAL:
            self._totals.append(row)
        elif row.kind is RowKind.REMARK:
            if not row.after_blank:
                self._note_remark(row.row)
        elif row.kind is RowKind.DATA:
            self._collect_strays(row.row)
            if self._table.rows is RowsKind.OPEN:
                self._take_open(row.row)
            else:
                self._take_keyed(row.row)

    # --- rows -------------------------------------------------------------------------------

    def _take_open(self, row: int) -> None:
        at = {column.id: place for place, column in self._columns}
        texts = []
        for key in self._table.key_columns:
            value = self._value(row, at[key]) if key in at else None
            texts.append(self._key_text(self._table.column(key), value))
        if any(texts) or not any(key in at for key in self._table.key_columns):
            self._add_row(row, "|".join(texts))
            return
        filled = self._leave_out(row)
        if filled:
            self._notes.note("row-unnamed", self._spot(row, filled[0]))

    def _key_text(self, column: Column, raw: RawValue) -> str:
        value, _ = read_cell(column, raw, self._source.names, percent=False)
        if value is None:
            return " ".join(shown_raw(raw).split())
        if column.type in {ColumnType.VILLAGE, ColumnType.TOWNSHIP}:
            return self._source.names.name_of(str(value))
        return " ".join(shown_raw(value if not isinstance(value, bool) else str(value)).split())

    def _take_keyed(self, row: int) -> None:
        label = shown_raw(self._value(row, self._label_at)) if self._label_at is not None else ""
        if not label:
            self._take_unlabelled(row)
            return
        key = self._source.keys.key_of(label)
        if not key:
            self._leave_out(row)
            self._misnamed.append((label, row, self._label_at or 0))
        elif key in self._rows:
            self._leave_out(row)
            code = _DUPLICATE.get(self._table.rows, "row-duplicate")
            places = (self._rows[key], row)
            cells = tuple(cell_address(r, self._label_at or 0) for r in places)
            spot = Spot(self._table.id, key, "", cells[1], cells)
            self._notes.note(code, spot, value=label, row=self._source.keys.labels[key])
        else:
            self._add_row(row, key)

    def _take_unlabelled(self, row: int) -> None:
        """A row without its name: fine only where the table has but one row, the unit's."""
        if self._table.rows is RowsKind.UNIT and not self._rows:
            self._add_row(row, self._source.names.unit.code)
            return
        filled = self._leave_out(row)
        if not filled:
            return
        if self._label_at is not None:
            self._notes.note("row-unnamed", self._spot(row, filled[0]))
        elif self._table.rows is RowsKind.UNIT:
            spot = self._spot(row, filled[0])
            self._notes.note("row-unknown", spot, value=shown_raw(self._value(row, filled[0])))

    def _take_first(self, row: int) -> None:
        """The row under the header, which is blank, or begins as what stands below tables."""
        self._collect_strays(row)
        label = shown_raw(self._value(row, self._label_at)) if self._label_at is not None else ""
        if label and self._leave_out(row):
            self._misnamed.append((label, row, self._label_at or 0))
        else:
            self._add_row(row, self._source.names.unit.code)

    def _leave_out(self, row: int) -> list[int]:
        """The filled columns of a row that is not taken."""
        filled = [place for place, _ in self._columns if self._value(row, place) is not None]
        self.left_out = self.left_out or bool(filled)
        return filled

    # --- cells ------------------------------------------------------------------------------

    def _add_row(self, row: int, key: str) -> None:
        self._rows.setdefault(key, row)
        rows = self._source.sheet.rows
        values = rows[row] if row < len(rows) else ()
        table, position, percent = self._table.id, self._position, self._source.sheet.percent
        width, whole, number = len(values), self._whole, str(row + 1)
        for place, column in self._columns:
            raw = values[place] if place < width else None
            if place not in whole:
                raw = self._merged.get((row, place)) if raw is None else raw
            elif isinstance(raw, Decimal) and not (percent and (row, place) in percent):
                value, text = plain_number(raw, whole[place])
                if value is not None:
                    at = self._letters[place] + number
                    self._entries.append(Entry(table, key, position, column.id, value, text, at))
                    continue
            self._entries.append(self._entry(raw, column, key, (row, place)))
        for absent in self._absent:
            self._entries.append(
                Entry(self._table.id, key, self._position, absent, None, "", "", readable=False)
            )
        self._position += 1

    def _entry(self, raw: RawValue, column: Column, key: str, place: tuple[int, int]) -> Entry:
        table, position, address = self._table.id, self._position, cell_address(*place)
        if raw is None:
            return Entry(table, key, position, column.id, None, "", address)
        percent = place in self._source.sheet.percent
        value, fault = read_cell(column, raw, self._source.names, percent=percent)
        text = shown_raw(raw, percent=percent)
        if fault is None:
            return Entry(table, key, position, column.id, value, text, address)
        self._note_fault(fault, column, Spot(table, key, column.id, address))
        readable = is_informative(fault)
        return Entry(table, key, position, column.id, value, text, address, readable)

    def _note_fault(self, fault: Fault, column: Column, spot: Spot) -> None:
        title = column_title(column)
        self._notes.note(fault.code, spot, value=fault.value, expected=fault.expected, column=title)

    def _plain(self, row: int, place: int) -> RawValue:
        return self._source.sheet.value(row, place)

    def _value(self, row: int, place: int) -> RawValue:
        value = self._source.sheet.value(row, place)
        return self._merged.get((row, place)) if value is None else value

    def _spot(self, row: int, place: int) -> Spot:
        column = self._block.columns.get(place, "")
        return Spot(self._table.id, "", column, cell_address(row, place))

    # --- what is left -----------------------------------------------------------------------

    def _note_misnamed(self) -> None:
        """A name that is like a missing row's is that row misspelt: one fault, one message."""
        absent = set(self._source.keys.labels) - set(self._rows)
        for number, (label, row, place) in enumerate(self._misnamed):
            meant = self._source.keys.nearest(label, absent) if number < _COMPARED else ""
            absent.discard(meant)
            expected = self._source.keys.labels.get(meant, "")
            if meant:
                self._rows[meant] = row
            code = _UNKNOWN.get(self._table.rows, "row-unknown")
            spot = Spot(self._table.id, meant, "", cell_address(row, place))
            self._notes.note(code, spot, value=label, expected=expected)

    def _note_missing(self) -> None:
        if self._label_at is None or self._table.rows in {RowsKind.OPEN, RowsKind.UNIT}:
            return
        code = _MISSING.get(self._table.rows, "row-missing")
        for key, label in self._source.keys.labels.items():
            if key not in self._rows:
                self._notes.note(code, Spot(self._table.id, key), expected=label, row=label)

    def _collect_strays(self, row: int) -> None:
        rows = self._source.sheet.rows
        values = rows[row] if row < min(len(rows), self._source.until) else ()
        for place, value in enumerate(values):
            if value is not None and place not in self._known:
                self._strays.setdefault(place, []).append(row)

    def _note_strays(self) -> None:
        for place, rows in self._strays.items():
            if self._is_count(place, rows):
                continue  # 1, 2, 3 … left of the table: a 序号 that lost its header
            cells = tuple(cell_address(row, place) for row in rows)
            value = shown_raw(self._plain(rows[0], place))
            self._notes.note(
                "stray-text", Spot(self._table.id, "", "", cells[0], cells), value=value
            )

    def _is_count(self, place: int, rows: list[int]) -> bool:
        counted = [self._plain(row, place) for row in rows]
        return place < min(self._block.columns) and counted == [*range(1, len(rows) + 1)]

    def _note_remark(self, row: int) -> None:
        values = self._source.sheet.rows[row]
        place = next(at for at, value in enumerate(values) if value is not None)
        self._notes.note("stray-text", self._spot(row, place), value=shown_raw(values[place]))

    # --- totals -----------------------------------------------------------------------------

    def _check_total(self, row: int) -> None:
        """Compare a typed 合计 with the rows; a total without a readable number says nothing."""
        if not self._table.total_row or self.left_out or len(self._totals) > 1:
            return
        width = len(self._columns) + len(self._absent)  # cells of a row, each row alike
        for at, (place, column) in enumerate(self._columns):
            typed = _number(self._plain(row, place))
            if column.type not in _SUMMED or typed is None:
                continue
            total = _sum(self._entries[at::width])
            if total is not None and total != typed:
                self._notes.note(
                    "total-row",
                    Spot(self._table.id, "", column.id, cell_address(row, place)),
                    value=shown(typed),
                    expected=shown(total),
                    column=column_title(column),
                )


def _accounted_for(block: Block) -> frozenset[int]:
    """The columns of the sheet that have a label: what stands in others is stray."""
    unknown = {label.over for label in block.unknown}
    repeated = {label.over for _, label in block.repeated}
    return frozenset(block.columns) | block.sequence | unknown | repeated


def _sum(entries: Sequence[Entry]) -> Decimal | None:
    """The sum over a column's cells; None where one of them could not be read."""
    if not all(entry.readable for entry in entries):
        return None
    values = [entry.value for entry in entries]
    return sum([value for value in values if isinstance(value, Decimal)], Decimal(0))


def _number(raw: RawValue) -> Decimal | None:
    if isinstance(raw, str):
        found = number_in(raw)
        return found.value if found else None
    return rounded(raw) if isinstance(raw, Decimal) and raw.is_finite() else None
