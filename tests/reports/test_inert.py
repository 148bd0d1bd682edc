"""Text from submissions shown in the UI obeys nothing."""

import pytest

from yuebao.reports.inert import inert


@pytest.mark.parametrize(
    "text",
    [
        "[点我](http://evil)",
        "<img src=x onerror=alert(1)>",
        "{{ 7 * 7 }}",
        "`code`",
        "| a | b |\n|---|---|",
        "https://evil.example",
    ],
)
def test_no_mark_survives(text: str) -> None:
    shown = inert(text)
    assert not set(shown) & set("<>[]{}`*|\\\n")
    assert "://" not in shown


def test_plain_text_stays_and_long_text_is_cut() -> None:
    assert inert("“就业人数”为 1,200，按 甲+乙 应为 200（第3行）。") == (
        "“就业人数”为 1,200，按 甲+乙 应为 200（第3行）。"
    )
    assert len(inert("长" * 1000)) == 300
