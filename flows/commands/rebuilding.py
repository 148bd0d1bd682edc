"""``yuebao rebuild``: the warehouse once more, from the archive and the definitions alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.office import open_office
from flows.settings import Settings, without_password
from sql.engine import WarehouseUnavailableError
from sql.store import Warehouse
from sql.upkeep import carry_over, claim, is_empty, put_in_place, row_counts, sqlite_file
from tasks.answering import carry_out
from tasks.correction_check import unknown_corrections
from tasks.corrections import OpenCorrectionsError
from tasks.figures import compute_figures
from tasks.office import Office
from tasks.replaying import replay
from tasks.standings import statuses_of
from yuebao.corrections.archive import archived_corrections
from yuebao.programme.models import Programme
from yuebao.results import ObligationState
from yuebao.revisions import RevisionDecision
from yuebao.rules.calendar import cut_off_on, local_date, quarters, reportable_periods
from yuebao.rules.period import Period
from yuebao.workbooks.archive_check import ArchiveFaultKind, archive_faults
from yuebao.workbooks.arrivals import Arrival, read_records, takings
from yuebao.workbooks.desk_archive import read_desk

_OPEN = frozenset(
    {
        ObligationState.MISSING,
        ObligationState.PENDING,
        ObligationState.RETURNED,
        ObligationState.HELD,
    }
)
_NAMED = 10

Say = Callable[[str], None]


class NotRebuiltError(Exception):
    """The warehouse cannot be rebuilt; the one there is was left alone. Says why, in Chinese."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild made. ``carried`` is None where the old warehouse could not be read."""

    place: str
    submissions: int
    periods: tuple[str, ...]
    carried: int | None
    old: Path | None


def rebuild(chosen: Settings, now: datetime, *, into: str, say: Say) -> Rebuilt:
    """Make the warehouse anew and put it in the place of the old, or ``into`` an empty database.

    Every file is judged by the definitions as they are today; that someone had a file judged again
    later makes no second version. Until the new one is complete the old one stands, and it stays
    where anything was added to it meanwhile.
    """
    target, beside = _target(chosen, into)
    before = row_counts(chosen.warehouse)
    with closing(open_office(chosen, target)) as office:
        _refuse_broken_archive(office)
        results = _aggregated(office.programme, chosen.warehouse)
        loaded = _load_all(office, say)
        periods = _compute_all(office, results, now, say)
    carried = carry_over(chosen.warehouse, target) if not is_empty(chosen.warehouse) else 0
    file = sqlite_file(chosen.warehouse)
    if beside is not None and row_counts(chosen.warehouse) != before:
        raise NotRebuiltError(
            "重建期间仓库里又有了新的记录，原库未动。"
            "请先停掉 yuebao up 和正在运行的收集，再重建一次。"
        )
    old = put_in_place(beside, file, now) if beside is not None and file is not None else None
    place = without_password(target if beside is None else chosen.warehouse)
    return Rebuilt(place, loaded, periods, carried, old)


def _target(chosen: Settings, into: str) -> tuple[str, Path | None]:
    """The URL to build at, and the file that is to take the warehouse's place, if one is."""
    if into:
        if not is_empty(into):
            raise NotRebuiltError(f"{without_password(into)} 里已有内容，重建只写进空的数据库。")
        return into, None
    file = sqlite_file(chosen.warehouse)
    if file is None:
        raise NotRebuiltError(
            "PostgreSQL 仓库请用 --into 指定一个空的数据库，"
            "核对后把 YUEBAO_WAREHOUSE_URL 改指过去。"
        )
    claim(file)
    beside = file.with_name(f"{file.name}.rebuilding")
    for rest in file.parent.glob(f"{beside.name}*"):
        rest.unlink()
    return f"sqlite:///{beside}", beside


def _refuse_broken_archive(office: Office) -> None:
    records = read_records(office.archive)
    faults = [
        f"{fault.place}：{fault.text}"
        for fault in archive_faults(office.archive, records)
        if fault.kind is not ArchiveFaultKind.UNRECORDED
    ]
    faults += _strange(office.programme, _of_units(office, records.arrivals))
    faults += unknown_corrections(office)
    faults += [f"{path.name}：决定的记录读不出来" for path in read_desk(office.archive).broken]
    if faults:
        named = "\n".join(f"  {fault}" for fault in faults[:_NAMED])
        raise NotRebuiltError(f"档案有 {len(faults)} 处不对，不能据以重建，原库未动：\n{named}")


def _strange(programme: Programme, arrivals: Iterable[Arrival]) -> list[str]:
    """What arrived for units or periods the definitions do not know; nothing is left out unsaid."""
    units = {unit.code for unit in programme.reporters}
    periods = {str(p) for p in (*reportable_periods(programme), *quarters(programme))}
    return [
        f"{one.unit} {one.period} 的“{one.name}”：现行方案里没有这个单位或这一期"
        for one in arrivals
        if one.unit not in units or one.period not in periods
    ]


def _aggregated(programme: Programme, url: str) -> frozenset[Period]:
    """The periods the old warehouse has results of; none if it cannot be read."""
    if is_empty(url):
        return frozenset()
    try:
        with Warehouse(url) as old:
            known = (*reportable_periods(programme), *quarters(programme))
            return frozenset(p for p in known if old.results(programme.id, [p]))
    except WarehouseUnavailableError:
        return frozenset()


def _of_units(office: Office, arrivals: Iterable[Arrival]) -> list[Arrival]:
    """The arrivals that are submissions; what the county itself hands in are corrections."""
    return [arrival for arrival in arrivals if arrival.unit != office.programme.county]


def _load_all(office: Office, say: Say) -> int:
    """Every file as it was taken up, and between them what the data team answered."""
    units = [unit.code for unit in office.programme.reporters]
    desk = read_desk(office.archive)
    for step in desk.closings:
        office.warehouse.record_closing(office.programme.id, step)
    answers, loaded = deque(desk.decisions), 0
    corrections = archived_corrections(office.archive).corrections
    for taking in takings(_of_units(office, read_records(office.archive).arrivals), units):
        known = [c for c in corrections if taking.taken_at and c.recorded_at < taking.taken_at]
        office.warehouse.record_corrections(office.programme.id, known)
        if taking.taken_at is not None:
            loaded += _answered(office, answers, until=taking.taken_at)
        count = replay(office, taking)
        loaded += count
        say(f"{taking.period}：重新判定入库 {count} 份")
    loaded += _answered(office, answers, until=None)
    office.warehouse.record_corrections(office.programme.id, corrections)
    return loaded


def _answered(office: Office, answers: deque[RevisionDecision], *, until: datetime | None) -> int:
    """Carry out the answers given before a moment; all that are left, for none."""
    loaded = 0
    while answers and (until is None or answers[0].decided_at <= until):
        loaded += carry_out(office, answers.popleft()) is not None
    return loaded


def _compute_all(
    office: Office, aggregated: frozenset[Period], now: datetime, say: Say
) -> tuple[str, ...]:
    """Aggregate what had been aggregated, and what by now is complete or cut off."""
    programme = office.programme
    months = [
        month
        for month in reportable_periods(programme)
        if month in aggregated or _is_due(office, month, now)
    ]
    ended = [quarter for quarter in quarters(programme) if quarter.months[-1] in months]
    both = sorted({*months, *ended, *aggregated}, key=lambda p: (p.year, p.month, p.is_quarter))
    return tuple(str(period) for period in both if _computed(office, period, now, say))


def _computed(office: Office, period: Period, now: datetime, say: Say) -> bool:
    """Aggregate a period; one whose corrections wait for the data team is left without results."""
    try:
        compute_figures(office, period, now)
    except OpenCorrectionsError as error:
        say(str(error))
        return False
    say(f"{period}：已汇总")
    return True


def _is_due(office: Office, period: Period, now: datetime) -> bool:
    if not office.warehouse.submissions(office.programme.id, period):
        return False
    today = local_date(office.programme, now)
    if today > cut_off_on(office.programme, period):
        return True
    statuses = statuses_of(office, str(period), today)
    return not any(status.state in _OPEN for status in statuses)
