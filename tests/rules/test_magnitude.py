"""Slips of the unit are seen, growth and size are not taken for them."""

from decimal import Decimal

import pytest

from yuebao.programme.models import Measure
from yuebao.rules.magnitude import UNLIKE_SPREAD, PeerGroup, Peers, times_of_target, weigh

ALIKE = Peers(Decimal(10), Decimal("1.5"))


def weighed(value, last=None, peers=None, measure=Measure.CUMULATIVE, unit="万元"):
    slip = weigh(
        Decimal(value),
        last=None if last is None else Decimal(last),
        peers=peers,
        measure=measure,
        unit=unit,
    )
    return slip and (slip.kind.value, slip.proposal and str(slip.proposal.normalize()))


@pytest.mark.parametrize(
    ("value", "last", "measure", "unit", "proposal"),
    [
        ("125000", "12.1", Measure.CUMULATIVE, "万元", "12.5"),  # 元 for 万元
        ("12500", "12.1", Measure.CUMULATIVE, "万元", "12.5"),
        ("1250", "12.1", Measure.CUMULATIVE, "万元", "12.5"),
        ("3010", "300", Measure.STOCK, "人", "301"),  # a zero too many
        ("30", "301", Measure.STOCK, "人", "300"),  # a zero too few
        ("0.0125", "120", Measure.CUMULATIVE, "亩", "125"),  # 万亩 for 亩
        ("80000", "120", Measure.STOCK, "亩", "119.9994"),  # 平方米 for 亩
        ("8", "120", Measure.STOCK, "亩", "120"),  # 公顷 for 亩
    ],
)
def test_slip_against_last_month_is_proposed_back(value, last, measure, unit, proposal):
    kind, meant = weighed(value, last, measure=measure, unit=unit)
    assert kind == "unit-of-measure"
    assert Decimal(meant).quantize(Decimal("0.01")) == Decimal(proposal).quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("value", "last", "measure"),
    [
        ("5", "0", Measure.CUMULATIVE),
        ("60", "5", Measure.CUMULATIVE),
        ("60", "6", Measure.CUMULATIVE),
        ("90", "1", Measure.CUMULATIVE),
        ("250", "20", Measure.FLOW),
        ("3", "300", Measure.FLOW),  # a season ends
        ("900", "310", Measure.CUMULATIVE),
        ("40", "4", Measure.STOCK),
        ("0", "300", Measure.STOCK),
    ],
)
def test_growth_and_seasons_are_quiet(value, last, measure):
    assert weighed(value, last, measure=measure, unit="人") is None


def test_both_last_month_and_peers_must_find_it_odd():
    assert weighed("1200", "12", Peers(Decimal(1000), Decimal(2))) is None
    assert weighed("1200", "12", Peers(Decimal(100000), Decimal(2))) is None
    assert weighed("1200", "12", ALIKE) == ("unit-of-measure", "12")


def test_large_unit_known_from_last_month_is_not_odd_beside_small_ones():
    assert weighed("90000", "88000", ALIKE) is None
    assert weighed("90000", None, ALIKE) == ("unit-of-measure", "9")


@pytest.mark.parametrize(
    ("value", "spread", "expected"),
    [
        ("280", "1.5", None),  # within 30 times
        ("450", "1.5", ("magnitude-peer", None)),
        ("450", "4", None),  # among figures that lie far apart anyway
        ("0.01", "1.5", None),  # small beginnings
    ],
)
def test_against_peers_alone(value, spread, expected):
    assert weighed(value, None, Peers(Decimal(10), Decimal(spread))) == expected


def test_extreme_change_without_a_round_factor():
    assert weighed("2100", "300", measure=Measure.STOCK, unit="人") == ("magnitude-last", None)


def test_peers_leave_the_figure_itself_out():
    group = PeerGroup(map(Decimal, [1, 2, 3, 4, 5, 1000]))
    assert group.beside(Decimal(1000)).median == 3
    assert group.beside(Decimal(1)).median == 4
    assert PeerGroup(map(Decimal, [1, 2, 3, 4, 5, 6, 7])).beside(Decimal(4)).median == Decimal("4")
    assert PeerGroup(map(Decimal, [1, 2, 3, 4, 5])).beside(Decimal(1)) is None
    assert PeerGroup(map(Decimal, [0, 0, 1, 2, 3, 4])).beside(None) is None


@pytest.mark.parametrize(
    ("total", "target", "times"),
    [("301", "100", "3.01"), ("300", "100", None), ("9", "2", None), ("50", "0", None)],
)
def test_times_of_target(total, target, times):
    found = times_of_target(Decimal(total), Decimal(target))
    assert found == (None if times is None else Decimal(times))


def test_a_spread_of_projects_forgives_a_large_one_but_not_a_slip_of_the_unit() -> None:
    among = Peers(Decimal(100), UNLIKE_SPREAD)
    large, slip = Decimal(3860), Decimal(1_000_000)
    facts = {"last": None, "peers": among, "measure": Measure.ATTRIBUTE, "unit": "万元"}
    assert weigh(large, **facts) is None
    assert weigh(slip, **facts).proposal == 100
