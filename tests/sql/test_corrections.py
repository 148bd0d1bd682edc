"""Corrections: applied on top of what was handed in, and never under a value nobody expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from sql.engine import open_engines
from yuebao.corrections.record import Correction, Told
from yuebao.results import FormState
from yuebao.rules.period import Period

MAY = "2023-05"
VILLAGE = ("53101", MAY, "F1", "villages", "53101001", "people")
FIX = Told(
    *VILLAGE, Decimal(10), Decimal(1000), "少写两个零", "王某", date(2023, 6, 1), withdraws=False
)


def stands(warehouse: Any, county: Any) -> list[tuple[str, str]]:
    return [(one.state.value, one.found) for one in warehouse.corrections(county.id, MAY)]


def counted(warehouse: Any, county: Any) -> list[Decimal]:
    """What the county's number of people comes to, by each way it is read."""
    (total,) = (s.total for s in warehouse.term_sums(county.id, MAY) if s.indicator == "W1-1")
    sums = [s.total for s in warehouse.column_sums(county.id, MAY) if s.table == "villages"]
    form = warehouse.accepted_in(county, MAY)["53101", "F1"]
    rows = form.values.tables["villages"]
    return [total, sum(sums), sum((row.values["people"] for row in rows), Decimal(0))]


def exported(warehouse: Any, county: Any) -> list[tuple[Any, ...]]:
    columns, rows = warehouse.export(county.id, "observations", MAY)
    names = [column.name for column in columns]
    cells = [dict(zip(names, row, strict=True)) for row in rows]
    return [
        (c["value"], c["submitted_value"], c["correction_reason"], c["corrected_by"])
        for c in cells
        if c["column_id"] == "people"
    ]


@pytest.fixture
def corrected(warehouse: Any, county: Any, hand: Any, now: Any) -> Any:
    warehouse.load(county, hand.file("a1", hand.villages(10, 20)), loaded_at=now)
    warehouse.record_corrections(county.id, [Correction(FIX, now)])
    return warehouse


def test_a_correction_counts_everywhere_and_what_was_handed_in_stays(corrected, county) -> None:
    assert stands(corrected, county) == [("applied", "10")]
    assert counted(corrected, county) == [Decimal(1020)] * 3
    assert exported(corrected, county) == [
        (Decimal(1000), Decimal(10), "少写两个零", "王某"),
        (Decimal(20), Decimal(20), "", ""),
    ]


def test_the_same_record_again_changes_nothing(corrected, county, now) -> None:
    corrected.record_corrections(county.id, [Correction(FIX, now + timedelta(days=1))])
    (one,) = corrected.corrections(county.id, MAY)
    assert one.correction == Correction(FIX, now)


def test_a_later_version_with_another_value_is_not_corrected(corrected, county, hand, now) -> None:
    corrected.load(county, hand.file("a2", hand.villages(900, 20), days=1), loaded_at=now)
    assert stands(corrected, county) == [("differs", "900")]
    assert counted(corrected, county) == [Decimal(920)] * 3
    corrected.load(county, hand.file("a3", hand.villages(10, 30), days=2), loaded_at=now)
    assert stands(corrected, county) == [("applied", "10")]
    assert counted(corrected, county) == [Decimal(1030)] * 3


def test_a_returned_version_leaves_the_correction_of_the_one_that_counts(
    corrected, county, hand, now
) -> None:
    returned = hand.villages(1, 2, state=FormState.RETURNED)
    corrected.load(county, hand.file("a2", returned, days=1), loaded_at=now)
    assert stands(corrected, county) == [("applied", "10")]
    assert counted(corrected, county) == [Decimal(1020)] * 3


def test_a_cell_that_is_gone_and_a_form_that_never_came(corrected, county, hand, now) -> None:
    other = replace(FIX, unit="53102", row="53102001")
    corrected.record_corrections(county.id, [Correction(other, now)])
    corrected.load(county, hand.file("a2", hand.form("F1", {}), days=1), loaded_at=now)
    assert [state for state, _ in stands(corrected, county)] == ["absent", "idle"]


def test_of_two_for_one_cell_neither_counts_until_one_is_withdrawn(corrected, county, now) -> None:
    second = replace(FIX, value=Decimal(500))
    corrected.record_corrections(county.id, [Correction(second, now + timedelta(days=1))])
    assert [state for state, _ in stands(corrected, county)] == ["twice", "twice"]
    assert counted(corrected, county) == [Decimal(30)] * 3
    back = replace(FIX, reason="记错", withdraws=True)
    corrected.record_corrections(county.id, [Correction(back, now + timedelta(days=2))])
    states = [state for state, _ in stands(corrected, county)]
    assert states == ["withdrawn", "applied", "withdrawal"]
    assert counted(corrected, county) == [Decimal(520)] * 3


def test_texts_blanks_and_rows_of_one_name(warehouse, county, hand, now) -> None:
    rows = tuple((key, {"project": key, "area": None}) for key in ("甲", "乙", "乙"))
    warehouse.load(county, hand.file("a1", hand.form("F2", {"projects": rows})), loaded_at=now)
    blank = Told(
        *("53101", MAY, "F2", "projects", "甲", "area"), None, Decimal("0.5"), "补", "王",
        date(2023, 6, 1),
    )  # fmt: skip
    twin = replace(blank, row="乙")
    warehouse.record_corrections(county.id, [Correction(blank, now), Correction(twin, now)])
    assert sorted(stands(warehouse, county)) == [("applied", "空"), ("repeated", "")]
    (total,) = (s.total for s in warehouse.term_sums(county.id, MAY) if s.indicator == "W1-4")
    assert total == Decimal("0.5")


def test_what_counts_before_the_next_period_is_corrected_too(corrected, county) -> None:
    before = corrected.accepted_before(county, Period.parse("2023-06"))["53101", "F1"]
    assert before.values.tables["villages"][0].values["people"] == Decimal(1000)


def test_all_periods_are_listed_and_settling_again_changes_nothing(corrected, county) -> None:
    listed = corrected.corrections(county.id)
    assert corrected.settle_corrections(county.id, MAY) == listed
    assert corrected.settle_corrections(county.id, "2023-04") == ()


def test_the_view_shows_what_counts_and_what_was_handed_in(corrected: Any, url: str) -> None:
    engines = open_engines(url)
    with engines.reading() as connection:
        rows = connection.execute(
            text(
                'SELECT "行", "数值", "填报数值", "更正原因" FROM v_observation '
                'WHERE "列" = :column ORDER BY "数值"'
            ),
            {"column": "people"},
        ).all()
    engines.close()
    assert [(row[0], float(row[1]), float(row[2]), row[3]) for row in rows] == [
        ("二村", 20, 20, ""),
        ("一村", 1000, 10, "少写两个零"),
    ]
