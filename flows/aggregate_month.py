"""Aggregate a month with what is there, and all that it touches."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from flows.aggregating import aggregate
from flows.office import office
from yuebao.rules.calendar import due_on
from yuebao.rules.period import Period


@flow(name="aggregate-month", flow_run_name="汇总 {period}")
def aggregate_month(period: str) -> tuple[str, ...]:
    """Compute the month's results and publish its bulletin; later periods it touches follow.

    Args:
        period: 月份，如 2023-09
    """
    here = office()
    month = Period.parse(period)
    due_on(here.programme, month)
    return aggregate(here, month, datetime.now(UTC))
