"""The rows a table must have, and which of them a label means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from yuebao.programme.models import Programme, RowsKind, Table, Unit
from yuebao.rules.obligations import is_named
from yuebao.workbooks.labels import normalised
from yuebao.workbooks.names import Names

_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class RowKeys:
    """The rows of a table for one unit: ``labels`` by key, in the form's order."""

    kind: RowsKind
    labels: Mapping[str, str]
    _by_label: Mapping[str, str]
    _names: Names

    def key_of(self, label: str) -> str:
        """The key of the row a label names; "" for none."""
        known = self._by_label.get(normalised(label))
        if known is not None or self.kind is not RowsKind.VILLAGES:
            return known or ""
        return self._names.village(label)

    def nearest(self, label: str, among: set[str]) -> str:
        """The key among some whose label looks most like this one; "" if none does."""
        wanted = normalised(label)
        best = max(among, key=lambda key: _likeness(wanted, self.labels[key]), default="")
        return best if best and _likeness(wanted, self.labels[best]) > _ALIKE else ""


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, normalised(other)).ratio()


def row_keys(programme: Programme, table: Table, names: Names) -> RowKeys:
    """The rows a table must have for a unit; none for open tables."""
    labels, spellings = _rows(programme, table, names.unit, names)
    return RowKeys(
        kind=table.rows,
        labels=labels,
        _by_label={normalised(text): key for key, texts in spellings.items() for text in texts},
        _names=names,
    )


def _rows(
    programme: Programme, table: Table, unit: Unit, names: Names
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    if table.rows is RowsKind.VILLAGES:
        return {village.code: village.name for village in names.villages}, {}
    if table.rows is RowsKind.UNIT:
        return {unit.code: unit.name}, {
            unit.code: (unit.name, unit.short_name, unit.code, *unit.aliases)
        }
    if table.rows is RowsKind.LISTED:
        return {key.id: key.label for key in table.keys}, {
            key.id: (key.label, key.id, *key.aliases) for key in table.keys
        }
    items = [item for item in programme.items if is_named(item.lead_units, unit)]
    if table.rows is RowsKind.ITEMS:
        labels = {item.id: f"{item.clause} {item.title}" for item in items}
        return labels, {item.id: (labels[item.id], item.title, item.id) for item in items}
    return {}, {}
