"""What the bulletin says before it is drawn."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuebao.findings import make_issue
from yuebao.programme.models import Programme, Target
from yuebao.reports.bulletin import Bulletin
from yuebao.reports.figures import item_figures
from yuebao.reports.headline import stands
from yuebao.reports.numbers import change, percent, plain, target_text
from yuebao.results import Colour, IndicatorResult, TargetOrigin
from yuebao.rules.period import Period

MakeBulletin = Callable[..., Bulletin]
D = Decimal


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("87500", "87500"),
        ("87500.00", "87500"),
        ("119.6", "119.6"),
        ("0.1", "0.1"),
        ("2.675", "2.68"),
        ("1E+5", "100000"),
        ("-0.001", "0"),
        (None, "—"),
    ],
)
def test_numbers_are_plain(value: str | None, text: str) -> None:
    assert plain(D(value) if value else None) == text


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_a_plain_number_is_the_number(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)


def test_rates_and_changes() -> None:
    assert (percent(D("98.05")), percent(None)) == ("98.1%", "—")
    assert [change(D(v)) for v in ("12", "-3.5", "0")] == ["+12", "−3.5", "0"]


@pytest.mark.parametrize(
    ("kind", "value", "more", "text"),
    [
        ("at_least", "331", {}, "≥331"),
        ("equal", "100", {}, "100"),
        ("about", "7", {"tolerance": "1"}, "6～8"),
        ("zero", "0", {}, "0"),
        ("tracked", None, {}, "跟踪"),
        ("allocated", None, {}, "未下达"),
    ],
)
def test_targets_in_words(kind: str, value: str | None, more: dict[str, str], text: str) -> None:
    target = Target.model_validate({"kind": kind, "value": value, "due_on": "2023-12-31", **more})
    assert target_text(target, target.value) == text


def test_a_broken_zero_comes_before_any_lag(
    programme: Programme, make_bulletin: MakeBulletin, year: list[IndicatorResult]
) -> None:
    results = [
        replace(r, value=D(1), colour=Colour.RED)
        if (r.indicator, r.unit) == ("W08-1", programme.county)
        else r
        for r in year
        if r.period == "2023-09"
    ]
    first = make_bulletin(results=results).headline.concerns[0]
    assert (first.indicator, first.colour) == ("W08-1", Colour.RED)
    assert first.says.startswith("完成 1户，目标为 0")


def test_a_concern_says_what_to_do_and_who_answers(
    programme: Programme, make_bulletin: MakeBulletin
) -> None:
    [line] = [
        line
        for section in make_bulletin().sections
        for line in section.lines
        if line.indicator.id == "W01-1"
    ]
    sentence = stands(replace(line, value=D(100), expected=D("248.25"), needed=D("77")))
    assert "完成 100户，目标 ≥331户，按序时应达 249户" in sentence
    assert "今后每月还需 77户" in sentence


def test_gain_is_told_only_between_complete_months(
    make_bulletin: MakeBulletin, year: list[IndicatorResult]
) -> None:
    def gain(bulletin: Bulletin, indicator: str) -> Decimal | None:
        lines = [line for section in bulletin.sections for line in section.lines]
        return next(line.gain for line in lines if line.indicator.id == indicator)

    assert gain(make_bulletin(), "W01-1") is None  # September lacks two townships
    august = make_bulletin(
        period=Period(2023, 8),
        results=[r for r in year if r.period == "2023-08"],
        previous=[r for r in year if r.period < "2023-08"],
    )
    county = {r.period: r.value for r in year if (r.indicator, r.unit) == ("W01-1", "532323")}
    assert gain(august, "W01-1") == (county["2023-08"] or 0) - (county["2023-07"] or 0)


def test_findings_are_counted_and_county_ones_told(
    programme: Programme, make_bulletin: MakeBulletin
) -> None:
    town = programme.townships[0].code
    words = {"column": "自然村", "value": "771", "expected": "727", "clause": "二(七)3"}
    issues = [
        make_issue("required", unit=town, period="2023-09"),
        make_issue("falling", unit=town, period="2023-09"),
        make_issue("county-total", unit=programme.county, period="2023-09", words=words),
    ]
    bulletin = make_bulletin(issues=issues)
    counts = bulletin.issue_counts
    assert (counts.errors, counts.warnings, counts.notices) == (1, 1, 1)
    assert bulletin.county_issues == ("自然村全县合计为 771，方案（二(七)3）为 727。",)


def test_a_target_the_data_team_set_is_marked_in_sentences_too(
    programme: Programme, make_bulletin: MakeBulletin, year: list[IndicatorResult]
) -> None:
    bulletin = make_bulletin()
    line = next(x for s in bulletin.sections for x in s.lines if x.indicator.id == "W01-1")
    assert "人工调整" not in stands(line)
    set_by_hand = replace(line, origin=TargetOrigin.OVERRIDE)
    assert f"目标 ≥331{line.indicator.unit}（人工调整）" in stands(set_by_hand)

    (result,) = [
        r for r in year
        if (r.indicator, r.unit, r.period) == ("W01-1", programme.county, "2023-09")
    ]  # fmt: skip
    quoted = item_figures(programme, [replace(result, target_origin=TargetOrigin.OVERRIDE)])
    assert [text.endswith("，人工调整）") for text in quoted.values()] == [True]
    assert "人工调整" not in "".join(item_figures(programme, [result]).values())
