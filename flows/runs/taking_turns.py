"""One run at a time on a period: whoever aggregates or reports it waits for whoever works on it.

A month's run also computes later months and quarters. Were another run loading one of those at the
same moment, the older figures could be stored over the newer ones. Turns are taken in the order of
the periods only, earlier ones first, so that no two runs wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tasks.office import Office
from yuebao.rules.period import Period

_WAIT_SECONDS = 600.0
BUSY = "同期正在运行"


class PeriodBusyError(Exception):
    """Another run works on the period and does not end; the message says so, in Chinese."""


@contextmanager
def turn(office: Office, period: Period | str) -> Iterator[None]:
    """Have the period alone for the block; PeriodBusyError where it cannot be had in time."""
    with office.warehouse.exclusively(str(period), seconds=_WAIT_SECONDS) as free:
        if not free:
            raise PeriodBusyError(f"{period} 另有一次运行还没有结束，请稍后再汇总一次。")
        yield
