"""The one word for a unit, and the one line for all."""

from datetime import date

import pytest

from yuebao.results import Obligation, ObligationState, ObligationStatus
from yuebao.rules.unit_standing import Standing, UnitStanding, summary, unit_standing

UNIT = "532323101"


def status(form: str, state: ObligationState, errors: int = 0, warnings: int = 0):
    owed = Obligation(UNIT, form, "2023-09", date(2023, 9, 25))
    return ObligationStatus(owed, state, errors=errors, warnings=warnings)


S = ObligationState


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ([status("A", S.REPORTED), status("B", S.ZERO)], "已入库"),
        ([status("A", S.REPORTED), status("B", S.NOT_APPLICABLE)], "已入库"),
        ([status("A", S.REPORTED), status("B", S.RETURNED, errors=3)], "退回 3 处错误"),
        ([status("A", S.RETURNED, warnings=1)], "退回 1 处待说明"),
        ([status("A", S.RETURNED, 2, 1), status("B", S.MISSING)], "退回 2 处错误、1 处待说明"),
        ([status("A", S.REPORTED), status("B", S.MISSING)], "缺 1 张表"),
        ([status("A", S.MISSING), status("B", S.MISSING)], "未报"),
        ([status("A", S.PENDING)], "待报"),
        ([status("A", S.NOT_APPLICABLE)], "无须报送"),
        ([], "无须报送"),
    ],
)
def test_a_unit_in_words(statuses: list[ObligationStatus], words: str) -> None:
    assert unit_standing(UNIT, statuses).words == words


def test_all_units_in_a_line_loaded_first() -> None:
    standings = [
        UnitStanding("a", Standing.MISSING),
        UnitStanding("b", Standing.LOADED),
        UnitStanding("c", Standing.RETURNED, errors=2),
        UnitStanding("d", Standing.LOADED),
    ]
    assert summary(standings) == "已入库 2，退回 1，未报 1"


def test_who_owes_nothing_is_not_counted() -> None:
    exempt = UnitStanding("a", Standing.EXEMPT)
    assert summary([exempt, UnitStanding("b", Standing.LOADED), exempt]) == "已入库 1"
    assert summary([exempt]) == "没有应报单位"


def test_a_share_out_of_reach_is_told_from_a_fault_of_the_system() -> None:
    standings = [
        UnitStanding(
            "a", Standing.FAULT, detail="读取时出错（收件箱连不上：smb://nas/s，连接中断）"
        ),
        UnitStanding("b", Standing.FAULT, detail="入库时出错"),
        UnitStanding("c", Standing.LOADED),
    ]
    assert [standing.words for standing in standings] == ["收件箱连不上", "系统故障", "已入库"]
    assert summary(standings) == "已入库 1，收件箱连不上 1，系统故障 1"
