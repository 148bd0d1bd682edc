"""A header is known by its words and its unit, not by the notes in its brackets."""

import pytest
from plain_observing import is_header

UNITS = {"", "亩", "万元"}


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("面积(亩)", True),
        ("面积", True),
        ("面积(实测)", True),
        ("面积(万元)", False),
        ("投资(亩)", False),
        ("面积A(亩)", False),
        ("", False),
    ],
)
def test_a_header_may_say_more_in_its_brackets_but_no_other_unit(said: str, is_one: bool) -> None:
    assert is_header(said, "面积(亩)", UNITS) is is_one
