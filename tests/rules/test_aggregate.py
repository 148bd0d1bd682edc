"""Months against targets, and months into quarters."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuebao.programme.models import Programme
from yuebao.results import Colour, Components, IndicatorResult, TargetOrigin
from yuebao.rules.aggregate import monthly_results, quarterly_results
from yuebao.rules.county_total import ColumnSum, county_total_issues
from yuebao.rules.period import Period

D = Decimal
MakePlan = Callable[..., Programme]
THIRD = Period.parse("2023-Q3")


def parts(
    numerator: str | None, month: int = 9, unit: str = "90", denominator: str | None = None
) -> Components:
    asked = 3 if unit == "90" else 1
    return Components(
        indicator="N1",
        unit=unit,
        period=f"2023-{month:02d}",
        numerator=D(numerator) if numerator is not None else None,
        denominator=D(denominator) if denominator is not None else None,
        units_expected=asked,
        units_reported=asked if numerator is not None else 0,
    )


def months(plan: Programme, *figures: Components) -> list[IndicatorResult]:
    """The results of several months, each built on those before it."""
    found: list[IndicatorResult] = []
    for figure in sorted(figures, key=lambda f: f.period):
        found += monthly_results(plan, Period.parse(figure.period), [figure], found)
    return found


def test_a_month_is_set_against_target_and_pace(plan: Programme) -> None:
    [june, july] = months(plan, parts("47", 6), parts("63", 7))
    assert (july.value, july.target, july.expected) == (63, 120, 70)
    assert (july.progress, july.pace_ratio) == (D("52.5"), D("0.9"))
    assert (july.colour, july.needed) == (Colour.AMBER, D("11.4"))
    assert july.landing == 63 + 5 * 16
    assert july.target_origin is TargetOrigin.PLAN
    assert june.colour is Colour.RED


def test_a_township_is_held_to_its_share(plan: Programme) -> None:
    [result] = monthly_results(plan, Period.parse("2023-06"), [parts("30", 6, "9001")], [])
    assert (result.target, result.target_origin) == (60, TargetOrigin.RULE)  # 3 of 6 villages
    assert (result.expected, result.colour) == (30, Colour.GREEN)


def test_an_override_is_marked(make_plan: MakePlan) -> None:
    override = {"indicator": "N1", "unit": "东镇", "value": "80", "reason": "会议纪要"}
    plan = make_plan({}, overrides=[override])
    [result] = monthly_results(plan, Period.parse("2023-06"), [parts("30", 6, "9001")], [])
    assert (result.target, result.target_origin) == (80, TargetOrigin.OVERRIDE)


def test_nothing_reported_has_target_but_no_colour(plan: Programme) -> None:
    [result] = monthly_results(plan, Period.parse("2023-09"), [parts(None)], [])
    assert (result.value, result.progress, result.landing) == (None, None, None)
    assert (result.target, result.colour, result.complete) == (120, Colour.GREY, False)


def test_months_with_units_missing_do_not_bend_the_forecast(plan: Programme) -> None:
    low = replace(parts("20", 8), units_reported=1)
    september = months(plan, parts("60", 6), low, parts("90", 9))[-1]
    assert september.landing == 120  # ten a month since June, August left out


def test_a_flow_is_judged_on_the_year_so_far(make_plan: MakePlan) -> None:
    plan = make_plan({"movement": "flow"})
    [_, _, july] = months(plan, parts("30", 5), parts("20", 6), parts("20", 7))
    assert july.value == 20
    assert july.progress == D("58.333333")  # 70 of 120
    assert july.colour is Colour.GREEN


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"movement": "cumulative"}, "70"),
        ({"movement": "stock"}, "70"),
        ({"movement": "flow"}, "180"),
        ({"movement": "stock", "rollup": "minimum"}, "50"),
    ],
)
def test_a_quarter_takes_its_months_by_their_rule(
    make_plan: MakePlan, changes: dict[str, Any], value: str
) -> None:
    plan = make_plan(changes)
    known = months(plan, parts("9", 6), parts("60", 7), parts("50", 8), parts("70", 9))
    [result] = quarterly_results(plan, THIRD, known)
    assert (result.period, result.value) == ("2023-Q3", D(value))
    assert result.expected == 90


def test_a_flow_rate_of_a_quarter_divides_the_sums(make_plan: MakePlan) -> None:
    term = {"form": "F1", "table": "main", "columns": ["whole"]}
    plan = make_plan({"movement": "flow", "rollup": "ratio", "denominator": term})
    known = months(plan, parts("1", 7, denominator="2"), parts("90", 8, denominator="100"))
    assert quarterly_results(plan, THIRD, known)[0].value == D("89.215686")


def test_the_last_month_reported_stands_for_a_missing_one(plan: Programme) -> None:
    known = months(plan, parts("60", 7), parts("65", 8), parts(None, 9))
    [result] = quarterly_results(plan, THIRD, known)
    assert (result.value, result.units_reported, result.units_expected) == (65, 0, 3)


def test_stocks_that_cannot_be_divided_are_not_added_up(make_plan: MakePlan) -> None:
    plan = make_plan({"rollup": "ratio", "movement": "stock"})
    known = months(plan, parts("3", 7, denominator="0"), parts("4", 8, denominator="0"))
    [quarter] = quarterly_results(plan, THIRD, known)
    assert (quarter.value, quarter.numerator, quarter.denominator) == (None, 4, 0)


def test_a_quarter_without_any_figure_has_none(plan: Programme) -> None:
    [result] = quarterly_results(plan, THIRD, months(plan, parts(None, 7), parts(None, 9)))
    assert (result.value, result.colour) == (None, Colour.GREY)
    assert quarterly_results(plan, THIRD, months(plan, parts("5", 6))) == ()


figures = st.lists(
    st.none() | st.decimals(min_value=0, max_value=10**6, places=2), min_size=8, max_size=8
)


def series(values: list[Decimal | None]) -> list[Components]:
    return [parts(str(v) if v is not None else None, m) for m, v in enumerate(values, start=5)]


@given(values=figures)
def test_quarters_of_flows_add_up_to_the_months(flow_plan: Programme, values) -> None:
    known = months(flow_plan, *series(values))
    quarters = [Period.parse(f"2023-Q{n}") for n in (2, 3, 4)]
    of_quarters = [r.value for q in quarters for r in quarterly_results(flow_plan, q, known)]
    assert sum(v for v in of_quarters if v is not None) == sum(v for v in values if v is not None)


@given(values=figures)
def test_a_full_quarter_is_its_last_month(plan: Programme, values) -> None:
    known = months(plan, *series(values))
    [quarter] = quarterly_results(plan, THIRD, known)
    september = known[4]
    if september.value is None:
        return
    for field in ("value", "expected", "progress", "pace_ratio", "colour", "needed"):
        assert getattr(quarter, field) == getattr(september, field)


@given(values=figures, seed=st.integers(0, 1000))
def test_the_order_months_come_in_changes_nothing(flow_plan: Programme, values, seed) -> None:
    known = months(flow_plan, *series(values))
    shuffled = known[:]
    Random(seed).shuffle(shuffled)
    assert quarterly_results(flow_plan, THIRD, shuffled) == quarterly_results(
        flow_plan, THIRD, known
    )
    december = [parts("7", 12)]
    end = Period.parse("2023-12")
    assert monthly_results(flow_plan, end, december, shuffled) == monthly_results(
        flow_plan, end, december, known
    )


@pytest.fixture(scope="session")
def flow_plan(make_plan: MakePlan) -> Programme:
    return make_plan({"movement": "flow"})


def test_a_county_total_unlike_the_plans_is_told(plan: Programme) -> None:
    sums = [ColumnSum("F3", "main", row, "whole", D(v)) for row, v in [("a", "700"), ("b", "71")]]
    sums.append(ColumnSum("F3", "main", "a", "done", D(5)))
    reported = {"F3": frozenset({"90B1"})}
    [issue] = county_total_issues(plan, Period.parse("2023-09"), sums, reported)
    assert (issue.code, issue.unit, issue.value, issue.expected) == (
        "county-total",
        "90",
        "771",
        "727",
    )
    assert "“F3表”的“whole”全县合计为 771，方案（一）为 727。" in issue.message


@pytest.mark.parametrize(("total", "reported"), [("727", {"F3": frozenset({"90B1"})}), ("300", {})])
def test_no_word_where_it_agrees_or_units_are_missing(
    plan: Programme, total: str, reported: dict[str, frozenset[str]]
) -> None:
    sums = [ColumnSum("F3", "main", "a", "whole", D(total))]
    assert county_total_issues(plan, Period.parse("2023-09"), sums, reported) == ()
