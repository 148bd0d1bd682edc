"""Moments that follow one another even where the clock does not.

What counts, and in which order a rebuild repeats it, hangs on when things were recorded. A machine
whose clock goes back must not put what it does today before what it did yesterday.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tasks.office import Office

_STEP = timedelta(milliseconds=1)
_WORTH_TELLING = timedelta(minutes=1)


def in_order(office: Office, now: datetime) -> datetime:
    """Now, or the moment after the last one on record where the clock has gone back behind it."""
    last = office.warehouse.last_recorded_at(office.programme.id)
    return now if last is None or last <= now else last + _STEP


def clock_words(now: datetime, recorded_at: datetime) -> str:
    """That the clock is behind what is on record, in Chinese; nothing where it is not."""
    if recorded_at - now < _WORTH_TELLING:
        return ""
    return (
        f"本机时钟是 {now.astimezone():%Y-%m-%d %H:%M}，比仓库里最后的记录还早，"
        "请校对时间；这次的先后次序没有乱"
    )
