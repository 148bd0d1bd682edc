"""The county's targets given out: every township's share, and on whose word."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yuebao.programme.allocate import allocated_targets, largest_remainders
from yuebao.programme.check import DoubtKind, plan_doubts
from yuebao.programme.models import AllocationMethod, AllocationOverride, Programme
from yuebao.results import TargetOrigin

COUNTY = "532323"
GONGHE = "532323101"


def overridden(programme: Programme, *lines: tuple[str, str, str]) -> Programme:
    """The programme with lines in its allocations.csv."""
    overrides = tuple(
        AllocationOverride(indicator=indicator, unit=unit, value=Decimal(value), reason="附件")
        for indicator, unit, value in lines
    )
    return programme.model_copy(update={"overrides": overrides})


def shares(programme: Programme, indicator: str) -> dict[str, Decimal]:
    """Township name → its target."""
    targets = allocated_targets(programme)
    return {
        unit.name: targets[indicator, unit.code].value
        for unit in programme.townships
        if (indicator, unit.code) in targets
    }


def test_greenhouses_are_given_out_as_the_plan_prints_them(programme):
    assert shares(programme, "W03-1") == {
        "共和镇": 2000, "新桥镇": 2000, "江坡镇": 0, "凤屯镇": 0, "蟠猫乡": 0, "戌街乡": 2000,
        "安乐乡": 2000,
    }  # fmt: skip
    assert allocated_targets(programme)["W03-1", GONGHE].origin is TargetOrigin.PLAN


def test_counts_are_given_out_by_villages_in_whole_numbers(programme):
    # 24, 15, 13, 9, 7, 8 and 13 of 89 villages
    assert shares(programme, "W02-1") == {
        "共和镇": 27, "新桥镇": 17, "江坡镇": 15, "凤屯镇": 10, "蟠猫乡": 8, "戌街乡": 9,
        "安乐乡": 14,
    }  # fmt: skip
    assert allocated_targets(programme)["W02-1", GONGHE].origin is TargetOrigin.RULE


def test_every_share_sums_to_the_county_exactly(programme):
    by_villages = [
        one for one in programme.indicators
        if one.allocation.method is AllocationMethod.BY_VILLAGES
    ]  # fmt: skip
    assert by_villages
    for one in by_villages:
        assert sum(shares(programme, one.id).values()) == one.target.value, one.id


def test_money_is_given_out_to_the_cent(programme):
    found = shares(programme, "W02-3")
    assert found["共和镇"] == Decimal("26.97")
    assert sum(found.values()) == 100


def test_a_rate_or_a_zero_holds_in_every_township(programme):
    assert set(shares(programme, "W09-12").values()) == {Decimal(100)}
    assert set(shares(programme, "W08-1").values()) == {Decimal(0)}
    assert len(shares(programme, "W08-1")) == 7


def test_what_a_bureau_reports_stays_with_the_county(programme):
    targets = allocated_targets(programme)
    assert shares(programme, "W09-17") == {}
    assert (targets["W09-17", COUNTY].value, targets["W09-17", COUNTY].origin) == (
        470,
        TargetOrigin.PLAN,
    )


def test_an_override_replaces_the_rule_and_is_marked(programme):
    target = allocated_targets(overridden(programme, ("W06-1", "共和镇", "25000")))["W06-1", GONGHE]
    assert (target.value, target.origin) == (25000, TargetOrigin.OVERRIDE)


def test_an_override_that_breaks_the_countys_sum_is_told(programme):
    doubts = plan_doubts(overridden(programme, ("W06-1", "共和镇", "25000")))
    (doubt,) = (one for one in doubts if one.kind is DoubtKind.ADJUSTMENT)
    assert doubt.id == "allocated-W06-1"
    assert "人工调整 1 个" in doubt.text
    assert "多 1404人" in doubt.text


def test_an_override_that_puts_the_part_above_the_whole_is_told(programme):
    doubts = plan_doubts(overridden(programme, ("W06-2", "蟠猫乡", "9000")))
    told = {one.id: one for one in doubts if one.kind is DoubtKind.ADJUSTMENT}
    assert "蟠猫乡" in told["nested-W06-2-W06-1"].text


def test_an_annex_entered_for_all_townships_gives_the_county_its_target(programme):
    names = [unit.name for unit in programme.townships]
    one_short = overridden(programme, *(("W04-3", name, "50") for name in names[1:]))
    assert ("W04-3", COUNTY) not in allocated_targets(one_short)
    whole = overridden(programme, *(("W04-3", name, "50") for name in names))
    target = allocated_targets(whole)["W04-3", COUNTY]
    assert (target.value, target.origin) == (350, TargetOrigin.OVERRIDE)
    assert "number-W04-3" not in {one.id for one in plan_doubts(whole)}


@pytest.mark.parametrize(
    ("total", "quantum", "expected"),
    [
        ("10", "1", {"a": "4", "b": "3", "c": "3"}),
        ("1", "0.01", {"a": "0.34", "b": "0.33", "c": "0.33"}),
        ("0", "1", {"a": "0", "b": "0", "c": "0"}),
        ("0.5", "1", {"a": "0.2", "b": "0.2", "c": "0.1"}),
    ],
)
def test_what_rounding_leaves_goes_to_the_earlier_on_a_tie(total, quantum, expected):
    found = largest_remainders(Decimal(total), {"a": 1, "b": 1, "c": 1}, quantum=Decimal(quantum))
    assert found == {name: Decimal(share) for name, share in expected.items()}


@given(
    total=st.integers(min_value=0, max_value=10**9),
    weights=st.lists(st.integers(min_value=0, max_value=200), min_size=1, max_size=30),
)
def test_shares_sum_exactly_and_lie_within_one_of_their_due(total, weights):
    assume(sum(weights) > 0)
    named = {str(at): weight for at, weight in enumerate(weights)}
    found = largest_remainders(Decimal(total), named, quantum=Decimal(1))
    assert sum(found.values()) == total
    for name, share in found.items():
        assert abs(share - Decimal(total) * named[name] / sum(weights)) < 1
