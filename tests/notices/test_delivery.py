"""Messages as they arrive: how many, what they say, when they wait, and never twice."""

import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.notify_delivery import Delivery, deliver
from tasks.standings import statuses_of
from yuebao.reports.reminder import reminder_notices, reminders
from yuebao.rules.period import Period

SEPTEMBER = Period(2023, 9)
UNITS = 21


def reminding(office, now):
    today = now.date()
    statuses = statuses_of(office, str(SEPTEMBER), today)
    messages = reminders(office.programme, SEPTEMBER, statuses, today)
    return reminder_notices(SEPTEMBER, messages, today)


def test_one_message_a_unit_on_its_own_channel(open_office, receiver, moment) -> None:
    office, now = open_office(), moment("2023-09-18T09:00")
    assert deliver(office, reminding(office, now), now) == Delivery(fresh=UNITS, sent=UNITS)
    (town,) = receiver.bodies("gonghe")
    assert town.startswith("【共和镇】2023年9月月报应于 9月25日前报送，还有 7 天。尚未报送 ")
    assert "T01 农业市场主体、" in town
    assert len(receiver.bodies("group")) == UNITS - 1
    assert {title for _, title, _ in receiver.got} == {"2023-09 催报"}


def test_a_re_run_of_the_day_sends_nothing_a_new_day_does(open_office, receiver, moment) -> None:
    now = moment("2023-09-18T09:00")
    for later in (0, 1, 5):
        office = open_office()
        deliver(office, reminding(office, now), now + timedelta(hours=later))
    assert len(receiver.got) == UNITS
    tomorrow = now + timedelta(days=1)
    assert deliver(office, reminding(office, tomorrow), tomorrow).sent == UNITS
    assert len(receiver.got) == 2 * UNITS


def test_quiet_hours_hold_everything_until_the_next_run(open_office, receiver, moment) -> None:
    late = moment("2023-09-18T22:30")
    office = open_office()
    assert deliver(office, reminding(office, late), late) == Delivery(UNITS, held=UNITS)
    assert deliver(open_office(), (), moment("2023-09-19T07:59")).held == UNITS
    assert receiver.got == []
    assert deliver(open_office(), (), moment("2023-09-19T08:00")).sent == UNITS
    assert deliver(open_office(), (), moment("2023-09-19T08:01")).sent == 0
    assert len(receiver.got) == UNITS


def test_what_a_channel_refuses_waits_alone(open_office, receiver, moment) -> None:
    office, now = open_office(), moment("2023-09-18T09:00")
    receiver.refuses = {"gonghe"}
    first = deliver(office, reminding(office, now), now)
    assert (first.sent, first.failed) == (UNITS - 1, 1)
    assert first.troubles == ("通道“共和镇邮箱”没有收下",)
    assert first.words == "已发 20 条，没有送达 1 条"
    receiver.refuses = set()
    assert deliver(open_office(), (), now).sent == 1
    assert len(receiver.bodies("gonghe")) == 1
    assert len(receiver.got) == UNITS


def test_two_runs_at_once_send_each_message_once(open_office, receiver, moment) -> None:
    now = moment("2023-09-18T09:00")
    offices = [open_office(), open_office()]
    notices = reminding(offices[0], now)
    runs = [threading.Thread(target=deliver, args=(each, notices, now)) for each in offices]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(receiver.got) == UNITS
    assert len(set(receiver.got)) == UNITS


def test_a_message_its_sender_died_with_is_sent_by_a_later_run(
    open_office, receiver, moment
) -> None:
    office, now = open_office(), moment("2023-09-18T09:00")
    programme, warehouse = office.programme, office.warehouse
    notice = reminding(office, now)[0]
    warehouse.queue_notices(programme.id, [(notice, "共和镇邮箱")], created_at=now)
    (queued,) = warehouse.waiting_notices(programme.id, now)
    assert warehouse.claim_notice(programme.id, queued, now)  # … and died
    assert deliver(office, (), now + timedelta(minutes=5)).sent == 0
    assert deliver(office, (), now + timedelta(minutes=11)).sent == 1
    assert len(receiver.got) == 1


def test_without_channels_the_messages_are_files(open_office, tmp_path: Path, moment) -> None:
    office, now = open_office(channels=False), moment("2023-09-18T09:00")
    assert deliver(office, reminding(office, now), now).sent == UNITS
    texts = [file.read_text("utf-8") for file in (tmp_path / "outputs" / "通知").iterdir()]
    assert len(texts) == UNITS
    assert sum("【共和镇】2023年9月月报" in text for text in texts) == 1


def test_no_secret_is_logged_or_stored(
    open_office, receiver, tmp_path: Path, moment, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # it logs every path it is given
    receiver.refuses = {"gonghe"}
    office, now = open_office(), moment("2023-09-18T09:00")
    told = deliver(office, reminding(office, now), now)
    office.close()
    assert told.failed == 1
    assert secret not in caplog.text + repr(told)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("warehouse.db*"))
    assert secret.encode() not in stored
