"""Give a unit its findings back, in its folder of the inbox and among the outputs."""

from __future__ import annotations

from prefect import get_run_logger

from tasks.office import Office
from tasks.receipts import hand_out_receipts
from tasks.returned_file import returned_file
from tasks.writing import write_whole
from yuebao.findings import Issue
from yuebao.programme.models import Unit
from yuebao.reports.findings import findings_workbook
from yuebao.workbooks.inbox import InboxUnreachable


def hand_out(office: Office, unit: Unit, period: str, issues: tuple[Issue, ...]) -> str:
    """Write the list of findings and the marked workbook; where there are none, older ones go.

    Returns what kept them from reaching the unit, in Chinese, or nothing: they are written to the
    inbox again by the next run. The list is among the outputs in any case.
    """
    name = f"{unit.name}_{period}_问题清单.xlsx"
    kept = office.outputs / period / "问题清单" / f"{unit.name}.xlsx"
    content = findings_workbook(office.programme, unit.code, period, issues) if issues else b""
    if content:
        write_whole(kept, content)
    else:
        kept.unlink(missing_ok=True)
    return (
        _sent(office, unit, name, content)
        or _returned(office, unit, period, issues)
        or hand_out_receipts(office, unit, period)
    )


def _returned(office: Office, unit: Unit, period: str, issues: tuple[Issue, ...]) -> str:
    """The marked workbook, handed out once: a clerk may be at work in the one that lies there."""
    name = f"{unit.name}_{period}_退回.xlsx"
    kept = office.outputs / period / "退回" / f"{unit.name}.xlsx"
    content = returned_file(office, unit.code, period, issues) or b""
    if content and kept.exists() and kept.read_bytes() == content:
        return ""
    kept.unlink(missing_ok=True)
    fault = _sent(office, unit, name, content)
    if content and not fault:
        write_whole(kept, content)
    return fault


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
