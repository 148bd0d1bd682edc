"""Aggregate a quarter from its months."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from flows.aggregating import aggregate
from flows.office import office
from yuebao.rules.calendar import due_on
from yuebao.rules.period import Period


@flow(name="aggregate-quarter", flow_run_name="汇总 {period}")
def aggregate_quarter(period: str) -> tuple[str, ...]:
    """Compute the quarter's results from its months and publish its bulletin.

    Args:
        period: 季度，如 2023-Q3
    """
    here = office()
    quarter = Period.parse(period)
    due_on(here.programme, quarter)
    return aggregate(here, quarter, datetime.now(UTC))
