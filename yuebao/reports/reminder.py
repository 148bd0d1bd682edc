"""Reminders: one Chinese message for each unit that still owes something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yuebao.programme.models import Programme
from yuebao.results import ObligationState, ObligationStatus
from yuebao.rules.calendar import cut_off_on, due_on, is_working_day
from yuebao.rules.period import Period

_OPEN = frozenset({ObligationState.MISSING, ObligationState.PENDING})


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message to one unit."""

    unit: str
    text: str


def reminders(
    programme: Programme, period: Period, statuses: Iterable[ObligationStatus], today: date
) -> tuple[Reminder, ...]:
    """One message for each unit with forms outstanding or returned, in register order.

    It says which forms, until when, how late, and when the period is closed.
    """
    known = tuple(statuses)
    found: list[Reminder] = []
    for unit in programme.reporters:
        own = [status for status in known if status.obligation.unit == unit.code]
        open_ones = [status for status in own if status.state in _OPEN]
        returned = [status for status in own if status.state is ObligationState.RETURNED]
        if open_ones or returned:
            text = _text(programme, period, open_ones, returned, today)
            found.append(Reminder(unit.code, f"【{unit.name}】{text}"))
    return tuple(found)


def _text(
    programme: Programme,
    period: Period,
    open_ones: Sequence[ObligationStatus],
    returned: Sequence[ObligationStatus],
    today: date,
) -> str:
    kind = "季报" if period.is_quarter else "月报"
    parts = [f"{period.chinese}{kind}{_when(programme, period, today)}。"]
    if open_ones:
        parts.append(f"尚未报送 {len(open_ones)} 张表：{_names(programme, open_ones)}。")
    if returned:
        names = _returned_names(programme, returned)
        parts.append(f"已退回、请改正后重报 {len(returned)} 张表：{names}。")
    parts.append(_closing(programme, period, today))
    return "".join(parts)


def _when(programme: Programme, period: Period, today: date) -> str:
    due = due_on(programme, period)
    if today < due:
        return f"应于 {_day(due)}前报送，还有 {(due - today).days} 天"
    if today == due:
        return f"今天（{_day(due)}）截止"
    late = _working_days(programme, due, today)
    told = f"已逾期 {late} 个工作日" if late else "已过期限"
    return f"应于 {_day(due)}前报送，{told}"


def _closing(programme: Programme, period: Period, today: date) -> str:
    closing = cut_off_on(programme, period)
    if today <= closing:
        return f"{_day(closing)}关账汇总，届时未报的不计入全县数。"
    return "全县数已汇总，请尽快补报，补报后重新汇总。"


def _names(programme: Programme, statuses: Iterable[ObligationStatus]) -> str:
    return "、".join(_name(programme, status) for status in statuses)


def _returned_names(programme: Programme, statuses: Iterable[ObligationStatus]) -> str:
    return "、".join(f"{_name(programme, s)}（{_troubles(s)}）" for s in statuses)


def _troubles(status: ObligationStatus) -> str:
    if status.errors:
        return f"{status.errors} 处错误"
    return f"{status.warnings} 处疑问须说明"


def _name(programme: Programme, status: ObligationStatus) -> str:
    form = programme.form(status.obligation.form)
    return f"{form.id} {form.title}"


def _working_days(programme: Programme, due: date, today: date) -> int:
    days = (date.fromordinal(n) for n in range(due.toordinal() + 1, today.toordinal() + 1))
    return sum(is_working_day(programme.calendar, day) for day in days)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
