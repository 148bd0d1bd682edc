"""Send notices over the office's channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.notify_delivery import Delivery, deliver
from tasks.notify_due import due_notices
from tasks.office import Office
from yuebao.reports.notice import Notice


@task(name="send-notices", task_run_name="发送通知", cache_policy=NO_CACHE)
def send_notices(office: Office, notices: Sequence[Notice], now: datetime) -> Delivery:
    """Send these, what the ledger asks for, and what still waited; says how many of each."""
    delivery = deliver(office, (*due_notices(office, now), *notices), now)
    log = get_run_logger()
    log.info(delivery.words)
    for trouble in delivery.troubles:
        log.warning(trouble)
    return delivery
