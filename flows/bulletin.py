"""Write a period's bulletin again, from the results in the warehouse."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, tags

from flows.office import office
from flows.runs.artifacts import show_headline
from flows.runs.choices import PeriodChoice, parameter
from flows.runs.records import track
from flows.runs.this_run import add_tags
from tasks.corrections import refuse_open
from tasks.publish_bulletin import publish_bulletin
from yuebao.rules.period import Period


@flow(name="bulletin", flow_run_name="通报 {period}")
def bulletin(period: PeriodChoice = parameter("期别", "哪个月，或哪个季度")) -> tuple[Path, ...]:
    """The bulletin's files, written anew; nothing is computed.

    OpenCorrectionsError where a correction its figures rest on no longer stands.
    """
    here = office()
    add_tags(period)
    refuse_open(here, Period.parse(period))
    with tags(period):
        publishing = publish_bulletin.submit(here, period, datetime.now(UTC))
        track([publishing])
        written: tuple[Path, ...] = publishing.result()
    show_headline(here, Period.parse(period))
    return written
