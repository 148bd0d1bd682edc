"""Weigh what verdicts would change of what counts."""

from __future__ import annotations

from datetime import datetime

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.office import Office
from tasks.parcel import Parcel
from tasks.weighing import weigh
from yuebao.results import JudgedSubmission


@task(
    name="weigh-revisions",
    task_run_name="比对改动 {period}",
    retries=2,
    retry_delay_seconds=2,
    cache_policy=NO_CACHE,
)
def weigh_revisions(
    office: Office, period: str, verdicts: Parcel[tuple[JudgedSubmission, ...]], now: datetime
) -> Parcel[tuple[JudgedSubmission, ...]]:
    """The verdicts; what changes too much of what counts, or comes too late, is held."""
    weighed = weigh(office, period, verdicts.content, now)
    held = sum(revision.is_held for one in weighed for revision in one.revisions)
    get_run_logger().info("%s: %d forms held for the data team", period, held)
    return Parcel(weighed)
