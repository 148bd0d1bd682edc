"""Names of flow runs: in Chinese, with the period even where it was left to the calendar."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect.runtime import flow_run

from flows.office import office
from yuebao.rules.calendar import current_period, current_quarter, local_date

_VERBS = {"collect-month": "收集", "remind": "催报"}


def period_run_name() -> str:
    """收集 2023-09 and its like; the current period by the calendar where none was given."""
    period = flow_run.parameters.get("period") or ""
    return f"{_VERBS[flow_run.flow_name]} {period or current()}"


def quarter_run_name() -> str:
    """收集 2023-Q3 or 汇总 2023-Q3; the current quarter where none was given."""
    verb = "收集" if flow_run.flow_name == "collect-quarter" else "汇总"
    return f"{verb} {flow_run.parameters.get('period') or quarter_now()}"


def reload_run_name() -> str:
    """重报 2023-09 失败的, with （试算） for a dry run."""
    asked = flow_run.parameters
    trial = "（试算）" if asked.get("dry_run") else ""
    return f"重报 {asked.get('period')} {asked.get('mode')}{trial}"


def current() -> str:
    """The month being reported now, as text."""
    programme = office().programme
    return str(current_period(programme, local_date(programme, datetime.now(UTC))))


def quarter_now() -> str:
    """The quarter being reported now, as text."""
    programme = office().programme
    return str(current_quarter(programme, local_date(programme, datetime.now(UTC))))
