"""The same fact in two forms of one unit: both sides summed, compared in one small frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expectations import phrases
from expectations.checks import Check, check
from expectations.frames import Filed, Row, table_rows
from expectations.own_beside import ExpectFormsToAgree
from yuebao.findings import Issue, make_issue
from yuebao.programme.models import CrossCheck, CrossSide, Programme
from yuebao.readings import Accepted, AcceptedForm

UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a check: its sum (None where not all of it is there) and its cells."""

    value: Decimal | None
    filed: Filed | None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Crossing:
    """A check in one submission, which has at least one side of it."""

    check: CrossCheck
    submission: int
    left: Side
    right: Side


def cross_suite_checks(programme: Programme) -> tuple[Check, ...]:
    """An expectation for each cross-form check of the programme."""
    return tuple(_cross_check(crosscheck) for crosscheck in programme.crosschecks)


def left_of(check_id: str) -> str:
    return f"{check_id}__left"


def right_of(check_id: str) -> str:
    return f"{check_id}__right"


def crossings(
    programme: Programme, filed: Mapping[tuple[int, str], Filed], standing: Accepted
) -> list[Crossing]:
    """Every check in every submission that holds the left side, or the right where no other does.

    The other side is taken from the same file, else from another file at hand of the same unit,
    else from what is already accepted for the period.
    """
    found: list[Crossing] = []
    for crosscheck in programme.crosschecks:
        for host in _hosts(crosscheck, filed):
            sides = (
                _side(programme, side, host, filed, standing)
                for side in (crosscheck.left, crosscheck.right)
            )
            left, right = sides
            if left.value is not None and right.value is not None:
                found.append(Crossing(crosscheck, host.submission, left, right))
    return found


def crossing_cells(found: Sequence[Crossing]) -> list[dict[str, object]]:
    """The rows of the crosschecks frame: one a crossing."""
    return [
        {
            UNIT: str(crossing.submission),
            left_of(crossing.check.id): crossing.left.value,
            right_of(crossing.check.id): crossing.right.value,
        }
        for crossing in found
    ]


def crossing_issue(programme: Programme, crossing: Crossing) -> tuple[int, Issue]:
    """The issue of a failing crossing, and the submission it belongs to."""
    crosscheck = crossing.check
    own = _own(crossing, crossing.left) or _own(crossing, crossing.right)
    side, asked = own or (crossing.left, crosscheck.left)
    if side.filed is None:
        raise ValueError(crosscheck.id)
    reading = side.filed.reading
    clause = crosscheck.clause or programme.form(asked.form).clause
    value, expected = phrases.plain(crossing.left.value), phrases.plain(crossing.right.value)
    issue = make_issue(
        "cross-form",
        unit=reading.unit,
        period=reading.period,
        words={
            "label": crosscheck.label,
            "left": _side_name(programme, crosscheck.left),
            "right": _side_name(programme, crosscheck.right),
            "value": value,
            "expected": expected,
            "clause": clause,
        },
        severity=crosscheck.severity,
        message=crosscheck.message,
        advice=crosscheck.advice,
        form=asked.form,
        table=asked.table,
        row=asked.rows[0] if len(asked.rows) == 1 else "",
        column=asked.columns[0],
        sheet=reading.sheet,
        cell=side.cells[0] if side.cells else "",
        cells=side.cells,
        value=value,
        expected=expected,
        clause=clause,
        rule=crosscheck.id,
    )
    return crossing.submission, issue


def _cross_check(crosscheck: CrossCheck) -> Check:
    left, right = left_of(crosscheck.id), right_of(crosscheck.id)
    tolerance = {"tolerance": str(crosscheck.tolerance)} if crosscheck.tolerance else {}
    return check(
        ExpectFormsToAgree,
        rule=crosscheck.id,
        code="cross-form",
        columns=(*crosscheck.left.columns, *crosscheck.right.columns),
        clause=crosscheck.clause,
        note=crosscheck.label,
        arguments={
            "column_list": [left, right],
            "left": left,
            "right": right,
            "op": crosscheck.op,
            **tolerance,
        },
        severity=crosscheck.severity,
        subject=crosscheck,
    )


def _hosts(crosscheck: CrossCheck, filed: Mapping[tuple[int, str], Filed]) -> list[Filed]:
    left = [one for (_, form), one in filed.items() if form == crosscheck.left.form]
    with_left = {one.reading.unit for one in left}
    right = [one for (_, form), one in filed.items() if form == crosscheck.right.form]
    return left + [one for one in right if one.reading.unit not in with_left]


def _side(
    programme: Programme,
    side: CrossSide,
    host: Filed,
    filed: Mapping[tuple[int, str], Filed],
    standing: Accepted,
) -> Side:
    own = filed.get((host.submission, side.form)) or _elsewhere(side, host, filed)
    if own is not None:
        return _read_side(programme, side, own)
    accepted = standing.get((host.reading.unit, side.form))
    return Side(None if accepted is None else _accepted_sum(side, accepted), None)


def _elsewhere(
    side: CrossSide, host: Filed, filed: Mapping[tuple[int, str], Filed]
) -> Filed | None:
    unit = host.reading.unit
    found = [f for (_, form), f in filed.items() if form == side.form and f.reading.unit == unit]
    return found[-1] if found else None


def _read_side(programme: Programme, side: CrossSide, own: Filed) -> Side:
    if own.reading.zero_report:
        return Side(Decimal(0), own)
    form = programme.form(side.form)
    rows = table_rows(programme, form.table(side.table), (own,))
    taken = [row for row in rows if not side.rows or row.key in side.rows]
    values = [row.cells[column] for row in taken for column in side.columns]
    return Side(_sum(values), own, _cells(taken, side.columns))


def _cells(rows: Sequence[Row], columns: Sequence[str]) -> tuple[str, ...]:
    entries = (row.entries.get(column) for row in rows for column in columns)
    return tuple(entry.address for entry in entries if entry is not None and entry.address)


def _accepted_sum(side: CrossSide, accepted: AcceptedForm) -> Decimal | None:
    if accepted.values.zero_report:
        return Decimal(0)
    rows = accepted.values.tables.get(side.table, ())
    taken = [row for row in rows if not side.rows or row.key in side.rows]
    return _sum([row.values.get(column) for row in taken for column in side.columns])


def _sum(values: Sequence[object]) -> Decimal | None:
    numbers = [value for value in values if isinstance(value, Decimal)]
    return sum(numbers, Decimal(0)) if numbers and len(numbers) == len(values) else None


def _own(crossing: Crossing, side: Side) -> tuple[Side, CrossSide] | None:
    if side.filed is None or side.filed.submission != crossing.submission:
        return None
    asked = crossing.check.left if side is crossing.left else crossing.check.right
    return side, asked


def _side_name(programme: Programme, side: CrossSide) -> str:
    form = programme.form(side.form)
    table = form.table(side.table)
    return f"{form.title}：{phrases.listed(table, side.columns)}"
