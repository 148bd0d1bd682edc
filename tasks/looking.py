"""A look into the inbox that takes an empty mount point for no silence of the units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tasks.office import Office
from yuebao.programme.models import Unit
from yuebao.workbooks.arrivals import ARRIVALS
from yuebao.workbooks.inbox import InboxUnreachable, Look

_EMPTY = (
    "里面一个报送单位的文件夹也没有，从前有过：多半是共享没有挂载上，不算各单位没有报。"
    "如果确实清空了，请先建好单位的文件夹"
)


def look_into_inbox(
    office: Office, units: Sequence[Unit], period: str, now: datetime
) -> Mapping[str, Look]:
    """A look for each unit, by its code. Raises InboxUnreachable.

    Also where no unit at all has a folder though files have come before: what is seen then is the
    folder that the share is to be mounted on.
    """
    inbox = office.inbox
    looks = inbox.look(units, period, now=now, settle_seconds=office.settle_seconds)
    saw = any(look != Look() for look in looks.values())
    if not saw and _were_files(office) and not inbox.has_any_of(office.programme.reporters):
        raise InboxUnreachable(inbox.place, _EMPTY)
    return looks


def _were_files(office: Office) -> bool:
    return any((office.archive / ARRIVALS).glob("*/*"))
