"""Look into the inbox."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.looking import look_into_inbox
from tasks.office import Office
from tasks.unfinished import unfinished_units
from yuebao.one_line import readable_name
from yuebao.programme.models import Unit
from yuebao.workbooks.inbox import InboxFile, Look, steady

Found: TypeAlias = dict[str, tuple[InboxFile, ...] | None]
"""By unit code, the files ready to be read; None for a unit whose folder could not be opened."""


@task(
    name="find-submissions",
    task_run_name="查收 {period}",
    retries=3,
    retry_delay_seconds=[2, 10, 30],
    cache_policy=NO_CACHE,
)
def find_submissions(office: Office, period: str, units: tuple[str, ...], now: datetime) -> Found:
    """The files ready to be read, by unit code; files still growing wait for the next run.

    A unit of which something was archived and never loaded is among them, if without files.
    """
    logger = get_run_logger()
    chosen = [office.programme.unit(code) for code in units]
    unfinished = unfinished_units(office, period)
    found: Found = {}
    for code, look in _looks(office, chosen, period, now).items():
        for file in look.still_growing:
            logger.warning(
                "%s: still growing, left for the next run: %s", code, readable_name(file.name)
            )
        if look.fault:
            logger.error("%s: %s", code, look.fault)
            found[code] = None
        elif look.ready or code in unfinished:
            found[code] = look.ready
    logger.info("%d of %d units have files for %s", len(found), len(units), period)
    return found


def _looks(office: Office, units: list[Unit], period: str, now: datetime) -> Mapping[str, Look]:
    """One look, or where one cannot tell that a file is whole, two with a pause between them."""
    inbox, settle = office.inbox, office.settle_seconds
    first = look_into_inbox(office, units, period, now)
    if not inbox.needs_second_look or not any(look.ready for look in first.values()):
        return first
    time.sleep(settle)
    again = [unit for unit in units if first[unit.code].ready]
    second = inbox.look(again, period, now=now, settle_seconds=settle)
    return {**first, **{code: steady(first[code], look) for code, look in second.items()}}
