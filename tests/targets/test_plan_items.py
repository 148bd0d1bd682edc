"""Who answers for what, and by when, is what the plan prints."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from yuebao.programme.models import Item, Programme
from yuebao.rules.calendar import cut_off_on, due_on, quarters, reportable_periods
from yuebao.rules.period import Period, PeriodError

LINES = Path(__file__).with_name("plan_items.csv").read_text("utf-8").splitlines()
PRINTED = {row["item"]: row["printed"] for row in csv.DictReader(LINES)}
PARTS = re.compile(r"(责任领导|牵头单位|责任单位|配合单位)[:：]")
EVERY_TOWNSHIP = "各乡镇党委、政府"


def names(words: str) -> set[str]:
    """The names of a list, of which one has the list's own sign in it."""
    told = {EVERY_TOWNSHIP} if EVERY_TOWNSHIP in words else set()
    rest = re.split(r"[、,;]", words.replace(EVERY_TOWNSHIP, ""))
    return told | {name.strip() for name in rest if name.strip()}


def test_every_item_has_the_plans_people_and_units(programme: Programme) -> None:
    assert {item.id for item in programme.items} == set(PRINTED)
    assert [item.id for item in programme.items if answers(item) != printed(item.id)] == []


def answers(item: Item) -> tuple[set[str], set[str], set[str]]:
    return set(item.leaders), set(item.lead_units), set(item.responsible_units)


def printed(item: str) -> tuple[set[str], set[str], set[str]]:
    words = PARTS.split(PRINTED[item])[1:]
    parts = dict(zip(words[::2], map(names, words[1::2]), strict=True))
    others = parts.get("责任单位", set()) | parts.get("配合单位", set())
    return parts["责任领导"], parts["牵头单位"], others


def test_months_are_due_on_the_25th_and_quarters_on_their_three_days(programme: Programme) -> None:
    months = reportable_periods(programme)
    assert [str(month) for month in months] == [f"2023-{month:02d}" for month in range(5, 13)]
    assert {due_on(programme, month) for month in months} == {
        date(2023, month, 25) for month in range(5, 13)
    }
    assert {str(quarter): due_on(programme, quarter) for quarter in quarters(programme)} == {
        "2023-Q2": date(2023, 6, 30), "2023-Q3": date(2023, 9, 30), "2023-Q4": date(2023, 12, 30),
    }  # fmt: skip
    with pytest.raises(PeriodError):
        due_on(programme, Period.parse("2023-Q1"))


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2023-09", date(2023, 9, 28)),
        ("2023-06", date(2023, 6, 28)),  # the 25th, a Sunday, was worked
        ("2023-Q3", date(2023, 10, 9)),  # the holidays of October; 7 and 8 were worked
        ("2023-Q4", date(2024, 1, 4)),  # New Year
    ],
)
def test_the_cut_off_comes_three_working_days_later(
    programme: Programme, period: str, day: date
) -> None:
    assert cut_off_on(programme, Period.parse(period)) == day
