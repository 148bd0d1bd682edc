"""Whether the warehouse has the corrections the archive holds, each as it was recorded."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.office import Office
from yuebao.corrections.archive import archived_corrections
from yuebao.corrections.record import Correction

BROKEN = "更正记录读不出来，或被改动过"


def correction_faults(office: Office) -> Iterator[tuple[str, str]]:
    """Records nobody can rely on, and those only one of the two has: the place, what is wrong."""
    archived = archived_corrections(office.archive)
    for path in archived.broken:
        place = path.relative_to(office.archive).as_posix()
        yield place, BROKEN
    kept = {one.id: one for one in archived.corrections}
    entered = {
        standing.correction.id: standing.correction
        for standing in office.warehouse.corrections(office.programme.id)
    }
    for id_, one in kept.items():
        if id_ not in entered:
            yield _place(office, one), f"更正 {id_} 已存档，没有入库；请再收集一次"
        elif entered[id_] != one:
            yield _place(office, one), f"更正 {id_} 在库里与存档的记录不一致"
    for id_, one in entered.items():
        if id_ not in kept:
            yield _place(office, one), f"库里有更正 {id_}，档案里没有它的记录"


def unknown_corrections(office: Office) -> list[str]:
    """Records that cannot be relied on, and those of units or forms the definitions do not know."""
    programme = office.programme
    archived = archived_corrections(office.archive)
    units = {unit.code for unit in programme.reporters}
    forms = {form.id for form in programme.forms}
    broken = [f"{path.relative_to(office.archive)}：{BROKEN}" for path in archived.broken]
    return broken + [
        f"{_place(office, one)} 的更正 {one.id}：现行方案里没有这个单位或这张表"
        for one in archived.corrections
        if one.told.unit not in units or one.told.form not in forms
    ]


def _place(office: Office, one: Correction) -> str:
    names = {unit.code: unit.name for unit in office.programme.units}
    return f"{names.get(one.told.unit, one.told.unit)} {one.told.period} {one.told.form}"
