"""Give a unit its list of findings back, in its folder of the inbox and among the outputs."""

from __future__ import annotations

from prefect import get_run_logger

from tasks.office import Office
from tasks.writing import write_whole
from yuebao.findings import Issue
from yuebao.programme.models import Unit
from yuebao.reports.findings import findings_workbook
from yuebao.workbooks.inbox import InboxUnreachable


def hand_out(office: Office, unit: Unit, period: str, issues: tuple[Issue, ...]) -> str:
    """Write the list of findings to both places; where there are none, an older list goes.

    Returns what kept the list from reaching the unit, in Chinese, or nothing: it is written to the
    inbox again by the next run, and among the outputs in any case.
    """
    name = f"{unit.name}_{period}_问题清单.xlsx"
    kept = office.outputs / period / "问题清单" / f"{unit.name}.xlsx"
    content = findings_workbook(office.programme, unit.code, period, issues) if issues else b""
    if content:
        write_whole(kept, content)
    else:
        kept.unlink(missing_ok=True)
    return _sent(office, unit, name, content)


def _sent(office: Office, unit: Unit, name: str, content: bytes) -> str:
    try:
        if content:
            office.inbox.hand_out(unit, name, content)
        else:
            office.inbox.withdraw(unit, name)
    except InboxUnreachable as fault:
        get_run_logger().error("%s: not handed out: %s", unit.code, fault)
        return f"问题清单没有写回收件箱，下次收表时再写（{fault}）"
    return ""
