"""Remind the units that still owe a report."""

from __future__ import annotations

from prefect import flow

from flows.asking import ask
from flows.naming import current, period_run_name
from flows.office import office
from flows.records import track
from tasks.remind_units import remind_units


@flow(name="remind", flow_run_name=period_run_name)
def remind(period: str = "") -> int:
    """One message to each unit that still owes something; returns how many.

    Args:
        period: 期别，如 2023-09；季报如 2023-Q3；空为正在报送的月份
    """
    here = office()
    asked = ask(here, period or current())
    reminding = remind_units.submit(here, asked.period, asked.today)
    track([reminding])
    return reminding.result()
