"""What a newer reading of a form would change in the accepted values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from yuebao.readings import AcceptedForm, FormReading, Value

_Place: TypeAlias = tuple[str, str, str]  # table, row key, column


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that would differ; None for a blank, or for a row that is not there."""

    table: str
    row: str
    column: str
    before: Value | None
    after: Value | None
    address: str = ""


def value_changes(reading: FormReading, accepted: AcceptedForm | None) -> tuple[ValueChange, ...]:
    """Each value the reading would put in place of another one, rows that go included."""
    before = _accepted_values(accepted)
    after = {(entry.table, entry.row, entry.column): entry for entry in reading.entries}
    changed = [
        ValueChange(*place, before.get(place), entry.value, entry.address)
        for place, entry in after.items()
        if before.get(place) != entry.value
    ]
    gone = [
        ValueChange(*place, value, None)
        for place, value in before.items()
        if place not in after and value is not None
    ]
    return (*changed, *gone)


def _accepted_values(accepted: AcceptedForm | None) -> Mapping[_Place, Value | None]:
    if accepted is None:
        return {}
    return {
        (table, row.key, column): value
        for table, rows in accepted.values.tables.items()
        for row in rows
        for column, value in row.values.items()
    }
