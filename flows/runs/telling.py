"""What happened, told as Prefect events that automations can wait for.

An event is a hint: what it says is in the warehouse, and only the warehouse decides.
"""

from __future__ import annotations

from prefect.events import emit_event

from tasks.office import Office
from yuebao.rules.period import Period
from yuebao.rules.unit_standing import Standing, UnitStanding

_UNIT_EVENTS = {
    Standing.LOADED: "yuebao.unit.loaded",
    Standing.RETURNED: "yuebao.unit.returned",
    Standing.REFUSED: "yuebao.unit.returned",
    Standing.FAULT: "yuebao.unit.fault",
    Standing.HELD: "yuebao.unit.held",
}


def tell_unit(office: Office, period: str, standing: UnitStanding) -> None:
    """A unit was loaded, returned, held, or met a fault of the system; the rest is no news."""
    event = _UNIT_EVENTS.get(standing.standing)
    if event is None:
        return
    name = office.programme.unit(standing.unit).name
    emit_event(
        event,
        resource={
            "prefect.resource.id": f"yuebao.unit.{standing.unit}",
            "prefect.resource.name": name,
            "yuebao.period": period,
        },
        payload={
            "单位": name,
            "期别": period,
            "状态": standing.words,
            "表": list(standing.forms),
            "说明": standing.detail,
        },
    )


def tell_period(period: Period, *, complete: bool, first: bool) -> None:
    """A month or quarter was aggregated because all is in, or because it is cut off.

    ``yuebao.first`` says whether it is the first time, or a revision of an earlier result.
    """
    kind = "quarter" if period.is_quarter else "month"
    emit_event(
        f"yuebao.{kind}.{'complete' if complete else 'cut-off'}",
        resource={
            "prefect.resource.id": f"yuebao.period.{period}",
            "prefect.resource.name": period.chinese,
            "yuebao.period": str(period),
            "yuebao.first": "yes" if first else "no",
        },
        payload={
            "期别": str(period),
            "状态": "报齐" if complete else "截止未报齐",
            "说明": f"{period.chinese}{'已报齐' if complete else '已截止，按已有数据'}，完成汇总。",
        },
    )
