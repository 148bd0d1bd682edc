"""What the next month is judged against: the newest accepted values before it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from sql.store import Warehouse
from yuebao.programme.models import Programme
from yuebao.readings import AcceptedForm
from yuebao.results import FormState
from yuebao.rules.period import Period


@pytest.fixture
def loaded(warehouse: Warehouse, county: Programme, hand: Any, now: datetime) -> Warehouse:
    """东镇: F1 accepted in March and April (twice), returned in May; 县水务局: Q1 in June."""
    for sha256, period, form in (
        ("a3", "2023-03", hand.villages(3)),
        ("a4", "2023-04", hand.villages(40)),
        ("b4", "2023-04", hand.villages(4)),
        ("a5", "2023-05", hand.villages(5, state=FormState.RETURNED)),
    ):
        warehouse.load(county, hand.file(sha256, form, period=period), loaded_at=now)
    quarterly = hand.form("Q1", {"unit": (("53B01", {"progress": "完成"}),)})
    filed = hand.file("q2", quarterly, unit="53B01", period="2023-Q2")
    warehouse.load(county, filed, loaded_at=now)
    return warehouse


def people(form: AcceptedForm) -> object:
    return form.values.tables["villages"][0].values["people"]


def test_the_newest_accepted_before_counts(loaded: Warehouse, county: Programme) -> None:
    april = loaded.accepted_before(county, "2023-05")["53101", "F1"]
    assert (people(april), april.period, april.previous) == (4, "2023-04", True)


def test_an_older_one_is_not_called_the_previous(loaded: Warehouse, county: Programme) -> None:
    april = loaded.accepted_before(county, Period(2023, 7))["53101", "F1"]
    assert (people(april), april.period, april.previous) == (4, "2023-04", False)


def test_nothing_is_before_the_first(loaded: Warehouse, county: Programme) -> None:
    assert loaded.accepted_before(county, "2023-03") == {}
    assert loaded.accepted_before(county, "2023-01") == {}


def test_another_year_is_not_before(loaded: Warehouse, county: Programme) -> None:
    assert loaded.accepted_before(county, "2024-01") == {}


def test_months_and_quarters_are_kept_apart(loaded: Warehouse, county: Programme) -> None:
    assert set(loaded.accepted_before(county, "2023-12")) == {("53101", "F1")}
    last = loaded.accepted_before(county, "2023-Q3")
    assert set(last) == {("53B01", "Q1")}
    assert last["53B01", "Q1"].previous


def test_one_unit_may_be_asked_for(loaded: Warehouse, county: Programme) -> None:
    assert set(loaded.accepted_before(county, "2023-05", unit="53101")) == {("53101", "F1")}
    assert loaded.accepted_before(county, "2023-05", unit="53102") == {}
    assert loaded.accepted_in(county, "2023-04", unit="53102") == {}


def test_a_zero_report_gives_way_to_older_values(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    shed = hand.form("F2", {"projects": (("棚", {"project": "棚", "area": Decimal("1.5")}),)})
    zero = hand.form("F2", {}, state=FormState.ZERO)
    for sha256, period, form, unit in (
        ("a1", "2023-03", shed, "53101"),
        ("a2", "2023-04", zero, "53101"),
        ("b1", "2023-04", zero, "53102"),
    ):
        filed = hand.file(sha256, form, period=period, unit=unit)
        warehouse.load(county, filed, loaded_at=now)

    before = warehouse.accepted_before(county, "2023-05")
    assert before["53101", "F2"].period == "2023-03"
    assert not before["53101", "F2"].previous
    assert before["53102", "F2"].values.zero_report
    assert warehouse.accepted_in(county, "2023-04")["53101", "F2"].values.zero_report
