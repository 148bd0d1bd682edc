"""The short marks people read in a grid of obligations."""

from __future__ import annotations

from yuebao.results import ObligationState, ObligationStatus

_MARKS = {
    ObligationState.REPORTED: "已报",
    ObligationState.ZERO: "零报告",
    ObligationState.HELD: "待批准",
    ObligationState.MISSING: "未报",
    ObligationState.PENDING: "待报",
    ObligationState.NOT_APPLICABLE: "不适用",
}


def state_mark(status: ObligationStatus) -> str:
    """已报, 已报(迟), 已报(改动待批准), 零报告, 待批准, 退回3, 未报, 待报 or 不适用."""
    if status.state is ObligationState.RETURNED:
        return f"退回{status.errors or status.warnings}"
    mark = _MARKS[status.state]
    arrived = status.state in (ObligationState.REPORTED, ObligationState.ZERO)
    if not arrived:
        return mark
    held = "(改动待批准)" if status.held else ""
    return f"{mark}(迟){held}" if status.late else f"{mark}{held}"
