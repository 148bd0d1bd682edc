"""What a leader, a printer and an ill-meaning clerk find in the page."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from yuebao.findings import make_issue
from yuebao.programme.allocate import allocated_targets
from yuebao.programme.check import Doubt
from yuebao.programme.models import AllocationOverride, Programme
from yuebao.reports.bulletin import Bulletin
from yuebao.reports.html import bulletin_html, numeral
from yuebao.results import Colour, IndicatorResult, TargetOrigin
from yuebao.rules.period import Period

MakeBulletin = Callable[..., Bulletin]


@pytest.fixture(scope="module")
def page(make_bulletin: MakeBulletin) -> str:
    return bulletin_html(make_bulletin())


def text_of(page: str) -> str:
    body = page.split("</style>")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_every_work_and_indicator_is_there(programme: Programme, page: str) -> None:
    for work in programme.works:
        assert work.title in page
    for indicator in programme.indicators:
        assert indicator.name in page
        assert indicator.id in page


def test_the_outline_of_the_page(page: str) -> None:
    titles = re.findall(r"<h2>([^<]+)", page)
    assert titles[0] == "一、农业市场主体"
    assert titles[9:] == ["十、农村基层党建", "报送情况", "方案自身对不上之处", "数据来源与口径"]
    heads = re.findall(r"<th[^>]*>([^<]+)", page)
    assert heads[:10] == [
        "指标",
        "目标",
        "完成",
        "较上期",
        "进度",
        "序时应达",
        "色标",
        "预计全年",
        "已报单位",
        "走势",
    ]
    assert heads[10:18] == [
        "分乡镇",
        "共和镇",
        "新桥镇",
        "江坡镇",
        "凤屯镇",
        "蟠猫乡",
        "戌街乡",
        "安乐乡",
    ]


def test_the_leaders_page_counts_by_colour(make_bulletin: MakeBulletin, page: str) -> None:
    bulletin = make_bulletin()
    counts = bulletin.headline.counts
    assert sum(counts.values()) == bulletin.headline.total == 65
    front = text_of(page).split("一、农业市场主体 方案")[0]
    assert f"绿灯 {counts[Colour.GREEN]} 项" in front
    assert f"红灯 {counts[Colour.RED]} 项" in front
    assert "上报率" in front
    assert "未报 蟠猫乡（14 张）。 退回待改 戌街乡（15 张）" in front


def test_incomplete_totals_say_so(page: str) -> None:
    assert ">5/7<" in page
    assert "（仅含 5/7 个单位）" in page


def test_who_is_late_returned_and_missing(page: str) -> None:
    chase = text_of(page).split("报送情况")[-1]
    assert re.search(r"未报 蟠猫乡 T01 农业市场主体、", chase)
    assert re.search(r"退回 戌街乡 T01 农业市场主体、", chase)
    assert "迟报 安乐乡 T08 农村劳动力转移就业" in chase
    assert "退回2" in chase
    assert "已报(迟)" in chase


def test_the_plans_own_doubts_stand_as_they_are(page: str) -> None:
    doubts = text_of(page).split("方案自身对不上之处")[1]
    assert "600户2106人" in doubts
    assert "78户278人" in doubts


def test_targets_not_of_the_plan_are_marked(
    programme: Programme, make_bulletin: MakeBulletin, year: list[IndicatorResult]
) -> None:
    page = bulletin_html(make_bulletin())
    assert "目标为规则分解" in page
    assert "人工调整</span>" not in page.split("<footer>")[0].split("数据来源")[0]
    override = AllocationOverride(
        indicator="W06-1", unit="共和镇", value=Decimal(23456), reason="会议纪要"
    )
    adjusted = programme.model_copy(update={"overrides": (override,)})
    town = programme.unit_named("共和镇").code
    target = allocated_targets(adjusted)["W06-1", town]
    results = [
        replace(r, target=target.value, target_origin=TargetOrigin.OVERRIDE)
        if (r.indicator, r.unit) == ("W06-1", town)
        else r
        for r in year
        if r.period == "2023-09"
    ]
    marked = bulletin_html(make_bulletin(results=results))
    assert re.search(r"/ 23456 <span class=\"mark override\">人工调整</span>", marked)


def test_missing_townships_are_not_zeros(page: str) -> None:
    towns = page.split('class="towns"')[1].split("</table>")[0]
    assert towns.count("未报") == 2 * 3  # two townships, three indicators of the first work


def test_nothing_is_fetched_and_nothing_runs(page: str) -> None:
    assert not re.search(r"https?:|//[a-z]|url\(|@import", page)
    assert not re.search(r"<(script|link|iframe|img|object)\b", page)
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', page))


def test_what_people_typed_stays_text(programme: Programme, make_bulletin: MakeBulletin) -> None:
    evil = "<script>alert(1)</script>"
    first = programme.indicators[0].model_copy(update={"name": evil})
    plan = programme.model_copy(update={"indicators": (first, *programme.indicators[1:])})
    issue = make_issue(
        "county-total", unit=programme.county, period="2023-09", words={"column": evil}
    )
    page = bulletin_html(
        make_bulletin(programme=plan, doubts=[Doubt("x", evil, evil)], issues=[issue])
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 3


def test_a_sample_says_so_and_the_real_thing_does_not(
    make_bulletin: MakeBulletin, page: str
) -> None:
    sample = bulletin_html(make_bulletin(sample=True))
    assert "样例" in text_of(sample)
    assert "不是真实情况" in sample
    assert "样例" not in text_of(page)


def test_a_quarter_has_a_bulletin_too(
    make_bulletin: MakeBulletin, quarter: tuple[IndicatorResult, ...]
) -> None:
    page = bulletin_html(
        make_bulletin(period=Period.parse("2023-Q3"), results=quarter, statuses=())
    )
    assert "季度通报" in page
    assert "2023年第三季度" in page
    assert "农村劳动力转移就业" in page


def test_a_month_without_anything_still_makes_a_page(make_bulletin: MakeBulletin) -> None:
    page = bulletin_html(make_bulletin(results=(), previous=(), statuses=(), doubts=()))
    assert "没有红灯、黄灯指标" in page
    assert "没有发现方案自身前后不符的数字" in page


def test_the_trend_is_drawn_with_its_pace(page: str) -> None:
    assert page.count('<polyline class="now"') > 40
    assert page.count('<polyline class="pace"') > 40
    assert 'class="partial"' in page  # September's point rests on five townships


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (12, "十二"), (21, "二十一")])
def test_works_are_numbered_in_chinese(number: int, text: str) -> None:
    assert numeral(number) == text
