"""The life of a value: every version of it, those that were sent back too, and its corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sql.provenance import CellSought, ValueEvent
from tasks.office import Office
from tasks.reading import archived, reading_of
from yuebao.corrections.cells import CellWords, cell_meant
from yuebao.programme.models import Form, Unit
from yuebao.readings import Entry
from yuebao.rules.period import Period
from yuebao.workbooks.arrivals import Arrival, read_records


def sought_by(
    office: Office, unit: Unit, period: Period, form: Form, words: CellWords
) -> CellSought:
    """Whose values are meant; UnclearError where the row or the column are not clear."""
    form_sought = CellSought(str(period), unit.code, form.id)
    if not words.row and not words.column:
        return form_sought
    ever: dict[str, tuple[str, ...]] = {}
    for event in office.warehouse.history(office.programme.id, form_sought):
        if event.row_key not in ever.get(event.table_id, ()):
            ever[event.table_id] = (*ever.get(event.table_id, ()), event.row_key)
    table, column, row = cell_meant(office.programme, unit, form, words, ever)
    return replace(form_sought, table=table.id, row=row, column=column.id)


def history_of(office: Office, sought: CellSought) -> tuple[ValueEvent, ...]:
    """What happened to the values, in order of time.

    Of versions that were sent back, or wait, the warehouse holds no cells: the value of the one
    cell asked for is read from the archived file.
    """
    events = office.warehouse.history(office.programme.id, sought)
    ordered = sorted(events, key=lambda one: (one.loaded_at, one.version, one.event))
    if not sought.column:
        return tuple(ordered)
    arrivals = {
        arrival.sha256: arrival
        for arrival in read_records(office.archive).arrivals
        if (arrival.unit, arrival.period) == (sought.unit, sought.period)
    }
    return tuple(
        _with_value(office, one, sought, arrivals) if one.is_of_form else one for one in ordered
    )


def _with_value(
    office: Office, event: ValueEvent, sought: CellSought, arrivals: Mapping[str, Arrival]
) -> ValueEvent:
    """The event with what its file says in the cell; as it is where the file says nothing."""
    arrival = arrivals.get(event.sha256)
    entry = None if arrival is None else _entry(office, arrival, sought)
    if entry is None:
        return event
    return replace(event, text_value=entry.raw, raw=entry.raw, cell=entry.address)


def _entry(office: Office, arrival: Arrival, sought: CellSought) -> Entry | None:
    reading = reading_of(office, archived(office, arrival), unit=sought.unit, period=sought.period)
    cell = (sought.table, sought.row, sought.column)
    return next(
        (
            entry
            for form in reading.forms
            if form.form == sought.form
            for entry in form.entries
            if (entry.table, entry.row, entry.column) == cell
        ),
        None,
    )
