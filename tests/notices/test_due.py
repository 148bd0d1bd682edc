"""What the ledger asks to be told: submissions returned, nothing received."""

from datetime import timedelta

from tasks.notify_delivery import deliver
from tasks.notify_due import due_notices

SEPTEMBER = "2023-09"


def told(office, receiver, now) -> list[str]:
    """The bodies that arrive when what is due is sent now."""
    receiver.got.clear()
    deliver(office, due_notices(office, now), now)
    return [body for _, _, body in receiver.got]


def test_a_returned_submission_is_one_message_however_many_forms(
    open_office, receiver, moment, submit
) -> None:
    office, when = open_office(), moment("2023-09-20T09:00")
    submit(office, "共和镇", SEPTEMBER, when, ("T08", "T09", "T01"), "a1")
    (body,) = told(office, receiver, when)
    assert body.startswith("【共和镇】2023年9月报表退回 3 张表：T01 农业市场主体（1 处错误）、T08 ")
    assert "请改正后放回 2023-09 文件夹" in body
    assert receiver.got[0][:2] == ("gonghe", "2023-09 退回")
    assert told(office, receiver, when + timedelta(hours=2)) == []


def test_each_returned_version_is_told_anew(open_office, receiver, moment, submit) -> None:
    office, when = open_office(), moment("2023-09-20T09:00")
    submit(office, "共和镇", SEPTEMBER, when, ("T08",), "a1")
    told(office, receiver, when)
    submit(office, "共和镇", SEPTEMBER, when + timedelta(hours=1), ("T08",), "a2")
    assert len(told(office, receiver, when + timedelta(hours=1))) == 1


def test_what_was_returned_long_ago_is_left_alone(open_office, receiver, moment, submit) -> None:
    office, when = open_office(), moment("2023-09-20T09:00")
    submit(office, "共和镇", SEPTEMBER, when, ("T08",), "a1")
    bodies = told(office, receiver, when + timedelta(days=40))
    assert not any("退回" in body for body in bodies)


def test_a_file_that_could_not_be_read_is_told(open_office, receiver, moment, submit) -> None:
    office, when = open_office(), moment("2023-09-20T09:00")
    submit(office, "共和镇", SEPTEMBER, when, (), "a1")
    (body,) = told(office, receiver, when)
    assert body.startswith("【共和镇】2023年9月报表无法读取，已退回。")


def test_nothing_at_all_by_the_due_date_is_told_once(open_office, receiver, moment) -> None:
    office = open_office()
    assert told(office, receiver, moment("2023-09-25T19:00")) == []
    (body,) = told(office, receiver, moment("2023-09-26T08:05"))
    assert body == (
        "【数据组】2023年9月报表已于 9月25日截止，一份也没有收到。"
        "请先检查收件箱文件夹和收集运行是否正常，再催报。"
    )
    assert told(office, receiver, moment("2023-09-27T08:05")) == []


def test_who_did_not_report_by_the_due_date_is_named(open_office, receiver, moment, submit) -> None:
    office = open_office()
    for number, unit in enumerate(office.programme.reporters[2:]):
        submit(office, unit.name, SEPTEMBER, moment("2023-09-08T09:00"), ("T08",), f"a{number}")
    bodies = told(office, receiver, moment("2023-09-26T08:05"))
    names = "、".join(unit.name for unit in office.programme.reporters[:2])
    assert f"【数据组】2023年9月报表已于 9月25日截止，2 个单位一份也没有报：{names}。" in bodies
