"""What aggregation takes and gives back: sums exact to the last place, cells, results."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import StatementError

from sql.column_types import NumberTooLongError
from sql.store import Warehouse
from yuebao.programme.models import Programme
from yuebao.results import Colour, FormState, IndicatorResult, TargetOrigin
from yuebao.rules.period import Period
from yuebao.rules.rollup import components
from yuebao.rules.terms import TermCell, TermSum

MAY = "2023-05"


def incomes(hand: Any, *amounts: str) -> Any:
    rows = tuple((f"v{n}", {"income": Decimal(amount)}) for n, amount in enumerate(amounts))
    return hand.form("F1", {"villages": rows})


def total(warehouse: Warehouse, county: Programme, indicator: str) -> Decimal:
    (found,) = (s for s in warehouse.term_sums(county.id, MAY) if s.indicator == indicator)
    return found.total


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (["0.1"] * 30, "3.000000"),
        (["0.000001"] * 7, "0.000007"),
        (["999999999999.999999", "0.000001"], "1000000000000.000000"),
        (["123456789012.345678", "-123456789012.345677"], "0.000001"),
        (["2.0000005", "1"], "3.000001"),
    ],
)
def test_sums_are_exact(
    warehouse: Warehouse,
    county: Programme,
    hand: Any,
    now: datetime,
    amounts: list[str],
    expected: str,
) -> None:
    warehouse.load(county, hand.file("a1", incomes(hand, *amounts)), loaded_at=now)
    found = total(warehouse, county, "W1-5")
    assert isinstance(found, Decimal)
    assert str(found) == expected


@pytest.mark.parametrize("number", ["9000000000000", "NaN", "-Infinity"])
def test_a_number_too_long_is_an_error_not_another_number(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime, number: str
) -> None:
    with pytest.raises((StatementError, NumberTooLongError), match="超出可以保存的范围"):
        warehouse.load(county, hand.file("a1", incomes(hand, number)), loaded_at=now)
    assert warehouse.submissions(county.id, MAY) == ()


@pytest.fixture
def loaded(warehouse: Warehouse, county: Programme, hand: Any, now: datetime) -> Warehouse:
    """A May with a replaced version, a returned form, a bureau's form and a zero report."""
    east = hand.form(
        "F1",
        {
            "villages": (
                ("53101001", {"people": Decimal(10), "income": Decimal("0.5"), "done": True}),
                ("53101002", {"people": Decimal(5), "income": None, "done": None}),
            ),
            "kinds": (("near", {"people": Decimal(7)}), ("far", {"people": Decimal(8)})),
        },
    )
    shed = hand.form("F2", {"projects": (("棚", {"project": "棚", "area": Decimal(3)}),)})
    zero = hand.form("F2", {}, state=FormState.ZERO)
    for sha256, unit, forms in (
        ("a1", "53101", (hand.villages(100, 100), shed)),
        ("a2", "53101", (east,)),
        ("b1", "53102", (hand.villages(50, state=FormState.RETURNED), zero)),
        ("c1", "53B01", (shed,)),
    ):
        warehouse.load(county, hand.file(sha256, *forms, unit=unit), loaded_at=now)
    return warehouse


def test_only_what_counts_is_added(loaded: Warehouse, county: Programme) -> None:
    assert set(loaded.term_sums(county.id, MAY)) == {
        TermSum("W1-1", "numerator", "53101", Decimal(15), 2),
        TermSum("W1-2", "numerator", "53101", Decimal(8), 1),
        TermSum("W1-4", "numerator", "53101", Decimal(3), 1),
        TermSum("W1-5", "numerator", "53101", Decimal("0.5"), 1),
    }
    assert loaded.term_sums(county.id, "2023-06") == ()


def test_terms_with_conditions_come_cell_by_cell_blanks_too(
    loaded: Warehouse, county: Programme
) -> None:
    at = ("W1-3", "numerator", "53101")
    assert loaded.term_cells(county.id, MAY) == (
        TermCell(*at, "53101001", 0, "done", None, "是"),
        TermCell(*at, "53101002", 1, "done", None, None),
    )


def test_who_reported_what(loaded: Warehouse, county: Programme) -> None:
    assert loaded.reported(county.id, MAY) == {
        "F1": frozenset({"53101"}),
        "F2": frozenset({"53101", "53102", "53B01"}),
    }


def test_the_roll_up_takes_them_as_they_come(loaded: Warehouse, county: Programme) -> None:
    found = components(
        county,
        Period.parse(MAY),
        loaded.term_sums(county.id, MAY),
        loaded.term_cells(county.id, MAY),
        loaded.reported(county.id, MAY),
    )
    of_county = {
        c.indicator: (c.numerator, c.denominator, c.units_reported, c.units_expected)
        for c in found
        if c.unit == county.county
    }
    assert of_county == {
        "W1-1": (15, None, 1, 2),
        "W1-2": (8, None, 1, 2),
        "W1-3": (1, 2, 1, 2),
        "W1-4": (3, None, 2, 2),
        "W1-5": (Decimal("0.5"), None, 1, 2),
    }


RESULT = IndicatorResult(
    indicator="W1-1",
    unit="53",
    period=MAY,
    value=Decimal("15.000000"),
    numerator=Decimal(15),
    denominator=None,
    target=Decimal("87500.5"),
    target_origin=TargetOrigin.RULE,
    expected=Decimal("36458.541667"),
    progress=Decimal("0.017143"),
    pace_ratio=Decimal("0.000411"),
    colour=Colour.RED,
    needed=None,
    landing=Decimal(-36),
    units_expected=2,
    units_reported=1,
)


def test_results_come_back_as_they_went_in(
    warehouse: Warehouse, county: Programme, now: datetime
) -> None:
    quarterly = replace(RESULT, period="2023-Q2", value=None, colour=Colour.GREY)
    township = replace(RESULT, unit="53101")
    other = replace(RESULT, indicator="W1-2")
    warehouse.replace_results(county.id, MAY, [other, township, RESULT], computed_at=now)
    warehouse.replace_results(county.id, "2023-Q2", [quarterly], computed_at=now)
    found = warehouse.results(county.id, ["2023-Q2", MAY])
    assert found == (RESULT, township, other, quarterly)
    assert warehouse.results(county.id, []) == ()


def test_results_are_replaced_a_period_at_a_time(
    warehouse: Warehouse, county: Programme, now: datetime
) -> None:
    june = replace(RESULT, period="2023-06")
    warehouse.replace_results(county.id, MAY, [RESULT], computed_at=now)
    warehouse.replace_results(county.id, "2023-06", [june], computed_at=now)
    better = replace(RESULT, indicator="W1-2", value=Decimal(16))
    warehouse.replace_results(county.id, MAY, [better], computed_at=now)
    assert warehouse.results(county.id, [MAY]) == (better,)
    assert warehouse.results(county.id, ["2023-06"]) == (june,)


def test_a_failed_replacement_leaves_the_old_results(
    warehouse: Warehouse, county: Programme, now: datetime
) -> None:
    warehouse.replace_results(county.id, MAY, [RESULT], computed_at=now)
    with pytest.raises(Exception, match="out_monthly__indicator"):
        warehouse.replace_results(county.id, MAY, [RESULT, RESULT], computed_at=now)
    with pytest.raises(ValueError, match="2023-05"):
        warehouse.replace_results(county.id, "2023-06", [RESULT], computed_at=now)
    assert warehouse.results(county.id, [MAY]) == (RESULT,)


def test_a_revision_touches_what_was_computed_later(
    warehouse: Warehouse, county: Programme, now: datetime
) -> None:
    for period in ("2023-04", MAY, "2023-06", "2023-10", "2023-Q2", "2023-Q3", "2024-01"):
        computed = replace(RESULT, period=period)
        warehouse.replace_results(county.id, period, [computed], computed_at=now)
    assert warehouse.periods_after(county.id, MAY) == (
        "2023-06",
        "2023-10",
        "2023-Q2",
        "2023-Q3",
    )
    assert warehouse.periods_after(county.id, "2023-10") == ()
    assert warehouse.periods_after(county.id, "2023-Q2") == ("2023-Q3",)
