"""Each kind of rule: what is entered, and the code, cell and words that must come of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

D = Decimal

T01 = {
    "opening": 100, "opened": 5, "closed": 2, "net": 3, "net_total": 9, "closing": 109,
    "leading": 3, "cooperatives": 40, "family_farms": 20,
}  # fmt: skip
T03 = {
    "project": "蔬菜大棚", "owner": "某公司", "planned_area": 120, "started_area": 100,
    "built_area": 80, "investment": 500, "claims_subsidy": True, "subsidy": 30,
}  # fmt: skip
T04 = {
    "project": "加工厂", "fund_source": "社会捐赠资金", "fiscal_investment": 300, "benefit": 21,
    "benefit_rate": 7, "has_mechanism": True, "link": "吸纳就业", "led_households": 60,
}  # fmt: skip
T05 = {
    "workshop": "服装车间", "kind": "厂房式", "running": True, "employed": 30,
    "employed_lifted": 12, "wage": 2800, "award": 3,
}  # fmt: skip
T08 = {
    "total": 30, "in_county": 10, "in_province": 12, "out_of_province": 8,
    "lifted": 9, "lifted_out_of_province": 3, "resettled": 2,
}  # fmt: skip
T11 = {
    "due": 1000, "insured": 950, "insured_rate": 95, "poor_due": 200, "poor_insured": 190,
    "collected": 33,
}  # fmt: skip
T12 = {"task": 20, "started": 18, "finished": 16, "inspected": 10, "paid": D("19.2")}
T13 = {"supply": 60, "distance": 0, "climb": 0, "minutes": 0, "clean": True, "people": 900}
B01 = {"numerator": 980, "denominator": 1000, "rate": 98}
B03 = {
    "project": "人饮工程", "township": "532323101", "village": "官河村", "investment": 600,
    "invested": 300, "progress": 50, "people": 900,
}  # fmt: skip
P01 = {
    "project": "道路", "township": "532323101", "content": "硬化", "investment": 600,
    "year_plan": 500, "allotted": 400, "received": 300, "paid": 200, "invested": 250,
    "progress": 40, "started_on": date(2023, 3, 1), "finished_on": None, "problems": None,
}  # fmt: skip

RIGHT = {
    "T01": ("township", "共和镇", T01),
    "T03": ("projects", "共和镇", T03),
    "T04": ("projects", "共和镇", T04),
    "T05": ("workshops", "共和镇", T05),
    "T08": ("villages", "共和镇", T08),
    "T11": ("villages", "共和镇", T11),
    "T12": ("kinds", "共和镇", T12),
    "T13": ("villages", "共和镇", T13),
    "B01": ("indicators", "县教育体育局", B01),
    "B03": ("projects", "县水务局", B03),
    "P01": ("projects", "县水务局", P01),
}
OPEN_ROWS = {"T03", "T04", "T05", "B03", "P01"}
BESIDE = {"T12": {"township": {"missed": 0}}, "T13": {"township": {"missed": 0}}}


def rows_of(build, form):
    table, unit, values = RIGHT[form]
    if form == "B03":
        rows = {"a": dict(values), "b": {**values, "project": "管网", "village": "飒马场"}}
    elif form in OPEN_ROWS:
        village = {} if form == "P01" else {"village": build.villages(unit)[0]}
        rows = {"a": {**values, **village}}
    else:
        rows = build.rows(form, table, unit, values)
    if form == "B01":
        rows["W09-01"] |= {"numerator": 0, "rate": 0}
    return table, unit, rows


def issues_after(build, form, changes, row=0, **beside):
    """The issues where one row of an otherwise right form is changed."""
    table, unit, rows = rows_of(build, form)
    key = list(rows)[row] if isinstance(row, int) else row
    rows[key] |= changes
    return build.issues(reading_of(build, form, unit, {table: rows}), **beside)


def reading_of(build, form, unit, tables):
    """The form's reading, with the rows of its second table where it has one."""
    others = {t: build.rows(form, t, unit, values) for t, values in BESIDE.get(form, {}).items()}
    return build.form(form, unit, {**tables, **others})


@pytest.mark.parametrize("form", sorted(RIGHT))
def test_right_values_are_right(build, form):
    assert issues_after(build, form, {}) == ()


@pytest.mark.parametrize(
    ("form", "changes", "code", "cell"),
    [
        ("T08", {"total": None}, "required", "B5"),
        ("T08", {"resettled": -1}, "range", "H5"),
        ("T01", {"net": 4}, "parts-total", "E5"),
        ("T08", {"lifted": 31}, "at-most", "F5"),
        ("T12", {"paid": D("19.3")}, "at-most", "F6"),
        ("T12", {"started": 21}, "order", "C6"),
        ("P01", {"paid": 350}, "order", "I5"),
        ("P01", {"finished_on": date(2023, 1, 1)}, "order", "L5"),
        ("T04", {"benefit_rate": D("7.2")}, "typed-rate", "G5"),
        ("T03", {"planned_area": D("99.9"), "started_area": 90}, "when", "E5"),
        ("T03", {"claims_subsidy": False}, "when", "I5"),
        ("T04", {"link": None}, "when", "I5"),
        ("T05", {"running": False, "wage": None}, "when", "F5"),
        ("T05", {"wage": 16000}, "plausible", "H5"),
        ("T11", {"collected": 95}, "plausible-ratio", "G5"),
        ("T13", {"supply": 19}, "alarm", "B5"),
        ("T13", {"clean": False}, "alarm", "F5"),
        ("B01", {"denominator": 0, "numerator": 0, "rate": 0}, "when", "C6"),
    ],
)
def test_one_fault_makes_one_message_at_its_cell(build, tell, form, changes, code, cell):
    row = int(cell[1:]) - 5
    assert tell(issues_after(build, form, changes, row)) == [(code, cell)]


@pytest.mark.parametrize(
    ("form", "changes", "message"),
    [
        ("T08", {"total": None}, "“茅阳社区”的“转移就业总量（人）”没有填。"),
        (
            "T08",
            {"resettled": -1},
            "“茅阳社区”的“易地扶贫搬迁劳动力（人）”为 -1，应不小于 0。",
        ),
        (
            "T12",
            {"started": 21},
            "“农村危房改造”的“改造户数·累计开工（户）”为 21，不能超过“改造户数·年度任务”的 20。",
        ),
        (
            "T12",
            {"paid": 30},
            "“农村危房改造”的“累计拨付补助（万元）”为 30，不能超过 累计竣工 × 1.7（27.2）。",
        ),
        (
            "T04",
            {"benefit_rate": 8},
            (
                "“加工厂·茅阳社区”的“利益联结收益·收益率”填了 8%，"
                "按 本年累计收益 ÷ 财政投资 × 100 应为 7%。"
            ),
        ),
        (
            "T03",
            {"claims_subsidy": False},
            (
                "“蔬菜大棚·茅阳社区”：“先建后补·补助金额”大于 0 时，"
                "“先建后补·是否申请”应为“是”；现在“先建后补·是否申请”为 否。"
            ),
        ),
        (
            "T05",
            {"wage": 16000},
            "“服装车间·茅阳社区”的“月均工资（元）”为 16000，常见范围是 500 至 15000。",
        ),
        (
            "T13",
            {"supply": 19},
            "“茅阳社区”的“最低日供水量（升/人）”为 19，未达到标准：每人每天供水不少于 20 升。",
        ),
        (
            "T11",
            {"collected": 95},
            "“茅阳社区”的人均征缴金额（元）为 1000，常见范围是 50 至 800。",
        ),
    ],
)
def test_what_the_clerk_reads(build, form, changes, message):
    (issue,) = issues_after(build, form, changes)
    assert issue.message == message
    assert "{" not in issue.message + issue.advice


@pytest.mark.parametrize(
    ("row", "paid", "codes"),
    [(0, "27.2", []), (0, "27.3", ["at-most"]), (1, "19.2", []), (1, "19.21", ["at-most"])],
)
def test_money_is_exact_and_the_factor_is_the_rows(build, row, paid, codes):
    found = issues_after(build, "T12", {"paid": D(paid)}, row)
    assert [issue.code for issue in found] == codes


@pytest.mark.parametrize(("rate", "told"), [("33.4", []), ("33.43", []), ("33.44", ["typed-rate"])])
def test_typed_rate_is_compared_within_tolerance(build, rate, told):
    changes = {"fiscal_investment": 300, "benefit": 100, "benefit_rate": D(rate)}
    found = issues_after(build, "T04", changes)
    assert [i.code for i in found if i.code != "plausible"] == told


def test_unreadable_cell_is_not_asked_again(build, unreadable):
    assert issues_after(build, "T08", {"total": unreadable}) == ()
    assert issues_after(build, "T04", {"link": unreadable}) == ()


def test_missing_column_leaves_the_other_rules_standing(build, tell):
    table, unit, rows = rows_of(build, "T08")
    for values in rows.values():
        del values["total"]
    rows[next(iter(rows))]["lifted_out_of_province"] = 10
    assert tell(build.issues(build.form("T08", unit, {table: rows}))) == [("at-most", "G5")]


def test_rule_restricted_to_rows_is_silent_elsewhere(build, tell):
    over = {"numerator": 1200, "rate": 120}
    assert tell(issues_after(build, "B01", over, "W09-02")) == []
    assert tell(issues_after(build, "B01", over, "W09-03")) == [("at-most", "B7")]


def test_rule_holds_from_its_month_on(build):
    values = {"certified": 0, "certified_total": 0, "led_households": 0}
    rows = build.rows("T02", "villages", "共和镇", values)
    funds = {"township": build.rows("T02", "township", "共和镇", {"training_funds": 0})}
    november, december = (
        build.issues(build.form("T02", "共和镇", {"villages": rows, **funds}, period=period))
        for period in ("2023-11", "2023-12")
    )
    assert november == ()
    assert {issue.code for issue in december} == {"when"}
    assert len(december) == len(rows)


def test_missing_village_is_named_without_a_cell(build):
    table, unit, rows = rows_of(build, "T08")
    absent = list(rows)[1]
    del rows[absent]
    (issue,) = build.issues(build.form("T08", unit, {table: rows}))
    assert (issue.code, issue.row, issue.cell) == ("village-missing", absent, "")


def test_project_registered_twice_is_said_at_the_second(build, tell):
    table, unit, rows = rows_of(build, "T03")
    once = build.form("T03", unit, {table: rows})
    again = build.form("T03", unit, {table: {"x": {}, **rows}})  # the same row, one further down
    twice = replace(once, entries=(*once.entries, *again.entries))
    assert tell(build.issues(twice)) == [("duplicate-row", "B6")]


def test_named_projects_must_be_listed(build):
    table, unit, rows = rows_of(build, "B03")
    del rows["b"]
    (issue,) = build.issues(build.form("B03", unit, {table: rows}))
    assert (issue.code, issue.expected) == ("must-list", "飒马场")
