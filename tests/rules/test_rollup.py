"""What cells come to, kind by kind, reckoned by hand on six villages."""

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuebao.programme.models import Condition, Programme
from yuebao.results import Components
from yuebao.rules.period import Period
from yuebao.rules.rollup import components, needs_cells, value_of
from yuebao.rules.terms import TermCell, TermSum, holds

SEPTEMBER = Period.parse("2023-09")
ALL = {"F1": frozenset({"9001", "9002", "9003"}), "F3": frozenset({"90B1"})}
WITHOUT_WEST = {"F1": frozenset({"9001", "9003"})}

DEPTHS = {
    "9001": {"9001001": "10", "9001002": "9.999999", "9001003": "12"},
    "9002": {"9002001": "20", "9002002": "0"},
    "9003": {"9003001": None},
}


def part(unit: str, total: str, side: str = "numerator", indicator: str = "N1") -> TermSum:
    return TermSum(indicator, side, unit, Decimal(total), rows=2)  # type: ignore[arg-type]


def cells(column: str = "depth") -> list[TermCell]:
    return [
        TermCell("N1", "numerator", unit, row, at, column, Decimal(v) if v else None, None)
        for unit, rows in DEPTHS.items()
        for at, (row, v) in enumerate(rows.items())
    ]


def counted(plan: Programme, **given: Any) -> dict[str, Components]:
    found = components(
        plan,
        SEPTEMBER,
        given.get("sums", []),
        given.get("cells", []),
        given.get("reported", ALL),
    )
    return {parts.unit: parts for parts in found}


def test_sums_add_up_over_the_units_that_reported(make_plan: Callable[..., Programme]) -> None:
    sums = [part("9001", "30.5"), part("9002", "99"), part("9003", "4")]
    found = counted(make_plan({}), sums=sums, reported=WITHOUT_WEST)
    assert found["90"].numerator == Decimal("34.5")
    assert (found["90"].units_reported, found["90"].units_expected) == (2, 3)
    assert found["9002"].numerator is None
    assert (found["9002"].units_reported, found["9002"].units_expected) == (0, 1)


def test_a_report_without_any_row_is_an_explicit_zero(make_plan: Callable[..., Programme]) -> None:
    found = counted(make_plan({}), sums=[part("9001", "7")])
    assert (found["9003"].numerator, found["90"].numerator) == (0, 7)


def test_nothing_reported_is_nothing_not_zero(make_plan: Callable[..., Programme]) -> None:
    assert counted(make_plan({}), reported={})["90"].numerator is None


def test_a_ratio_divides_the_sums_never_averages(make_plan: Callable[..., Programme]) -> None:
    plan = make_plan({"rollup": "ratio", "denominator": term("whole")})
    sums = [part("9001", "90"), part("9001", "100", "denominator")]
    sums += [part("9002", "1"), part("9002", "2", "denominator")]
    county = counted(plan, sums=sums)["90"]
    assert (county.numerator, county.denominator) == (91, 102)
    assert value_of(plan.indicators[0], county) == Decimal("89.215686")


def test_share_of_villages_over_a_threshold(make_plan: Callable[..., Programme]) -> None:
    at_least_ten = [{"column": "depth", "op": "ge", "value": "10"}]
    plan = make_plan({"rollup": "share_of_units", "numerator": term("depth", where=at_least_ten)})
    found = counted(plan, cells=cells())
    assert (found["9001"].numerator, found["9001"].denominator) == (2, 3)
    assert (found["90"].numerator, found["90"].denominator) == (3, 6)
    partly = counted(plan, cells=cells(), reported=WITHOUT_WEST)["90"]
    assert (partly.numerator, partly.denominator, partly.units_reported) == (2, 4, 2)


@pytest.mark.parametrize(
    ("rollup", "numerator", "denominator"),
    [
        ("coverage", "4", "6"),
        ("minimum", "0", None),
        ("count_rows", "2", None),
        ("share_of_rows", "2", "6"),
        ("sum", "32", None),
    ],
)
def test_each_kind_over_the_same_cells(
    make_plan: Callable[..., Programme], rollup: str, numerator: str, denominator: str | None
) -> None:
    more_than_ten = [{"column": "depth", "op": "gt", "value": "10"}]
    where = more_than_ten if rollup in {"count_rows", "share_of_rows", "sum"} else []
    plan = make_plan({"rollup": rollup, "numerator": term("depth", where=where)})
    county = counted(plan, cells=cells())["90"]
    assert county.numerator == Decimal(numerator)
    assert county.denominator == (Decimal(denominator) if denominator else None)


def test_yes_counts_as_covered(make_plan: Callable[..., Programme]) -> None:
    plan = make_plan({"rollup": "coverage", "numerator": term("planned")})
    said = {"9001001": "是", "9001002": "否", "9001003": None}
    answers = [
        TermCell("N1", "numerator", "9001", row, 0, "planned", None, text)
        for row, text in said.items()
    ]
    found = counted(plan, cells=answers, reported={"F1": frozenset({"9001"})})["90"]
    assert (found.numerator, found.denominator) == (1, 3)


def test_what_a_bureau_files_is_the_countys_alone(make_plan: Callable[..., Programme]) -> None:
    plan = make_plan({"rollup": "last", "numerator": term("done", form="F3")})
    found = counted(plan, sums=[part("90B1", "98")])
    assert list(found) == ["90"]
    assert (found["90"].numerator, found["90"].units_expected) == (98, 1)


def test_a_term_may_ask_for_certain_filers_only(make_plan: Callable[..., Programme]) -> None:
    plan = make_plan({"numerator": term("done", form="F4", filed_by=["bureau"])})
    reported = {"F4": frozenset({"9001", "90B1"})}
    found = counted(plan, sums=[part("9001", "5"), part("90B1", "8")], reported=reported)
    assert list(found) == ["90"]
    assert (found["90"].numerator, found["90"].units_expected) == (8, 1)


def test_who_files_though_not_asked_is_counted_in(make_plan: Callable[..., Programme]) -> None:
    plan = make_plan({"numerator": term("done", form="F2")})
    reported = {"F2": frozenset({"9001", "9003"})}
    county = counted(plan, sums=[part("9001", "5"), part("9003", "1")], reported=reported)["90"]
    assert county.numerator == 6
    assert (county.units_reported, county.units_expected) == (1, 2)


def test_quarterly_forms_make_no_monthly_components(make_plan: Callable[..., Programme]) -> None:
    assert counted(make_plan({"numerator": term("done", form="Q1")})) == {}


@pytest.mark.parametrize(
    ("rollup", "where", "by_cell"),
    [
        ("sum", False, False),
        ("sum", True, True),
        ("coverage", False, True),
        ("ratio", False, False),
    ],
)
def test_which_terms_are_wanted_cell_by_cell(
    make_plan: Callable[..., Programme], rollup: str, where: bool, by_cell: bool
) -> None:
    conditions = [{"column": "depth", "op": "filled"}] if where else []
    plan = make_plan({"rollup": rollup, "numerator": term("done", where=conditions)})
    assert needs_cells(plan.indicators[0], "numerator") is by_cell


@pytest.mark.parametrize(
    ("op", "value", "cell", "expected"),
    [
        ("ge", "20", "20", True),
        ("gt", "20", "20", False),
        ("le", "800", "800.000001", False),
        ("lt", "80", "79.9", True),
        ("eq", "是", "是", True),
        ("eq", "是", "否", False),
        ("ne", "是", "否", True),
        ("ne", "是", None, False),
        ("eq", "0", None, False),
        ("filled", None, "0", True),
        ("blank", None, None, True),
        ("blank", None, "无", False),
        ("ge", "1", "有", False),
    ],
)
def test_conditions(op: str, value: str | None, cell: str | None, expected: bool) -> None:
    condition = Condition.model_validate({"column": "depth", "op": op, "value": value})
    numeric = cell is not None and cell.replace(".", "").isdigit()
    content = Decimal(cell) if numeric and cell else None
    text = None if numeric else cell
    found = TermCell("N1", "numerator", "9001", "r", 0, "depth", content, text)
    assert holds(condition, found) is expected


@given(seed=st.integers(0, 10_000))
def test_the_order_of_cells_changes_nothing(small_share_plan: Programme, seed: int) -> None:
    shuffled = cells()
    Random(seed).shuffle(shuffled)
    assert counted(small_share_plan, cells=shuffled) == counted(small_share_plan, cells=cells())


def term(column: str, form: str = "F1", **more: Any) -> dict[str, Any]:
    return {"form": form, "table": "main", "columns": [column], **more}


@pytest.fixture(scope="module")
def small_share_plan(make_plan: Callable[..., Programme]) -> Programme:
    where = [{"column": "depth", "op": "ge", "value": "10"}]
    return make_plan({"rollup": "share_of_units", "numerator": term("depth", where=where)})
