"""Where a value comes from: every version, verdict and correction; the cells behind a figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sql.provenance import CellSought
from yuebao.corrections.record import Correction, Told
from yuebao.results import FormState

MAY = "2023-05"
CELL = CellSought(MAY, "53101", "F1", "villages", "53101001", "people")
FIX = Told(
    *("53101", MAY, "F1", "villages", "53101001", "people"), Decimal(10), Decimal(12),
    "漏两人", "王某", date(2023, 6, 1),
)  # fmt: skip


@pytest.fixture
def lived(warehouse: Any, county: Any, hand: Any, now: Any) -> Any:
    """10, corrected to 12; then a returned version; then 11; the correction is withdrawn."""
    hours = [now + timedelta(hours=n) for n in range(5)]
    warehouse.load(county, hand.file("a1", hand.villages(10, 20)), loaded_at=hours[0])
    warehouse.record_corrections(county.id, [Correction(FIX, hours[1], "更正单.xlsx", "c" * 64, 5)])
    returned = hand.villages(99, 20, state=FormState.RETURNED)
    warehouse.load(county, hand.file("a2", returned, days=1), loaded_at=hours[2])
    warehouse.load(county, hand.file("a3", hand.villages(11, 20), days=2), loaded_at=hours[3])
    back = replace(FIX, reason="已改对", withdraws=True)
    warehouse.record_corrections(county.id, [Correction(back, hours[4])])
    return warehouse


def test_the_life_of_a_value(lived: Any, county: Any) -> None:
    events = [
        (e.event, e.value, e.expected_value, e.version, e.state, e.counts, e.file_name, e.cell)
        for e in sorted(lived.history(county.id, CELL), key=lambda e: e.loaded_at)
    ]
    ten, eleven, twelve = Decimal(10), Decimal(11), Decimal(12)
    assert events == [
        ("reported", ten, None, 1, "accepted", "否", "53101-a1.xlsx", "A5"),
        ("correction", twelve, ten, 0, "withdrawn", "否", "更正单.xlsx", ""),
        ("reported", None, None, 2, "returned", "否", "53101-a2.xlsx", ""),
        ("reported", eleven, None, 3, "accepted", "是", "53101-a3.xlsx", "A5"),
        ("withdrawal", twelve, ten, 0, "withdrawal", "否", "", ""),
    ]


def test_a_part_left_open_is_any(lived: Any, county: Any) -> None:
    villages = {e.row_name for e in lived.history(county.id, CellSought(MAY)) if e.row_key}
    assert villages == {"一村", "二村"}
    assert lived.history(county.id, CellSought("2023-04")) == ()


def test_the_cells_behind_a_figure_add_up_to_it(lived: Any, county: Any, hand: Any) -> None:
    again = replace(FIX, expected=Decimal(11), made_on=date(2023, 6, 2))
    lived.record_corrections(county.id, [Correction(again, hand.file("x").arrived_at)])
    cells = lived.traced_cells(county.id, "W1-1", MAY)
    (total,) = (s.total for s in lived.term_sums(county.id, MAY) if s.indicator == "W1-1")
    assert sum(cell.value for cell in cells) == total == 32
    first = cells[0]
    assert (first.unit_name, first.row_name, first.sheet, first.cell) == (
        *("东镇", "一村", "F1 表", "A5"),
    )
    assert (first.value, first.submitted_value, first.version) == (12, 11, 3)
    assert (first.correction, first.sha256) == (again.id, "a3")
    assert lived.traced_cells(county.id, "W1-1", MAY, unit="53102") == ()
