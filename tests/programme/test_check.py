"""References that lead nowhere are named; what the plan itself does not reconcile is told."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from yuebao.programme.check import DoubtKind, plan_checks, plan_doubts
from yuebao.programme.load import DefinitionError, load_programme
from yuebao.programme.models import Programme

REAL = Path(__file__).parents[2] / "targets" / "mouding-2023"

BROKEN_REFERENCES = [
    # file, what it says, what it is made to say, what the fault says
    ("indicators/W06-1.yml", "id: W06-1", "id: W06-9", "应与文件名“W06-1”相同"),
    ("indicators/W06-1.yml", "form: T08", "form: T88", "没有报表“T88”"),
    ("indicators/W06-1.yml", "table: villages", "table: village", "报表 T08 没有表“village”"),
    ("indicators/W06-1.yml", "[total]", "[totals]", "表 villages 没有列“totals”"),
    ("indicators/W06-1.yml", "work: 6", "work: 7", "属于第 6 项重点工作，不是第 7 项"),
    ("indicators/W06-1.yml", "work: 6", "work: 11", "programme.yml 中没有第 11 项重点工作"),
    ("indicators/W06-1.yml", "二(六)", "二(六)9", "方案中没有条款“二(六)9”"),
    ("indicators/W06-1.yml", "movement: stock", "movement: flow", "列 total 却是 stock"),
    ("indicators/W06-1.yml", "rollup: sum", "rollup: ratio", "rollup: ratio 必须"),
    ("indicators/W06-1.yml", "[县人力资源和社会保障局]", "[县人力局]", "名为“县人力局”的县级部门"),
    ("indicators/W06-2.yml", "[W06-1]", "[W66-1]", "没有指标“W66-1”"),
    ("indicators/W06-2.yml", "[W06-1]", "[W06-2]", "指标不能是自己的一部分"),
    ("indicators/W01-2.yml", "net: W01-1", "net: W01-9", "没有指标“W01-9”"),
    ("indicators/W03-1.yml", "戌街乡: ", "戌街镇: ", "没有名为“戌街镇”的乡镇"),
    ("indicators/W02-2.yml", "table: villages", "table: township", "要用按村填报的表"),
    ("indicators/W09-19.yml", "value: 是", "value: 对", "只能与 是、否 比较，现为“对”"),
    ("indicators/W09-19.yml", 'value: "20"', "value: 二十", "“二十”不是数"),
    ("indicators/W09-02.yml", "rows: [W09-02]", "rows: [W09-99]", "表 indicators 没有行“W09-99”"),
    ("indicators/W04-1.yml", ', tolerance: "1"', "", "about 必须、其他不得写 tolerance"),
    ("indicators/W04-3.yml", "county_only", "by_villages", "没有目标值，无从按村数分解"),
    ("indicators/W07-1.yml", "method: same", "method: by_villages", "比例不能按村数分解"),
    ("indicators/W10-5.yml", '12: "1"', '12: "0.6"', "各月份额不得下降"),
    ("indicators/W01-4.yml", "[县农业农村局], where", "[县财政局], where", "“县财政局”不报 P01"),
    ("forms/T08.yml", "filed_by: [township]", "filed_by: [townships]", "名为“townships”的"),
    ("forms/T03.yml", "[江坡镇,", "[江波镇,", "“江波镇”本来就不报这张表"),
    ("forms/T08.yml", "of: [lifted]", "of: [lift]", "表 villages 没有列“lift”"),
    ("forms/T04.yml", "rate: benefit_rate", "rate: fund_source", "列 fund_source 应为数"),
    ("forms/T05.yml", "value: 否}", "value: 没有}", "只能与 是、否 比较"),
    ("forms/P01.yml", "[started_on, finished_on]", "[started_on, paid]", "都是数，或都是日期"),
    ("forms/T12.yml", "seismic: ", "sesmic: ", "表 kinds 没有行“sesmic”"),
    ("forms/B03.yml", "[project, village]", "[project, villages]", "没有列“villages”"),
    ("forms/T13.yml", "clause: 二(九)4", "clause: 二(九)40", "方案中没有条款“二(九)40”"),
    ("forms/Q01.yml", "column: progress", "column: assessment", "列 assessment 应为文字"),
    ("crosschecks.yml", "form: T08", "form: B01", "没有"),
    ("items.yml", "work: 1\n", "work: 12\n", "programme.yml 中没有第 12 项重点工作"),
    ("items.yml", "lead_units: [县农业农村局]", "lead_units: [县农业厅]", "名为“县农业厅”的"),
    ("units.csv", "township,532323,", "township,532324,", "上级代码“532324”不是 county"),
    ("programme.yml", 'county: "532323"', 'county: "532301"', "units.csv 中应只有一个县"),
    ("calendar.yml", '"2023-Q2": ', '"2023-06": ', "“2023-06”不是季度"),
    ("reconciliations.yml", "unit: 户}\n  parts", "unit: 家}\n  parts", "与合计的单位“家”不同"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REAL, tmp_path / "mouding-2023"))


@pytest.mark.parametrize(("name", "old", "new", "what"), BROKEN_REFERENCES)
def test_a_reference_that_leads_nowhere_is_named(folder, name, old, new, what):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_programme(folder)
    faults = str(caught.value).splitlines()
    assert any(what in fault and fault.startswith(f"{name}:") for fault in faults), faults


def test_the_line_of_a_reference_is_the_line_it_stands_on(folder):
    path = folder / "indicators" / "W09-19.yml"
    text = path.read_text(encoding="utf-8").replace("column: minutes", "column: minute")
    path.write_text(text, encoding="utf-8")
    line = next(n for n, words in enumerate(text.splitlines(), 1) if "minute," in words)
    with pytest.raises(DefinitionError) as caught:
        load_programme(folder)
    assert str(caught.value) == f"indicators/W09-19.yml:{line}: 表 villages 没有列“minute”"


def test_overrides_name_real_indicators_and_townships_once(folder):
    (folder / "allocations.csv").write_text(
        "indicator,unit,value,reason\n"
        "W06-1,共和镇,1,x\nW99-1,共和镇,1,x\nW06-1,共和,1,x\nW06-1,共和镇,2,y\n",
        encoding="utf-8",
    )
    with pytest.raises(DefinitionError) as caught:
        load_programme(folder)
    assert str(caught.value).splitlines() == [
        "allocations.csv:3: 没有指标“W99-1”",
        "allocations.csv:4: units.csv 中没有名为“共和”的乡镇",
        "allocations.csv:5: 共和镇的 W06-1 已在前面调整过",
    ]


def test_the_plans_only_contradiction_is_told_with_both_figures_and_the_gap(programme):
    (doubt,) = (one for one in plan_doubts(programme) if one.kind is DoubtKind.CONTRADICTION)
    assert doubt.clause.startswith("二(八)")
    for words in ("600户2106人", "340户1204人", "159户525人", "23户99人", "522户1828人"):
        assert words in doubt.text
    assert doubt.text.endswith("相差 78户278人。")


def test_targets_without_a_figure_are_named_as_such(programme):
    missing = [one.id for one in plan_doubts(programme) if one.kind is DoubtKind.MISSING_NUMBER]
    assert missing == [
        "number-W01-4", "number-W03-2", "number-W04-3", "number-W05-1", "number-W09-13",
        "number-W10-9",
    ]  # fmt: skip


def test_what_adds_up_was_looked_at_and_raises_no_doubt(programme):
    good = {check.id for check in plan_checks(programme) if check.ok}
    assert {
        "parts-monitored_households",
        "parts-greenhouses",
        "balance-W01-2",
        "nested-W06-4-W06-2",
        "nested-W06-4-W06-3",
        "allocated-W03-1",
        "allocated-W06-1",
    } <= good
    assert not any("771" in check.text for check in plan_checks(programme))


def changed(programme: Programme, indicator_id: str, value: str) -> Programme:
    """The programme with another target for one indicator."""
    indicators = tuple(
        one.model_copy(update={"target": one.target.model_copy(update={"value": Decimal(value)})})
        if one.id == indicator_id
        else one
        for one in programme.indicators
    )
    return programme.model_copy(update={"indicators": indicators})


@pytest.mark.parametrize(
    ("indicator", "value", "check", "words"),
    [
        ("W01-2", "1160", "balance-W01-2", "少 3家"),
        ("W06-4", "5800", "nested-W06-4-W06-3", "多出 100人"),
        ("W03-1", "9000", "allocated-W03-1", "少 1000亩"),
    ],
)
def test_a_plan_that_disagrees_with_itself_is_doubted(programme, indicator, value, check, words):
    doubts = {one.id: one for one in plan_doubts(changed(programme, indicator, value))}
    assert words in doubts[check].text
    assert doubts[check].kind is DoubtKind.CONTRADICTION
