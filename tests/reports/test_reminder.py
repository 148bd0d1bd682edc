"""What a unit is told before and after the due date."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from yuebao.programme.models import Programme
from yuebao.reports.reminder import reminders
from yuebao.results import FormState
from yuebao.rules.obligations import FormStanding, obligation_statuses, obligations
from yuebao.rules.period import Period

SEPTEMBER = Period(2023, 9)
ARRIVED = datetime(2023, 9, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def messages(programme: Programme, today: date, *open_forms: str) -> dict[str, str]:
    """Everything is in but for these forms of 共和镇; T08 among them has come back."""
    town = programme.unit_named("共和镇").code
    standings = [
        FormStanding(owed.unit, owed.form, FormState.ACCEPTED, ARRIVED, ARRIVED)
        for owed in obligations(programme, SEPTEMBER)
        if not (owed.unit == town and owed.form in open_forms)
    ]
    if "T08" in open_forms:
        standings.append(FormStanding(town, "T08", FormState.RETURNED, None, ARRIVED, 3))
    statuses = obligation_statuses(programme, SEPTEMBER, standings, today)
    found = reminders(programme, SEPTEMBER, statuses, today)
    return {programme.unit(message.unit).name: message.text for message in found}


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (18, "应于 9月25日前报送，还有 7 天。"),
        (25, "今天（9月25日）截止。"),
        (26, "应于 9月25日前报送，已逾期 1 个工作日。"),
        (28, "应于 9月25日前报送，已逾期 3 个工作日。"),
    ],
)
def test_when_it_is_due_and_how_late(programme: Programme, day: int, told: str) -> None:
    text = messages(programme, date(2023, 9, day), "T01")["共和镇"]
    assert text.startswith(f"【共和镇】2023年9月月报{told}")
    assert "9月28日关账汇总" in text


def test_holidays_do_not_count_as_lateness(programme: Programme) -> None:
    text = messages(programme, date(2023, 10, 7), "T01")["共和镇"]
    assert "已逾期 4 个工作日" in text  # 29 September to 6 October are holidays
    assert "全县数已汇总，请尽快补报" in text


def test_missing_and_returned_forms_are_told_apart(programme: Programme) -> None:
    text = messages(programme, date(2023, 9, 26), "T01", "T02", "T08")["共和镇"]
    assert "尚未报送 2 张表：T01 农业市场主体、T02 农村致富带头人。" in text
    assert "已退回、请改正后重报 1 张表：T08 农村劳动力转移就业（3 处错误）。" in text


def test_who_owes_nothing_is_left_in_peace(programme: Programme) -> None:
    assert list(messages(programme, date(2023, 9, 26), "T01")) == ["共和镇"]
    assert messages(programme, date(2023, 9, 26)) == {}


def test_a_quarter_is_called_a_quarter(programme: Programme) -> None:
    third = Period.parse("2023-Q3")
    today = date(2023, 9, 28)
    statuses = obligation_statuses(programme, third, [], today)
    texts = [message.text for message in reminders(programme, third, statuses, today)]
    assert len(texts) == 14
    assert all("2023年第三季度季报应于 9月30日前报送，还有 2 天" in text for text in texts)
