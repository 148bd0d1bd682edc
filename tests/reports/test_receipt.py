"""The receipt: what arrived when, what became of it, what it changed; one inert page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from yuebao.findings import make_issue
from yuebao.programme.models import Programme
from yuebao.readings import Entry, FormReading
from yuebao.reports.receipt import Compared, FiledForm, FiledVersion, Receipt, receipt
from yuebao.reports.receipt_changes import CellChange, form_changes
from yuebao.reports.receipt_html import receipt_html
from yuebao.results import FormState, SubmissionState
from yuebao.workbooks.inbox import is_passed_over, receipt_name

UNIT, PERIOD = "532323203", "2023-09"
BEFORE_DUE = datetime(2023, 9, 25, 15, 59, tzinfo=UTC)  # a minute to midnight where it arrives
FILE = FiledVersion(
    UNIT, PERIOD, 1, SubmissionState.PARTLY, "ab12" * 16, "9月<b>.xlsx", BEFORE_DUE, BEFORE_DUE,
    sample=False,
    forms=(
        FiledForm("T08", FormState.EXPLAINED, cells=91, warnings=1),
        FiledForm("T09", FormState.RETURNED, errors=2, notices=1),
        FiledForm("T03", FormState.ZERO),
    ),
)  # fmt: skip


def made(programme: Programme, *versions: FiledVersion, **compared: Compared) -> Receipt:
    return receipt(programme, versions, compared)


def fact(made: Receipt, name: str) -> str:
    return dict(made.facts)[name]


def test_it_says_what_arrived_and_what_became_of_each_form(programme: Programme) -> None:
    page = made(programme, FILE)
    assert (page.unit, page.period, page.word) == ("安乐乡", "2023年9月", "部分通过")
    assert fact(page, "到达时间") == "2023-09-25 23:59（北京时间）"
    assert fact(page, "报送期限") == "2023-09-25 截止，按时"
    assert fact(page, "文件指纹").startswith("ab12ab12ab12ab12（")
    assert fact(page, "入库") == "2 张表，91 格"
    assert [(line.word, line.findings, line.loaded) for line in page.lines] == [
        ("通过（有说明）", "疑问 1", "91 格"),
        ("退回", "错误 2，提示 1", "未入库"),
        ("零报告", "无", "零报告"),
    ]
    assert "T01 农业市场主体" in page.missing
    assert "T08" not in page.missing


@pytest.mark.parametrize(
    ("minutes", "earlier", "said"),
    [
        (0, (), "按时"),
        (1, (), "迟报 1 天"),
        (1, (FILE,), "迟报 1 天；此前按时通过的表不受影响"),
        (1 + 24 * 60, (replace(FILE, forms=()),), "迟报 2 天"),
    ],
)
def test_late_by_the_calendar(
    minutes: int, earlier: Sequence[FiledVersion], said: str, programme: Programme
) -> None:
    version = replace(FILE, version=2, arrived_at=BEFORE_DUE + timedelta(minutes=minutes))
    assert fact(made(programme, *earlier, version), "报送期限") == f"2023-09-25 截止，{said}"


def test_days_of_grace_are_on_time(programme: Programme) -> None:
    calendar = programme.calendar.model_copy(update={"grace_working_days": 1})
    gracious = programme.model_copy(update={"calendar": calendar})
    day = timedelta(days=1)
    for days, said in ((1, "在宽限期内，视为按时"), (2, "迟报 2 天")):
        page = made(gracious, replace(FILE, arrived_at=BEFORE_DUE + days * day))
        assert fact(page, "报送期限") == f"2023-09-25 截止，{said}"


@pytest.mark.parametrize(
    ("state", "form", "word"),
    [
        (SubmissionState.LOADED, FormState.ACCEPTED, "通过"),
        (SubmissionState.LOADED, FormState.EXPLAINED, "通过（有说明）"),
        (SubmissionState.RETURNED, FormState.RETURNED, "退回"),
        (SubmissionState.HELD, FormState.HELD, "待数据组批准"),
    ],
)
def test_one_word_for_the_whole(
    state: SubmissionState, form: FormState, word: str, programme: Programme
) -> None:
    page = made(programme, replace(FILE, state=state, forms=(FiledForm("T08", form),)))
    assert page.word == page.lines[0].word == word


@pytest.mark.parametrize(("code", "word"), [("file-encrypted", "无法读取"), ("wrong-unit", "退回")])
def test_a_file_that_was_not_taken_has_its_reason(
    code: str, word: str, programme: Programme
) -> None:
    issue = make_issue(code, unit=UNIT, period=PERIOD, words={"value": "甲", "expected": "乙"})
    refused = replace(FILE, state=SubmissionState.REFUSED, forms=(), issues=(issue,))
    page = made(programme, refused)
    assert (page.word, page.reasons) == (word, (issue.message + issue.advice,))
    assert fact(page, "入库") == "没有入库"


# --- what changed ---------------------------------------------------------------------------


def entry(row: str, column: str, raw: str, *, table: str = "villages", at: str = "C5") -> Entry:
    value = Decimal(raw) if raw.replace(".", "").isdigit() else raw or None
    return Entry(table, row, 0, column, value, raw, at)


def reading(*entries: Entry, form: str = "T08", explanation: str = "") -> FormReading:
    return FormReading(form, UNIT, PERIOD, "", form, entries, explanation=explanation)


def test_changes_are_told_as_the_unit_reads_them(programme: Programme) -> None:
    village = programme.villages(UNIT)[0]
    before = reading(
        entry(village.code, "total", "100"),
        entry(village.code, "in_county", "1"),
        entry(village.code, "lifted", ""),
    )
    after = reading(
        entry(village.code, "total", "120", at="C6"),
        entry(village.code, "in_county", "1.0"),
        entry(village.code, "lifted", "7", at="G6"),
        explanation="返乡",
    )
    assert form_changes(programme, before, after) == (
        CellChange("T08", "（表下）", "情况说明", "", "（空）", "返乡"),
        CellChange("T08", village.name, "转移就业总量（人）", "C6", "100", "120"),
        CellChange("T08", village.name, "脱贫劳动力·转移就业（人）", "G6", "（空）", "7"),
    )


def test_rows_that_came_and_went_are_a_line_each(programme: Programme) -> None:
    form = programme.form("T03")
    table = next(table for table in form.tables if table.key_columns)
    one, two = (column.id for column in table.columns[:2])
    old = [entry("甲|棚", c, "旧", table=table.id) for c in (one, two)]
    new = [entry("乙|棚", c, "新", table=table.id, at="B9") for c in (one, two)]
    changes = form_changes(programme, reading(*old, form="T03"), reading(*new, form="T03"))
    assert [(c.row[-3:], c.column, c.before, c.after) for c in changes] == [
        ("乙·棚", "整行", "（没有这一行）", "新增，2 格"),
        ("甲·棚", "整行", "2 格", "删去"),
    ]


def test_long_lists_are_folded_and_counted(programme: Programme) -> None:
    changes = tuple(CellChange("T08", f"{n}村", "总量", "C5", "1", "2") for n in range(400))
    page = made(programme, FILE, replace(FILE, version=2), T08=Compared(1, changes))
    assert (len(page.changes), len(page.folded), page.uncounted) == (19, 281, 100)
    html = receipt_html(page)
    assert "其余 381 处改动" in html
    assert html.index("18村") < html.index("<details>") < html.index("19村")


def test_nothing_to_compare_is_said(programme: Programme) -> None:
    assert "第一次报送" in made(programme, FILE).changes_note
    again = replace(FILE, version=2)
    same = made(programme, FILE, again, T08=Compared(1))
    assert same.changes_note == "与上一版相比，填报内容没有变化。"
    assert fact(same, "版次") == "本期第 2 版（与第 1 版是同一个文件，重新审核）"
    held = replace(FILE, forms=(FiledForm("T08", FormState.HELD),))
    assert "数据组已答复" in fact(made(programme, held, again), "版次")
    lost = made(programme, FILE, again, T08=Compared(1, note="没有比较"))
    assert "读不出来" in lost.changes_note


# --- the page -------------------------------------------------------------------------------


def test_the_page_is_inert_and_the_same_for_the_same_facts(programme: Programme) -> None:
    odd = CellChange("T08", "<script>", "=1+1", "C5", "<img src=x>", "{{ 7*7 }}")
    page = made(programme, FILE, replace(FILE, version=2), T08=Compared(1, (odd,)))
    html = receipt_html(page)
    assert html == receipt_html(page)
    for bad in ("<script", "<img", "月<b>", "http", "49"):
        assert bad not in html.split("</style>")[1].replace("SHA-256", "")
    assert "9月＜b＞.xlsx" in html


def test_a_receipt_is_known_by_its_name_in_the_inbox(programme: Programme) -> None:
    name = receipt_name(programme.unit(UNIT), PERIOD, 2, "ab12cd34ef")
    assert name == "安乐乡_2023-09_第2版_ab12cd34_回执.html"
    assert is_passed_over(name)
    assert is_passed_over("复件 安乐乡_2023-09_第2版_ab12cd34_回执 (1).HTML")
    assert not is_passed_over("回执问题已改.xlsx")
