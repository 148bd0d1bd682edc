"""Judge readings by the forms' suites."""

from __future__ import annotations

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.office import Office
from tasks.parcel import Parcel
from tasks.returned_file import not_overtaken
from yuebao.readings import SubmissionReading
from yuebao.results import JudgedSubmission


@task(
    name="judge-submissions",
    task_run_name="判定 {period}（{count} 份）",
    cache_policy=NO_CACHE,
)
def judge_submissions(
    office: Office, period: str, count: int, readings: Parcel[tuple[SubmissionReading, ...]]
) -> Parcel[tuple[JudgedSubmission, ...]]:
    """The verdicts on all readings at hand, one validation a form over all units.

    A crash inside a validation raises: it is a fault of the system, never a verdict on a unit.
    """
    judged = office.judge.judge(
        not_overtaken(office, readings.content),
        accepted=office.warehouse.accepted_before(office.programme, period),
        standing=office.warehouse.accepted_in(office.programme, period),
        targets=office.targets,
    )
    get_run_logger().info("%d submissions judged", count)
    return Parcel(judged)
