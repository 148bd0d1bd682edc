"""Notices: what a unit or the data team is told, worded by the templates in templates/notices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from yuebao.programme.models import Programme, Unit
from yuebao.reports.inert import inert
from yuebao.results import ObligationState, ObligationStatus
from yuebao.rules.period import Period

DATA_TEAM = ""


class NoticeKind(StrEnum):
    """What a notice is about."""

    REMINDER = "催报"
    RETURNED = "退回"
    ABSENT = "未报"
    ISSUED = "签发"
    APPROVAL = "审定"
    REVISION = "改动"
    RUN = "运行"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one unit, or to the data team where ``unit`` is empty.

    ``key`` names what is said to whom on which occasion: of one key one message is ever sent.
    """

    key: str
    kind: NoticeKind
    period: str
    unit: str
    title: str
    body: str


def notice(
    kind: NoticeKind, *occasion: object, period: str = "", unit: str = DATA_TEAM, body: str
) -> Notice:
    """A notice whose key is made of its kind, period, unit and occasion."""
    key = ":".join(str(part) for part in (kind.value, period, unit, *occasion))
    title = f"{period} {kind.value}" if period else f"月报{kind.value}"
    return Notice(key, kind, period, unit, title, body)


def returned_notice(
    programme: Programme,
    period: Period,
    unit: Unit,
    version: int,
    statuses: Iterable[ObligationStatus],
    *,
    refused: bool,
) -> Notice:
    """Tells a unit that its submission came back, once for each version it handed in."""
    returned = [status for status in statuses if status.state is ObligationState.RETURNED]
    body = worded(
        "returned",
        unit=unit.name,
        period=period,
        refused=refused,
        forms=[form_trouble(programme, status) for status in returned],
    )
    return notice(NoticeKind.RETURNED, version, period=str(period), unit=unit.code, body=body)


def absent_notice(
    programme: Programme, period: Period, due: date, absent: Sequence[str], *, nothing: bool
) -> Notice:
    """Tells the data team who handed in nothing by the due date; ``nothing``: no one did."""
    names = [programme.unit(code).name for code in absent]
    body = worded("absent", period=period, due=due, units=names, nothing=nothing)
    return notice(NoticeKind.ABSENT, due, period=str(period), body=body)


def issued_notices(
    programme: Programme, period: Period, number: int, name: str
) -> tuple[Notice, ...]:
    """Tells every reporting unit, and the data team, that the period's bulletin is issued."""
    audience = [(unit.code, unit.name) for unit in programme.reporters]
    return tuple(
        notice(
            NoticeKind.ISSUED,
            number,
            period=str(period),
            unit=code,
            body=worded("issued", unit=told, period=period, number=number, name=name),
        )
        for code, told in [*audience, (DATA_TEAM, "数据组")]
    )


def approval_notice(period: Period, number: int, name: str, remark: str) -> Notice:
    """Tells the data team that the period's bulletin was not approved, and why."""
    body = worded("not_approved", period=period, name=name, remark=remark)
    return notice(NoticeKind.APPROVAL, number, period=str(period), body=body)


def run_notice(what: str, run: str, occasion: str, detail: str, link: str) -> Notice:
    """Tells the data team that something is wrong with the runs themselves.

    What a run says of itself may quote a submission: it goes out as text nothing obeys.
    """
    body = worded("run", what=what, run=inert(run), detail=inert(detail), link=link)
    return notice(NoticeKind.RUN, what, occasion, body=body)


def form_name(programme: Programme, status: ObligationStatus) -> str:
    """The form by id and title."""
    form = programme.form(status.obligation.form)
    return f"{form.id} {form.title}"


def form_trouble(programme: Programme, status: ObligationStatus) -> str:
    """A returned form with how much is wrong in it."""
    if status.errors:
        return f"{form_name(programme, status)}（{status.errors} 处错误）"
    return f"{form_name(programme, status)}（{status.warnings} 处疑问须说明）"


def worded(template: str, **facts: object) -> str:
    """The text of ``templates/notices/<template>.txt.j2`` with these facts."""
    return _environment().get_template(f"{template}.txt.j2").render(**facts).strip()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("yuebao.reports", "templates/notices"),
        autoescape=False,  # noqa: S701 - plain text, never shown as HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = _day
    return environment


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
