"""Whether the archive's records of what was decided, and the warehouse, say the same."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.office import Office
from yuebao.workbooks.desk_archive import read_desk


def desk_faults(office: Office) -> Iterator[tuple[str, str]]:
    """Place and fault: records nobody can read, closings and answers only one side knows."""
    desk = read_desk(office.archive)
    for path in desk.broken:
        yield path.relative_to(office.archive).as_posix(), "决定的记录读不出来"
    yield from _apart(
        {f"{step.period} {step.step}（{step.at.isoformat()}）" for step in desk.closings},
        {
            f"{step.period} {step.step}（{step.at.isoformat()}）"
            for step in office.warehouse.closings(office.programme.id)
        },
    )
    yield from _apart(
        {
            f"{one.period} {one.unit} {form} 第{one.version}版{one.answer}"
            for one in desk.decisions
            for form in one.forms
        },
        {
            f"{one.period} {one.unit} {form} 第{one.version}版{one.answer}"
            for one in office.warehouse.answers(office.programme.id)
            for form in one.forms
        },
    )


def _apart(kept: set[str], known: set[str]) -> Iterator[tuple[str, str]]:
    for place in sorted(kept - known):
        yield place, "档案里有这个决定，仓库里没有；请再做一次，或用 yuebao rebuild 补上"
    for place in sorted(known - kept):
        yield place, "仓库里有这个决定，档案里没有它的记录"
