"""What a version says otherwise than the one before it, cell by cell, as the unit would read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from yuebao.programme.models import Column, Form, Programme, Table
from yuebao.readings import Entry, FormReading
from yuebao.reports.inert import inert
from yuebao.workbooks.keys import row_keys
from yuebao.workbooks.names import Names, names_for
from yuebao.workbooks.rows import EXPLANATION, ZERO_REPORT

_LONGEST_NAME, _LONGEST_VALUE = 40, 24
_Place: TypeAlias = tuple[str, str, int, str]  # table, row key, which of that key, column
_Row: TypeAlias = tuple[str, str, int]
BLANK = "（空）"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell, or a whole row that came or went; all of it texts to be shown."""

    form: str
    row: str
    column: str
    cell: str
    before: str
    after: str


def form_changes(
    programme: Programme, before: FormReading, after: FormReading
) -> tuple[CellChange, ...]:
    """Every difference between two readings of a form: cells down the sheet, then rows gone."""
    form = programme.form(after.form)
    words = _Words(programme, names_for(programme, programme.unit(after.unit)), form)
    old, new = _placed(before.entries), _placed(after.entries)
    old_rows, new_rows = _rows(old), _rows(new)
    changes = list(_remarks(before, after))
    for row, cells in new_rows.items():
        if row not in old_rows:
            changes += words.whole_row(row, cells, came=True)
            continue
        for place, entry in cells.items():
            known = old.get(place)
            if not _is_same(known, entry):
                shown = known.raw if known is not None else ""
                changes.append(words.cell(entry, shown, entry.raw))
    for row, cells in old_rows.items():
        if row not in new_rows:
            changes += words.whole_row(row, cells, came=False)
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the rows and columns of a form are called by the unit that fills it in."""

    programme: Programme
    names: Names
    form: Form

    def cell(self, entry: Entry, before: str, after: str) -> CellChange:
        table = self.form.table(entry.table)
        row, column = self._row(table, entry.row), _column(table.column(entry.column))
        return CellChange(self.form.id, row, column, entry.address, _shown(before), _shown(after))

    def whole_row(
        self, row: _Row, cells: dict[_Place, Entry], *, came: bool
    ) -> Iterator[CellChange]:
        """One line for a row; none for a row with nothing in it."""
        filled = [entry for entry in cells.values() if entry.raw]
        if not filled:
            return
        name, count = self._row(self.form.table(row[0]), row[1]), f"{len(filled)} 格"
        before, after = ("（没有这一行）", f"新增，{count}") if came else (count, "删去")
        address = filled[0].address if came else ""
        yield CellChange(self.form.id, name, "整行", address, before, after)

    def _row(self, table: Table, key: str) -> str:
        labels = row_keys(self.programme, table, self.names).labels
        name = _shown(
            labels.get(key) or "·".join(part for part in key.split("|") if part), _LONGEST_NAME
        )
        return f"{table.title}·{name}" if len(self.form.tables) > 1 and table.title else name


def _column(column: Column) -> str:
    title = "·".join(column.path)
    return f"{title}（{column.unit}）" if column.unit else title


def _remarks(before: FormReading, after: FormReading) -> Iterator[CellChange]:
    """Changes below the tables."""
    if before.zero_report != after.zero_report:
        old, new = ("是" if one.zero_report else BLANK for one in (before, after))
        yield CellChange(after.form, "（表下）", ZERO_REPORT, "", old, new)
    if before.explanation != after.explanation:
        old, new = _shown(before.explanation), _shown(after.explanation)
        yield CellChange(after.form, "（表下）", EXPLANATION, "", old, new)


def _placed(entries: Iterable[Entry]) -> dict[_Place, Entry]:
    """The entries by place; rows of the same name are told apart by their order."""
    found: dict[_Place, Entry] = {}
    seen: dict[tuple[str, str, str], int] = {}
    for entry in entries:
        key = (entry.table, entry.row, entry.column)
        number = seen[key] = seen.get(key, -1) + 1
        found[(entry.table, entry.row, number, entry.column)] = entry
    return found


def _rows(entries: dict[_Place, Entry]) -> dict[_Row, dict[_Place, Entry]]:
    rows: dict[_Row, dict[_Place, Entry]] = {}
    for place, entry in entries.items():
        rows.setdefault(place[:3], {})[place] = entry
    return rows


def _is_same(before: Entry | None, after: Entry) -> bool:
    if before is None:
        return not after.raw
    known = before.value is not None and before.value == after.value
    return known or before.raw == after.raw


def _shown(text: str, most: int = _LONGEST_VALUE) -> str:
    return inert(text, most) or BLANK
