"""Pace, progress, colour, needed rate and landing: tables reckoned by hand, and their algebra."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuebao.programme.models import Colours, Indicator
from yuebao.results import Colour
from yuebao.rules.progress import Stand, expected_value, judged, landing, needed_monthly

MakeIndicator = Callable[..., Indicator]
COLOURS = Colours(green_from=Decimal(1), amber_from=Decimal("0.8"))
D = Decimal
RANK = {Colour.RED: 0, Colour.AMBER: 1, Colour.GREEN: 2}


def target(kind: str, value: str | None = "120", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "value": value, "due_on": date(2023, 12, 31), **more}


def stand(month: int, value: str | None, of: str | None = "120", **more: Any) -> Stand:
    return Stand(month, D(value) if value else None, D(of) if of else None, **more)


@pytest.mark.parametrize(
    ("pace", "month", "expected"),
    [
        ({"kind": "linear"}, 9, "90"),
        ({"kind": "level"}, 5, "120"),
        ({"kind": "steps", "steps": {"6": "0.25", "9": "0.5"}}, 5, "0"),
        ({"kind": "steps", "steps": {"6": "0.25", "9": "0.5"}}, 8, "30"),
        ({"kind": "steps", "steps": {"6": "0.25", "9": "0.5"}}, 9, "60"),
        ({"kind": "year_end"}, 11, None),
        ({"kind": "year_end"}, 12, "120"),
    ],
)
def test_what_pace_asks_for_by_now(
    make_indicator: MakeIndicator, pace: dict[str, Any], month: int, expected: str | None
) -> None:
    value = expected_value(make_indicator(pace=pace), stand(month, "50"))
    assert value == (D(expected) if expected else None)


def test_progress_counts_from_the_base(make_indicator: MakeIndicator) -> None:
    based = make_indicator(movement="stock", target=target("at_least", "1157", base="826"))
    verdict = judged(based, COLOURS, stand(6, "900", "1157", base=D(826)))
    assert verdict.expected == D("991.5")
    assert verdict.progress == D("22.356495")  # (900-826)/331
    assert verdict.pace_ratio == D("0.447129")  # 74 of 165.5
    assert verdict.colour is Colour.RED
    assert verdict.needed == D("42.833333")
    assert verdict.landing == D("974")  # 74 in six months, as much again


@pytest.mark.parametrize(
    ("aim", "month", "value", "colour"),
    [
        (target("at_least"), 6, "60", Colour.GREEN),
        (target("at_least"), 6, "59.999999", Colour.AMBER),
        (target("at_least"), 6, "48", Colour.AMBER),
        (target("at_least"), 6, "47.9", Colour.RED),
        (target("at_least"), 6, None, Colour.GREY),
        (target("equal"), 12, "120", Colour.GREEN),
        (target("equal"), 6, "120", Colour.GREEN),
        (target("equal"), 12, "121", Colour.AMBER),  # to be met exactly
        (target("zero", "0"), 6, "0", Colour.GREEN),
        (target("zero", "0"), 6, "1", Colour.RED),
        (target("zero", "0"), 6, None, Colour.GREY),
        (target("allocated", None), 6, "60", Colour.GREEN),
        (target("tracked", None), 6, "60", Colour.GREY),
    ],
)
def test_colours(
    make_indicator: MakeIndicator,
    aim: dict[str, Any],
    month: int,
    value: str | None,
    colour: Colour,
) -> None:
    assert judged(make_indicator(target=aim), COLOURS, stand(month, value)).colour is colour


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        ("70", Colour.GREEN),
        ("68", Colour.GREEN),
        ("72", Colour.GREEN),
        ("67.9", Colour.AMBER),
        ("74", Colour.AMBER),
        ("65.9", Colour.RED),
        ("80", Colour.RED),
    ],
)
def test_about_holds_on_either_side(
    make_indicator: MakeIndicator, value: str, colour: Colour
) -> None:
    about = make_indicator(
        rollup="ratio", pace={"kind": "level"}, target=target("about", "70", tolerance="2")
    )
    assert judged(about, COLOURS, stand(9, value, "70")).colour is colour


@pytest.mark.parametrize(
    ("of", "pace"), [(None, "linear"), ("0", "linear"), ("120", "year_end"), ("120", "steps")]
)
def test_no_number_to_judge_by_is_grey(
    make_indicator: MakeIndicator, of: str | None, pace: str
) -> None:
    verdict = judged(make_indicator(pace={"kind": pace}), COLOURS, stand(6, "10", of))
    assert verdict.colour is Colour.GREY


def test_reached_is_green_even_before_it_is_judged(make_indicator: MakeIndicator) -> None:
    verdict = judged(make_indicator(pace={"kind": "year_end"}), COLOURS, stand(6, "120"))
    assert verdict.colour is Colour.GREEN


@pytest.mark.parametrize(
    ("month", "value", "needed"),
    [(9, "90", "10"), (9, "120", "0"), (9, "130", "0"), (12, "110", None), (9, None, None)],
)
def test_needed_each_month(
    make_indicator: MakeIndicator, month: int, value: str | None, needed: str | None
) -> None:
    found = needed_monthly(make_indicator(), stand(month, value))
    assert found == (D(needed) if needed else None)


@pytest.mark.parametrize(
    ("changes", "history", "end"),
    [
        ({}, (), "120"),  # 90 in nine months
        ({}, ((6, D(60)), (7, D(70)), (8, D(88))), "120"),  # ten a month since June
        ({}, ((1, D(1)), (8, D(85))), "105"),  # January is too long ago
        ({}, ((8, D(99)),), "90"),  # a cumulative does not fall
        ({"rollup": "net"}, ((8, D(91)),), "87"),
        ({"movement": "stock"}, (), "90"),
        ({"movement": "stock"}, ((8, D(91)),), "87"),
        ({"rollup": "ratio"}, ((6, D(10)),), "90"),
        ({"pace": {"kind": "level"}}, ((6, D(10)),), "90"),
        ({"target": {"kind": "zero", "value": "0", "due_on": "2023-12-31"}}, (), "90"),
    ],
)
def test_where_the_year_will_end(
    make_indicator: MakeIndicator,
    changes: dict[str, Any],
    history: tuple[tuple[int, Decimal], ...],
    end: str,
) -> None:
    assert landing(make_indicator(**changes), stand(9, "90", history=history)) == D(end)


def test_a_total_with_units_missing_has_no_forecast(make_indicator: MakeIndicator) -> None:
    assert landing(make_indicator(), stand(9, "90", complete=False)) is None
    rate = make_indicator(rollup="ratio")
    assert landing(rate, stand(9, "90", complete=False)) == D(90)


shares = st.decimals(0, D("0.4"), places=3) | st.decimals(0, 2, places=3)
paces = st.sampled_from(
    [{"kind": "linear"}, {"kind": "level"}, {"kind": "steps", "steps": {"3": "0.2"}}]
)
bases = st.sampled_from([{}, {"base": D(40)}, {"rough_base": D(40)}])


@settings(max_examples=400)
@given(
    low=shares,
    more=shares,
    of=st.decimals(min_value=41, max_value=10**9, places=2),
    month=st.integers(1, 12),
    kind=st.sampled_from(["at_least", "allocated", "equal"]),
    pace=paces,
    base=bases,
    changes=st.sampled_from([{}, {"movement": "stock"}, {"rollup": "net"}]),
)
def test_more_is_never_worse(make_indicator, low, more, of, month, kind, pace, base, changes):
    """In shares of the target, so that both lie on this side of it as often as beyond."""
    if kind == "equal":  # to be met exactly: what is beyond is another matter
        low, more = low / 4, more / 4
    made = make_indicator(target=target(kind), pace=pace, **changes)
    less = judged(made, COLOURS, Stand(month, low * of, of, **base))
    better = judged(made, COLOURS, Stand(month, (low + more) * of, of, **base))
    if less.colour is not Colour.GREY:
        assert RANK[better.colour] >= RANK[less.colour]
    for figure in ("progress", "pace_ratio", "landing"):
        before, after = getattr(less, figure), getattr(better, figure)
        assert (before is None) == (after is None)
        assert before is None or after >= before


@given(off=shares, more=shares, month=st.integers(1, 12), above=st.booleans())
def test_further_off_is_never_better(make_indicator, off, more, month, above) -> None:
    """Of a figure that is to be about so much, and of one that is to be nothing."""
    about = target("about", "70", tolerance="0.5")
    made = make_indicator(rollup="ratio", pace={"kind": "level"}, target=about)
    sign = 1 if above else -1
    near = judged(made, COLOURS, Stand(month, 70 + sign * off, D(70)))
    far = judged(made, COLOURS, Stand(month, 70 + sign * (off + more), D(70)))
    assert RANK[far.colour] <= RANK[near.colour]
    none = make_indicator(target=target("zero", "0"))
    fewer = judged(none, COLOURS, Stand(month, off, D(0)))
    assert RANK[judged(none, COLOURS, Stand(month, off + more, D(0))).colour] <= RANK[fewer.colour]


@given(month=st.integers(1, 11), pace=paces)
def test_pace_never_asks_for_less_later(make_indicator, month, pace) -> None:
    made = make_indicator(pace=pace)
    now = stand(month, "1")
    later = replace(now, month=month + 1)
    assert (expected_value(made, later) or 0) >= (expected_value(made, now) or 0)


def test_a_figure_on_the_edge_of_a_colour_is_not_rounded_over_it(
    make_indicator: MakeIndicator,
) -> None:
    """60 of 66.666… expected is 0.9 exactly, though not of 66.666667."""
    colours = Colours(green_from=Decimal(1), amber_from=Decimal("0.9"))
    made = make_indicator(target=target("at_least", "100"))
    verdict = judged(made, colours, stand(8, "60", "100"))
    assert verdict.expected == D("66.666667")
    assert (verdict.pace_ratio, verdict.colour) == (D("0.9"), Colour.AMBER)


def test_two_thirds_where_two_thirds_are_expected_is_on_pace(make_indicator: MakeIndicator) -> None:
    made = make_indicator(target=target("at_least", "100"))
    two_thirds = Stand(8, D(200) / 3, D(100))
    assert judged(made, COLOURS, two_thirds).pace_ratio == 1
    assert judged(made, COLOURS, two_thirds).colour is Colour.GREEN
