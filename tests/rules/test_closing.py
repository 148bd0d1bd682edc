"""Whether a period is closed, for whom it is open again and until when."""

from datetime import UTC, date, datetime

import pytest

from yuebao.rules.closing import ClosingStep, Step, is_closed, last_closing, reopenings

DAY = date(2024, 1, 10)


def closed(day: int) -> ClosingStep:
    return ClosingStep("2023-12", Step.CLOSED, "李某", "", datetime(2024, 1, day, tzinfo=UTC))


def reopened(day: int, unit: str = "", form: str = "", until: date = DAY) -> ClosingStep:
    at = datetime(2024, 1, day, tzinfo=UTC)
    return ClosingStep("2023-12", Step.REOPENED, "李某", "漏报", at, unit, form, until)


@pytest.mark.parametrize(
    ("steps", "is_so"),
    [
        ([], False),
        ([closed(3)], True),
        ([closed(3), reopened(4)], False),
        ([closed(3), reopened(4, "A", "T08")], False),
        ([closed(3), reopened(4, "B")], True),
        ([closed(3), reopened(4, "A", "T09")], True),
        ([closed(3), reopened(4, until=date(2024, 1, 9))], True),
        ([closed(3), reopened(4), closed(5)], True),  # closing again ends what was open
        ([reopened(4), closed(3)], False),  # whatever order they are listed in
    ],
)
def test_closed_but_for_what_is_open_again(steps: list[ClosingStep], *, is_so: bool) -> None:
    assert is_closed(steps, "A", "T08", DAY) is is_so


def test_what_is_open_again_since_the_last_closing() -> None:
    steps = [closed(3), reopened(4, "B"), closed(5), reopened(6, "A")]
    assert last_closing(steps) == closed(5)
    assert reopenings(steps, DAY) == (reopened(6, "A"),)
    assert reopenings(steps, date(2024, 1, 11)) == ()
