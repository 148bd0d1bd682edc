"""Later periods beside an earlier one that was, or would be, revised."""

from __future__ import annotations

from dataclasses import replace

from tasks.office import Office
from yuebao.findings import Issue
from yuebao.readings import AcceptedForm, FormReading, FormValues, RowValues, Value
from yuebao.rules.calendar import quarters, reportable_periods
from yuebao.rules.period import Period
from yuebao.rules.restated import restated_issues


def restated_by(
    office: Office, reading: FormReading, standing: AcceptedForm | None
) -> tuple[str, ...]:
    """What of the next accepted period goes on from what stands, and not from this reading."""
    later = next_accepted(office, reading.unit, reading.form, Period.parse(reading.period))
    if later is None:
        return ()
    follows = Period.parse(later.period).previous == Period.parse(reading.period)
    issues = restated_issues(office.programme, _as_accepted(reading, previous=follows), later)
    if standing is not None:
        before = replace(standing, previous=follows)
        known = restated_issues(office.programme, before, later)
        cells = {(issue.table, issue.row, issue.column) for issue in known}
        issues = tuple(one for one in issues if (one.table, one.row, one.column) not in cells)
    return tuple(f"{issue.period} {issue.message}" for issue in issues)


def restated_in(office: Office, unit: str, period: str) -> tuple[Issue, ...]:
    """Where the unit's accepted forms no longer go on from earlier ones accepted after them."""
    warehouse, programme = office.warehouse, office.programme
    if not warehouse.restated_at(programme.id, Period.parse(period), unit=unit):
        return ()
    accepted = warehouse.accepted_in(programme, period, unit=unit)
    before = warehouse.accepted_before(programme, period, unit=unit)
    found: list[Issue] = []
    for (_, form), later in accepted.items():
        earlier = before.get((unit, form))
        if earlier is not None and _is_newer(office, earlier, later):
            found += restated_issues(programme, earlier, later)
    return tuple(found)


def all_restated_in(office: Office, period: str) -> tuple[Issue, ...]:
    """The same of every unit."""
    units = office.warehouse.restated_at(office.programme.id, Period.parse(period))
    return tuple(issue for unit in units for issue in restated_in(office, unit, period))


def periods_restated(office: Office, unit: str, period: str) -> tuple[str, ...]:
    """The later periods in which something of the unit no longer goes on from this one."""
    programme, start = office.programme, Period.parse(period)
    known = quarters(programme) if start.is_quarter else reportable_periods(programme)
    later = [str(one) for one in known if one > start]
    return tuple(one for one in later if restated_in(office, unit, one))


def next_accepted(office: Office, unit: str, form: str, period: Period) -> AcceptedForm | None:
    """The unit's form in the first later period it is accepted for; None where there is none."""
    programme = office.programme
    known = quarters(programme) if period.is_quarter else reportable_periods(programme)
    for later in known:
        if later > period:
            accepted = office.warehouse.accepted_in(programme, later, unit=unit)
            if (unit, form) in accepted:
                return accepted[unit, form]
    return None


def _is_newer(office: Office, earlier: AcceptedForm, later: AcceptedForm) -> bool:
    """Whether the earlier period's version was loaded after the later period's."""
    return _loaded_at(office, earlier) > _loaded_at(office, later)


def _loaded_at(office: Office, accepted: AcceptedForm) -> float:
    records = office.warehouse.submissions(office.programme.id, accepted.period, unit=accepted.unit)
    moments = (
        record.loaded_at.timestamp()
        for record in records
        for form in record.forms
        if form.form == accepted.form and form.is_current
    )
    return max(moments, default=0.0)


def _as_accepted(reading: FormReading, *, previous: bool) -> AcceptedForm:
    tables: dict[str, dict[str, dict[str, Value]]] = {}
    for entry in reading.entries:
        row = tables.setdefault(entry.table, {}).setdefault(entry.row, {})
        if entry.value is not None:
            row[entry.column] = entry.value
    values = FormValues(
        reading.form,
        {
            table: tuple(RowValues(key, cells) for key, cells in rows.items())
            for table, rows in tables.items()
        },
    )
    return AcceptedForm(reading.form, reading.unit, reading.period, values, previous)
