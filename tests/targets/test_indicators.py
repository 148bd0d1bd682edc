"""The registry of indicators: the plan's 65 lines, each fed by one form, none of it in Python."""

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from yuebao.programme.models import TargetKind, UnitLevel

ROOT = Path(__file__).parents[2]
PLAN_LINES = Path(__file__).with_name("plan_targets.csv")
CODE_ROOMS = ("yuebao", "expectations", "sql", "tasks", "flows")
KINDS = {
    ">=": TargetKind.AT_LEAST,
    "=": TargetKind.EQUAL,
    "about": TargetKind.ABOUT,
    "track": TargetKind.TRACKED,
    "rule": TargetKind.TRACKED,
    "allocated": TargetKind.ALLOCATED,
}
MOVEMENTS = {"cumulative_ytd": "cumulative", "stock": "stock"}
ROLLUPS = {
    "sum": {"sum", "net"},
    "ratio": {"ratio"},
    "share_of_units": {"share_of_units", "coverage"},
    "share_of_rows": {"share_of_rows"},
}
SPECIAL_ROLLUPS = {"W01-4": "count_rows", "W03-2": "count_rows", "W07-5": "coverage"}


def plan_lines() -> list[dict[str, str]]:
    with PLAN_LINES.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_programme_has_exactly_the_plans_lines(programme):
    assert len(plan_lines()) == 65
    assert {one.id for one in programme.indicators} == {line["id"] for line in plan_lines()}


@pytest.mark.parametrize("line", plan_lines(), ids=lambda line: line["id"])
def test_an_indicator_says_what_the_plan_says(programme, line):
    one = programme.indicator(line["id"])
    value = Decimal(line["county_value"]) if line["county_value"] else None
    kind = TargetKind.ZERO if value == 0 else KINDS[line["comparator"]]
    assert (str(one.work), one.clause, one.name, one.unit) == (
        line["work"], line["section"], line["name"], line["unit"],
    )  # fmt: skip
    assert (one.target.kind, one.target.value) == (kind, value)
    assert one.target.due_on.isoformat() == line["due"]
    assert one.grain == line["grain"]
    assert one.movement == MOVEMENTS[line["over_time"]]
    assert one.lead_units == (line["lead_unit"],)
    assert one.leaders == tuple(line["leader"].split("、"))


@pytest.mark.parametrize("line", plan_lines(), ids=lambda line: line["id"])
def test_an_indicator_rolls_up_as_the_plan_says(programme, line):
    one = programme.indicator(line["id"])
    if line["id"] in SPECIAL_ROLLUPS:
        assert one.rollup == SPECIAL_ROLLUPS[line["id"]]
    else:
        assert one.rollup in ROLLUPS[line["over_units"].partition("(")[0]]


def test_each_indicator_is_fed_by_exactly_one_form_and_every_form_that_counts_feeds_one(programme):
    fed: set[str] = set()
    for one in programme.indicators:
        terms = [term for term in (one.numerator, one.denominator) if term is not None]
        assert len({term.form for term in terms}) == 1, one.id
        fed.add(one.numerator.form)
    assert {form.id for form in programme.forms} - fed == {"Q01"}


def test_ids_equal_file_stems(programme):
    folder = ROOT / "targets" / programme.id
    for room, ids in (
        ("forms", [form.id for form in programme.forms]),
        ("indicators", [one.id for one in programme.indicators]),
    ):
        assert sorted(path.stem for path in (folder / room).iterdir()) == sorted(ids)


def test_only_the_gross_rates_may_pass_one_hundred(programme):
    assert [one.id for one in programme.indicators if one.gross] == ["W09-02", "W09-04", "W09-05"]


def test_a_level_reached_from_a_base_balances(programme):
    level = programme.indicator("W01-2")
    assert level.balance is not None
    assert level.target.base == level.balance.base == 826
    assert level.balance.net == "W01-1"


def names_of_the_programme(programme) -> set[str]:
    """Whatever is a thing of this programme alone: ids of its definitions, names of its units."""
    ids = {form.id for form in programme.forms} | {one.id for one in programme.indicators}
    ids |= {item.id for item in programme.items} | {unit.code for unit in programme.units}
    units = {unit.name for unit in programme.units}
    townships = {unit.short_name for unit in programme.units if unit.level is not UnitLevel.VILLAGE}
    return ids | units | townships | {programme.id}


def test_no_name_of_the_programme_stands_in_the_code(programme):
    names = sorted(names_of_the_programme(programme), key=len, reverse=True)
    pattern = re.compile(rf"(?<![A-Za-z0-9_-])({'|'.join(map(re.escape, names))})(?![A-Za-z0-9_-])")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match.group(1)}"
        for room in CODE_ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (match := pattern.search(line))
    ]
    assert found == []
