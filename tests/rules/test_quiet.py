"""When nobody is to be disturbed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from yuebao.rules.quiet import QuietHours, QuietHoursError

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("hours", "clock", "quiet"),
    [
        ("20:00-08:00", "19:59", False),
        ("20:00-08:00", "20:00", True),
        ("20:00-08:00", "00:00", True),
        ("20:00-08:00", "08:00", False),
        ("12:00-14:30", "13:00", True),
        ("12:00-14:30", "14:30", False),
        ("", "03:00", False),
        ("00:00-00:00", "00:00", False),
    ],
)
def test_hours_by_the_clock_of_the_place(hours: str, clock: str, quiet: bool) -> None:
    there = datetime.fromisoformat(f"2023-09-18T{clock}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (
        QuietHours.parse(hours).cover(there.astimezone(ZoneInfo("UTC")), "Asia/Shanghai") is quiet
    )


@pytest.mark.parametrize("text", ["8-9", "24:00-08:00", "20:00", "晚上"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(QuietHoursError, match="请写成 20:00-08:00"):
        QuietHours.parse(text)
