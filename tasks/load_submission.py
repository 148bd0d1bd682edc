"""Load one judged submission in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.states import Completed

from tasks.office import Office
from tasks.parcel import Parcel
from tasks.revision_notes import write_notes
from yuebao.findings import Issue
from yuebao.programme.models import Severity
from yuebao.results import JudgedSubmission, SubmissionState
from yuebao.workbooks.desk_archive import keep_weighed


@task(
    name="load-submission",
    task_run_name="入库 {unit_name} {period}",
    retries=3,
    retry_delay_seconds=[1, 5, 15],
    cache_policy=NO_CACHE,
)
def load_submission(
    office: Office,
    unit_name: str,
    period: str,
    judged: Parcel[JudgedSubmission],
    now: datetime,
    again: bool = False,
) -> State[Any]:
    """Completed, named by what became of the submission: 已入库, 部分入库 or 退回.

    The same bytes again change nothing, unless they were judged ``again`` on purpose.
    """
    submission = judged.content
    if not again:
        keep_weighed(office.archive, submission)
    receipt = office.warehouse.load(office.programme, submission, loaded_at=now, again=again)
    if receipt.changed:
        write_notes(office, submission, receipt.version)
    get_run_logger().info(
        "%s %s: version %d, %s", unit_name, period, receipt.version, submission.state
    )
    errors = sum(issue.severity is Severity.ERROR for issue in _issues(submission))
    return Completed(
        name=_name(submission.state, errors), message=f"第 {receipt.version} 版，错误 {errors} 处"
    )


def _issues(submission: JudgedSubmission) -> tuple[Issue, ...]:
    of_forms = (issue for form in submission.forms for issue in form.issues)
    return (*submission.issues, *of_forms)


def _name(state: SubmissionState, errors: int) -> str:
    if state is SubmissionState.LOADED:
        return "已入库"
    if state is SubmissionState.HELD:
        return "待批准"
    if state is SubmissionState.PARTLY:
        return f"部分入库，退回 {errors} 处错误"
    if state is SubmissionState.REFUSED:
        return "无法读取"
    return f"退回 {errors} 处错误"
