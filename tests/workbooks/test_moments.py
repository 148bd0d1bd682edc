"""Cells that spell a date out hold one, or the file is damaged."""

import pytest

from yuebao.workbooks.moments import is_moment


@pytest.mark.parametrize(
    "text",
    ["2023-09-25", "2024-02-29", "2023-09-25T10:11:12", "2023-09-25T10:11:12.500Z", "23:59:59"],
)
def test_days_and_times_in_full(text: str) -> None:
    assert is_moment(text)


@pytest.mark.parametrize(
    "text", ["", "5", "2023-02-30", "2023-13-01", "0000-01-01", "24:00:00", "PT5H", "20230925"]
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_moment(text)
