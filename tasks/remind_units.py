"""Word the reminders of a period."""

from __future__ import annotations

from datetime import date

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.office import Office
from tasks.standings import statuses_of
from tasks.writing import write_whole
from yuebao.reports.notice import Notice
from yuebao.reports.reminder import reminder_notices, reminders
from yuebao.rules.period import Period


@task(name="remind-units", task_run_name="催报 {period}", cache_policy=NO_CACHE)
def remind_units(office: Office, period: str, today: date) -> tuple[Notice, ...]:
    """One message a unit that still owes something; kept as a file too.

    The file (outputs/<period>/催报.txt) holds them all, for the data team to read.
    """
    asked = Period.parse(period)
    messages = reminders(office.programme, asked, statuses_of(office, period, today), today)
    text = "\n\n".join(message.text for message in messages) or "各单位均已报送，无需催报。"
    write_whole(office.outputs / period / "催报.txt", text + "\n")
    get_run_logger().info("%s: %d units to remind", period, len(messages))
    return reminder_notices(asked, messages, today)
