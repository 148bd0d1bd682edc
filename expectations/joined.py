"""What is joined to the rows besides last month: peers, targets, a unit's texts and whole form.

What concerns the unit as a whole stands on its first row alone, so that it is said once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from expectations.checks import Place
from expectations.frames import Filed, Row
from expectations.own_beside import peer, spread
from expectations.rule_checks import texts_of
from expectations.table_checks import FORM_LAST, FORM_NOW, weighed
from expectations.targets import TargetSum
from yuebao.programme.allocate import AllocatedTarget
from yuebao.programme.models import Form, Measure, MustList, RowsKind
from yuebao.readings import Accepted, AcceptedForm
from yuebao.rules.magnitude import UNLIKE_SPREAD, PeerGroup, Peers

Figures: TypeAlias = Mapping[tuple[str, str, str], Any]
Moving: TypeAlias = Mapping[tuple[str, str], Measure]  # by table and column

# so many figures above 0 that come again are odd: of a month, of a year, of any kind
ENOUGH: Mapping[Measure, int] = {Measure.FLOW: 5, Measure.CUMULATIVE: 12}
ENOUGH_IN_ALL = 30
_MOVING = frozenset({Measure.FLOW, Measure.CUMULATIVE, Measure.STOCK})
_BY_KEY = frozenset({RowsKind.LISTED, RowsKind.ITEMS})


def join_peers(place: Place, rows: Sequence[Row], standing: Accepted) -> None:
    """Beside each weighed figure the median and spread of the other rows' (same key, if listed)."""
    filed = {row.reading.unit for row in rows}
    others = [
        accepted
        for (unit, form), accepted in standing.items()
        if form == place.form.id and unit not in filed
    ]
    for column in weighed(place):
        groups = _peer_groups(place, column.id, rows, others)
        for row in rows:
            value = row.cells[column.id]
            peers = groups[_group(place, row.key)].beside(value)
            row.cells[peer(column.id)] = peers.median if peers else None
            row.cells[spread(column.id)] = _spread_of(place, peers) if peers else None


def _spread_of(place: Place, peers: Peers) -> Decimal:
    if place.table.rows is RowsKind.OPEN:
        return max(peers.spread, UNLIKE_SPREAD)
    return peers.spread


def join_targets(
    sums: Iterable[TargetSum],
    rows: Sequence[Row],
    targets: Mapping[tuple[str, str], AllocatedTarget],
) -> None:
    """On each unit's first row its total for an indicator and its target for the year."""
    for target_sum in sums:
        for own in by_submission(rows):
            allocated = targets.get((target_sum.indicator, own[0].reading.unit))
            if allocated is not None:
                own[0].cells[target_sum.total] = _total(target_sum, own)
                own[0].cells[target_sum.target] = allocated.value


def join_texts(place: Place, rows: Sequence[Row], names: Mapping[str, str]) -> None:
    """On each unit's first row all its texts of a column that must list something."""
    for rule in place.table.rules:
        if not isinstance(rule, MustList):
            continue
        for own in by_submission(rows):
            texts = (row.cells[rule.column] for row in own)
            said = "\n".join(names.get(str(t), str(t)) for t in texts if t is not None)
            own[0].cells[texts_of(rule.column)] = said


def join_whole_form(form: Form, rows: Sequence[Row], filed: Mapping[int, Filed]) -> None:
    """On each unit's first row its form's figures now and last, where there are several."""
    moving = _moving_columns(form)
    for own in by_submission(rows):
        one = filed[own[0].submission]
        if one.accepted is None or one.accepted.values.zero_report:
            continue
        now = _figures_now(moving, one)
        if _says_something(moving, now):
            before = _figures_last(moving, one.accepted)
            told = _telling(now, before)
            own[0].cells[FORM_NOW] = _spelt(now, told)
            own[0].cells[FORM_LAST] = _spelt(before, told)


def by_submission(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows, submission by submission."""
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.submission, []).append(row)
    return list(grouped.values())


def _group(place: Place, key: str) -> str:
    return key if place.table.rows in _BY_KEY else ""


def _peer_groups(
    place: Place, column: str, rows: Sequence[Row], others: Iterable[AcceptedForm]
) -> dict[str, PeerGroup]:
    values: dict[str, list[Decimal]] = {_group(place, row.key): [] for row in rows}
    for row in rows:
        if row.cells[column] is not None:
            values[_group(place, row.key)].append(row.cells[column])
    for accepted in others:
        for former in accepted.values.tables.get(place.table.id, ()):
            value = former.values.get(column)
            if isinstance(value, Decimal):
                values.setdefault(_group(place, former.key), []).append(value)
    return {key: PeerGroup(found) for key, found in values.items()}


def _total(target_sum: TargetSum, own: Sequence[Row]) -> Decimal:
    values = (
        row.cells[column]
        for row in own
        if not target_sum.rows or row.key in target_sum.rows
        for column in target_sum.columns
    )
    return sum((value for value in values if value is not None), Decimal(0))


def _figures_now(moving: Moving, one: Filed) -> Figures:
    return {
        (entry.table, entry.row, entry.column): entry.value
        for entry in one.reading.entries
        if (entry.table, entry.column) in moving and entry.value is not None
    }


def _figures_last(moving: Moving, accepted: AcceptedForm) -> Figures:
    return {
        (table, row.key, column): value
        for table, rows in accepted.values.tables.items()
        for row in rows
        for column, value in row.values.items()
        if (table, column) in moving and value is not None
    }


def _moving_columns(form: Form) -> Moving:
    return {
        (table.id, column.id): column.measure
        for table in form.tables
        for column in table.columns
        if column.is_number and column.measure in _MOVING
    }


def _says_something(moving: Moving, now: Figures) -> bool:
    """Whether last month's figures again would be odd: a few may well be what they were."""
    above = Counter(moving[table, column] for (table, _, column), value in now.items() if value)
    if Measure.FLOW in moving.values() and not above[Measure.FLOW]:
        return False
    odd = (above[measure] >= enough for measure, enough in ENOUGH.items())
    return any(odd) or sum(above.values()) >= ENOUGH_IN_ALL


def _telling(now: Figures, before: Figures) -> list[tuple[str, str, str]]:
    """One figure in which the two differ; all of them, if in none: copies are spelt in full."""
    for key in (*now, *before):
        if now.get(key) != before.get(key):
            return [key]
    return sorted(now)


def _spelt(figures: Figures, keys: Iterable[tuple[str, str, str]]) -> str:
    return "\n".join(f"{'|'.join(key)}={_exactly(figures[key])}" for key in keys if key in figures)


def _exactly(value: Decimal | date | str | bool) -> str:
    return str(value.normalize()) if isinstance(value, Decimal) else str(value)
