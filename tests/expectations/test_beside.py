"""Beside last month, the target, the peers and the unit's other forms."""

from decimal import Decimal

import pytest

from expectations.judge import Judge
from yuebao.programme.allocate import AllocatedTarget
from yuebao.programme.models import AllocationOverride
from yuebao.results import TargetOrigin

D = Decimal

T02 = {"certified": 1, "certified_total": 5, "led_households": 20}
T06 = {"task": 50, "trained_total": 30, "standard": 2000, "funds": 3}
T08 = {
    "total": 300, "in_county": 100, "in_province": 120, "out_of_province": 80,
    "lifted": 90, "lifted_out_of_province": 30, "resettled": 2,
}  # fmt: skip
T10 = {
    "households": 20, "people": 70, "monitored_households": 1, "monitored_people": 3,
    "unstable_households": 1, "unstable_people": 3, "marginal_households": 0,
    "marginal_people": 0, "sudden_households": 0, "sudden_people": 0, "own_policy": 1,
    "fallen_back": 0, "employed": 8,
}  # fmt: skip
SITES = {"sites": 1, "sites_maintained": 1}
UNIT = "共和镇"


def township(build, form, table, values):
    return {table: build.rows(form, table, UNIT, values)}


def leaders(build, **changes):
    """T02 with other values in its first village."""
    villages = build.rows("T02", "villages", UNIT, T02)
    villages[next(iter(villages))] |= changes
    return {"villages": villages, **township(build, "T02", "township", {"training_funds": 3})}


def before(build, tables, **more):
    return build.accepted("T02", UNIT, tables, **more)


LAST = {"certified": 0, "certified_total": 4, "led_households": 18}


def last_leaders(build):
    funds = township(build, "T02", "township", {"training_funds": 2})
    return {"villages": build.rows("T02", "villages", UNIT, LAST), **funds}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"certified_total": 6}, [("cumulative", "C5")]),
        ({"certified": 0, "certified_total": 3}, [("cumulative", "C5")]),
    ],
)
def test_cumulative_continues_the_period_before(build, tell, changes, expected):
    accepted = before(build, last_leaders(build))
    reading = build.form("T02", UNIT, leaders(build, **changes))
    assert tell(build.issues(reading, accepted=accepted)) == expected


def test_cumulative_says_how_it_should_have_come_about(build):
    reading = build.form("T02", UNIT, leaders(build, certified_total=6))
    (issue,) = build.issues(reading, accepted=before(build, last_leaders(build)))
    assert issue.message == (
        "“茅阳社区”的“致富带头人·累计认定（名）”为 6，上期累计 4 加本期 1 应为 5。"
    )
    assert issue.cells == ("C5", "B5")


def test_after_a_gap_a_cumulative_only_may_not_fall(build, tell):
    accepted = before(build, last_leaders(build), period="2023-07", previous=False)
    risen = build.form("T02", UNIT, leaders(build, certified_total=9))
    fallen = build.form("T02", UNIT, leaders(build, certified_total=3))
    assert build.issues(risen, accepted=accepted) == ()
    assert tell(build.issues(fallen, accepted=accepted)) == [("falling", "C5")]


def test_the_year_begins_at_nothing(build, tell):
    accepted = before(build, last_leaders(build), period="2022-12")
    values = {"certified": 5, "certified_total": 5, "led_households": 20}
    villages = build.rows("T02", "villages", UNIT, values)
    villages[next(iter(villages))]["certified_total"] = 6
    funds = township(build, "T02", "township", {"training_funds": 0})
    reading = build.form("T02", UNIT, {"villages": villages, **funds}, period="2023-01")
    assert tell(build.issues(reading, accepted=accepted)) == [("cumulative", "C5")]


def test_net_change_may_fall_where_its_flow_is_negative(build):
    last = {
        "opening": 100, "opened": 5, "closed": 2, "net": 3, "net_total": 9, "closing": 109,
        "leading": 3, "cooperatives": 40, "family_farms": 20,
    }  # fmt: skip
    now = last | {"opened": 0, "closed": 4, "net": -4, "net_total": 5, "closing": 105}
    accepted = build.accepted("T01", UNIT, township(build, "T01", "township", last))
    reading = build.form("T01", UNIT, township(build, "T01", "township", now))
    assert build.issues(reading, accepted=accepted) == ()


def test_warning_returns_the_form_unless_explained(build):
    accepted = before(build, last_leaders(build), previous=False)
    states = [
        build.judge(
            build.submission(
                build.form("T02", UNIT, leaders(build, certified_total=3), explanation=text)
            ),
            accepted=accepted,
        )[0]
        for text in ("", "核减一名")
    ]
    assert [(s.state, s.forms[0].state) for s in states] == [
        ("returned", "returned"),
        ("loaded", "explained"),
    ]


def test_constant_stays(build):
    last = township(build, "T06", "types", T06)
    now = township(build, "T06", "types", T06 | {"trained_total": 31})
    now["types"]["production"]["task"] = 60
    (issue,) = build.issues(
        build.form("T06", UNIT, now), accepted=build.accepted("T06", UNIT, last)
    )
    assert (issue.code, issue.cell, issue.value, issue.expected) == ("constant", "B6", "60", "50")


def test_whole_form_like_last_month_is_told_once(build):
    tables = last_leaders(build)
    for village in tables["villages"].values():
        village["certified"] = 1
    tables["villages"][next(iter(tables["villages"]))]["certified_total"] = 4
    accepted = before(build, tables, previous=False)
    (issue,) = build.issues(build.form("T02", UNIT, tables), accepted=accepted)
    assert (issue.code, issue.cell) == ("copy-of-last", "")
    assert issue.message == "“农村致富带头人”的数字与上期（2023年8月）完全一样。"


def test_nothing_new_where_nothing_flows_is_no_copy(build):
    tables = last_leaders(build)
    assert build.issues(build.form("T02", UNIT, tables), accepted=before(build, tables)) == ()


def test_text_over_again(build):
    unit = "县水务局"
    values = {
        "progress": "已完成 管网",
        "problems": "暂无",
        "next_steps": "验收",
        "assessment": "已完成",
    }
    last = {"items": build.rows("Q01", "items", unit, values)}
    again = {"items": build.rows("Q01", "items", unit, values | {"progress": "已完成管网"})}
    accepted = build.accepted("Q01", unit, last, period="2023-Q2")
    found = build.issues(build.form("Q01", unit, again, period="2023-Q3"), accepted=accepted)
    assert {issue.code for issue in found} == {"not-repeated"}
    assert len(found) == len(again["items"])


def test_slip_of_unit_is_proposed_back(build):
    last = township(build, "T02", "township", {"training_funds": D("12.1")})
    villages = build.rows("T02", "villages", UNIT, T02)
    accepted = before(build, {"villages": villages, **last}, previous=False)
    now = township(build, "T02", "township", {"training_funds": 125000})
    (issue,) = build.issues(
        build.form("T02", UNIT, {"villages": villages, **now}), accepted=accepted
    )
    assert (issue.code, issue.cell, issue.expected) == ("unit-of-measure", "B105", "12.5")
    assert issue.message == (
        "“共和镇”的“培育资金累计支出”为 125000万元，约为上期 12.1 的 10000 倍，"
        "疑似计量单位填错，可能应为 12.5万元。"
    )


def test_slip_that_also_breaks_the_sum_is_one_error(build):
    villages = build.rows("T08", "villages", UNIT, T08)
    accepted = build.accepted("T08", UNIT, {"villages": villages})
    now = build.rows("T08", "villages", UNIT, T08)
    now[next(iter(now))]["out_of_province"] = 800
    (issue,) = build.issues(build.form("T08", UNIT, {"villages": now}), accepted=accepted)
    assert (issue.code, issue.severity, issue.cell) == ("unit-of-measure", "error", "E5")


def test_village_out_of_proportion_to_all_others(build):
    villages = build.rows(
        "T14", "villages", UNIT, {"income": 1, "income_total": 9, "operating_total": 8}
    )
    first = next(iter(villages))
    villages[first] = {"income": 10000, "income_total": 90000, "operating_total": 8}
    found = build.issues(build.form("T14", UNIT, {"villages": villages}))
    assert {(i.code, i.row) for i in found} == {("unit-of-measure", first)}
    told = {i.column: (i.expected, i.message) for i in found}
    assert told["income_total"][0] == "9"
    assert "约为各村（社区）中位数 9 的 10000 倍" in told["income_total"][1]


def test_standing_forms_of_other_units_are_peers(build):
    few = {"income": 1, "income_total": 90000, "operating_total": 8}
    others = build.rows(
        "T14", "villages", "戌街乡", {"income": 1, "income_total": 9, "operating_total": 8}
    )
    standing = build.accepted("T14", "戌街乡", {"villages": others}, period="2023-09")
    reading = build.form("T14", UNIT, {"villages": {build.villages(UNIT)[0]: few}})

    def odd(**beside):
        return [i.column for i in build.issues(reading, **beside) if i.code == "unit-of-measure"]

    assert odd() == []
    assert odd(standing=standing) == ["income_total"]


def test_total_several_times_the_years_target(build):
    values = T02 | {"certified_total": 40, "certified": 40}
    tables = {
        "villages": build.rows("T02", "villages", UNIT, values),
        **township(build, "T02", "township", {"training_funds": 3}),
    }
    indicator = next(
        i for i in build.programme.indicators
        if i.numerator.form == "T02" and i.rollup == "sum" and i.numerator.table == "township"
    )  # fmt: skip
    key = (indicator.id, build.code(UNIT))
    tables["township"][build.code(UNIT)]["training_funds"] = 400
    targets = {key: AllocatedTarget(D(100), TargetOrigin.RULE)}
    (issue,) = build.issues(build.form("T02", UNIT, tables), targets=targets)
    assert (issue.code, issue.cell, issue.value, issue.expected) == (
        "magnitude-target", "B105", "400", "100",
    )  # fmt: skip
    assert "是全年任务 100 的 4 倍" in issue.message

    line = AllocationOverride(indicator=indicator.id, unit=UNIT, value=D(100), reason="会议纪要")
    plan = build.programme.model_copy(update={"overrides": (line,)})
    by_hand = type(build)(plan, Judge(plan))
    (issue,) = by_hand.issues(by_hand.form("T02", UNIT, tables), targets=targets)
    assert "是全年任务 100（人工调整）的 4 倍" in issue.message


def resettled(build, employed):
    rows = build.rows("T10", "kinds", UNIT, T10)
    rows[next(iter(rows))]["employed"] = employed
    return build.form("T10", UNIT, {"kinds": rows, **township(build, "T10", "township", SITES)})


def workers(build):
    return build.form("T08", UNIT, township(build, "T08", "villages", T08))


def test_same_fact_in_two_forms(build):
    count = 2 * len(build.villages(UNIT))
    assert build.issues(workers(build), resettled(build, count - 16)) == ()
    (issue,) = build.issues(workers(build), resettled(build, count - 15))
    assert (issue.code, issue.form, issue.cell) == ("cross-form", "T10", "N5")
    assert (issue.value, issue.expected) == (str(count + 1), str(count))
    assert "T10" not in issue.message
    assert "“农村劳动力转移就业：易地扶贫搬迁劳动力”" in issue.message


def test_other_form_may_already_stand(build, tell):
    count = 2 * len(build.villages(UNIT))
    standing = build.accepted(
        "T08", UNIT, township(build, "T08", "villages", T08), period="2023-09"
    )
    wrong = resettled(build, count - 15)
    assert tell(build.issues(wrong)) == []
    assert tell(build.issues(wrong, standing=standing)) == [("cross-form", "N5")]


def test_other_form_may_come_in_another_file(build):
    count = 2 * len(build.villages(UNIT))
    first, second = build.judge(
        build.submission(workers(build)), build.submission(resettled(build, count - 15))
    )
    assert first.state == "loaded"
    assert [issue.code for issue in second.forms[0].issues] == ["cross-form"]


def test_zero_report_skips_the_rules_and_counts_as_nothing(build):
    form = build.form("T03", UNIT, {}, zero_report=True)
    (judged,) = build.judge(build.submission(form))
    assert (judged.forms[0].state, judged.forms[0].issues) == ("zero", ())
