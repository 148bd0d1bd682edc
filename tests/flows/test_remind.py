"""Reminding through the flow: by the calendar, or at once where a period is named."""

from datetime import date
from pathlib import Path

import pytest

from flows.office import office
from flows.remind import remind, to_remind
from yuebao.rules.quiet import QuietHours


@pytest.mark.parametrize(
    ("day", "periods"),
    [
        (date(2023, 9, 18), ("2023-09",)),
        (date(2023, 9, 19), ()),
        (date(2023, 9, 22), ("2023-09", "2023-Q3")),
        (date(2023, 9, 26), ("2023-09",)),
        (date(2023, 9, 28), ("2023-Q3",)),
        (date(2023, 10, 7), ("2023-Q3",)),
    ],
)
def test_the_calendar_names_the_days(programme, day: date, periods: tuple[str, ...]) -> None:
    assert to_remind(programme, day) == periods


def test_on_any_other_day_the_schedule_does_nothing(home: Path) -> None:
    state = remind(return_state=True)
    assert state.name == "不是催报日"
    assert state.message.endswith("不是催报日，没有发送")
    assert not (home / "outputs").exists()


def test_a_named_period_is_reminded_of_at_once_and_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = len(office().programme.reporters)
    monkeypatch.setattr(office(), "quiet_hours", QuietHours.parse(""))
    first = remind("2023-09", return_state=True)
    assert first.name.startswith(f"应催 {units} 个单位，已发 {units} 条")
    again = remind("2023-09", return_state=True)
    assert again.name == f"应催 {units} 个单位，已发 0 条"
    assert len(list((home / "outputs" / "通知").glob("催报_2023-09_*"))) == units
    text = (home / "outputs" / "2023-09" / "催报.txt").read_text("utf-8")
    assert text.count("全县数已汇总，请尽快补报") == units


def test_in_quiet_hours_the_run_says_what_is_held(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    always = QuietHours.parse("00:00-23:59")
    monkeypatch.setattr(office(), "quiet_hours", always)
    state = remind("2023-10", return_state=True)
    assert "免打扰时段待发" in state.name
    assert not list((home / "outputs" / "通知").glob("催报_2023-10_*"))
