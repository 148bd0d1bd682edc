"""Names of flow runs: in Chinese, with the period even where it was left to the calendar."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect.runtime import flow_run

from flows.office import office
from yuebao.rules.calendar import current_period, local_date

_VERBS = {"collect-month": "收集", "remind": "催报"}


def period_run_name() -> str:
    """收集 2023-09 and its like; the current period by the calendar where none was given."""
    period = flow_run.parameters.get("period") or ""
    return f"{_VERBS[flow_run.flow_name]} {period or current()}"


def current() -> str:
    """The month being reported now, as text."""
    programme = office().programme
    return str(current_period(programme, local_date(programme, datetime.now(UTC))))
