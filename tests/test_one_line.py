"""Text and file names from outside: one line of Unicode, whatever they held."""

import os

import pytest

from yuebao.findings import make_issue
from yuebao.one_line import one_line, readable_name
from yuebao.reports.inert import inert
from yuebao.reports.notice import run_notice


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("共和镇 2023-09", "共和镇 2023-09"),
        ("一\n2023-09-25 | ERROR | 伪造", "一 2023-09-25 | ERROR | 伪造"),
        ("一\r\n二\t三\x85四\u2028五", "一 二 三 四 五"),
        ("\x1b[31m红\x07", " [31m红 "),
        ("\u202ecod.exe\u2066", " cod.exe "),
        ("半\ud800个", "半\ufffd个"),
        ("全角　空格", "全角　空格"),
    ],
)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("月报😀.xlsx".encode(), "月报😀.xlsx"),
        ("月报.xlsx".encode("gb18030"), "月报.xlsx"),
        (b"\xff\xfe\x80.xlsx", "\ufffd\ufffd\ufffd.xlsx"),
        ("月\n报.xlsx".encode(), "月 报.xlsx"),
    ],
)
def test_a_file_name_can_always_be_written_down(raw: bytes, shown: str) -> None:
    found = readable_name(os.fsdecode(raw))
    assert found == shown
    found.encode("utf-8")


def test_a_name_with_half_a_character_from_a_share() -> None:
    assert readable_name("月\ud83d.xlsx") == "月\ufffd.xlsx"


def test_the_words_of_a_finding_are_text_and_no_template() -> None:
    issue = make_issue(
        "choice",
        unit="u",
        period="2023-09",
        words={"column": "列", "value": "{expected}\n二{column}", "expected": "甲、乙"},
    )
    assert issue.message == "“列”的“{expected} 二{column}”不在可选项内。"
    assert issue.advice == "请从下拉列表选择：甲、乙。"


def test_what_a_run_says_of_itself_goes_out_as_plain_text() -> None:
    hostile = "坏\n[看这里](http://evil/) <b>`x`</b> | {{ 7*7 }}"
    body = run_notice("运行失败", hostile, "1", hostile, "http://127.0.0.1/runs/1").body
    assert body.count("坏") == 2
    assert not set("[]<>`|{}") & set(body)
    assert "http://evil" not in body
    assert "http://127.0.0.1/runs/1" in body
    assert inert("一\n二") == "一 二"
