"""The short marks people read in a grid of obligations."""

from __future__ import annotations

from yuebao.results import ObligationState, ObligationStatus

_MARKS = {
    ObligationState.REPORTED: "已报",
    ObligationState.ZERO: "零报告",
    ObligationState.MISSING: "未报",
    ObligationState.PENDING: "待报",
    ObligationState.NOT_APPLICABLE: "不适用",
}


def state_mark(status: ObligationStatus) -> str:
    """已报, 已报(迟), 零报告, 退回3, 未报, 待报 or 不适用."""
    if status.state is ObligationState.RETURNED:
        return f"退回{status.errors or status.warnings}"
    mark = _MARKS[status.state]
    arrived = status.state in (ObligationState.REPORTED, ObligationState.ZERO)
    return f"{mark}(迟)" if status.late and arrived else mark
