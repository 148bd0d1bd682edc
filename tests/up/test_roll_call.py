"""Who is missed: told once they are silent for long, and not when the machine only slept."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.services.roll_call import RollCall

BEGUN = datetime(2023, 9, 25, 1, tzinfo=UTC)
ROUND = timedelta(seconds=15)


def told(beats: dict[str, range], rounds: int) -> list[tuple[int, str, str]]:
    """When what was first told: ``beats`` are the rounds in which each worker gives a sign."""
    roll, heard, found = RollCall(BEGUN), {}, {}
    for number in range(rounds):
        now = BEGUN + number * ROUND
        heard |= {name: now for name, alive in beats.items() if number in alive}
        for trouble in roll.troubles(heard, now):
            found.setdefault((trouble.kind, trouble.subject), number)
    return [(number, *what) for what, number in found.items()]


def test_workers_at_work_are_no_news() -> None:
    assert told({"pc1": range(0, 99, 2), "pc2": range(1, 99, 2)}, 99) == []


def test_one_that_falls_silent_is_told_within_two_minutes() -> None:
    beats = {"pc1": range(99), "pc2": range(11)}
    assert told(beats, 99) == [(17, "工作进程停了", "pc2")]


def test_when_the_last_one_is_silent_nobody_is_left() -> None:
    assert told({"pc1": range(11)}, 40) == [(17, "没有工作进程", "pc1")]


def test_that_none_ever_came_is_told_after_five_minutes() -> None:
    assert told({}, 20) == []
    assert told({}, 22) == [(21, "没有工作进程", "")]


def test_who_has_been_away_since_before_is_not_missed() -> None:
    roll = RollCall(BEGUN)
    heard = {"pc1": BEGUN, "old": BEGUN - timedelta(days=90)}
    assert [roll.troubles(heard, BEGUN + n * ROUND) for n in range(4)] == [()] * 4


@pytest.mark.parametrize("back_after", [1, 2])
def test_a_machine_that_slept_has_time_to_wake_up(back_after: int) -> None:
    roll = RollCall(BEGUN)
    assert roll.troubles({"pc1": BEGUN}, BEGUN) == ()
    woken = BEGUN + timedelta(hours=8)
    for number in range(back_after):
        assert roll.troubles({"pc1": BEGUN}, woken + number * ROUND) == ()
    later = woken + back_after * ROUND
    assert roll.troubles({"pc1": later}, later) == ()
