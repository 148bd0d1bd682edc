"""Word the reminders of a period and send them."""

from __future__ import annotations

from datetime import date

import apprise
from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.office import Office
from tasks.standings import statuses_of
from tasks.writing import write_whole
from yuebao.reports.reminder import reminders
from yuebao.rules.period import Period


class NotSentError(RuntimeError):
    """A channel did not take a message."""


@task(
    name="remind-units",
    task_run_name="催报 {period}",
    cache_policy=NO_CACHE,
)
def remind_units(office: Office, period: str, today: date) -> int:
    """One message a unit that still owes something, kept as a file and sent; returns how many.

    Without notification addresses only the file is written (outputs/<period>/催报.txt).
    """
    programme = office.programme
    statuses = statuses_of(office, period, today)
    messages = reminders(programme, Period.parse(period), statuses, today)
    text = "\n\n".join(message.text for message in messages) or "各单位均已报送，无需催报。"
    write_whole(office.outputs / period / "催报.txt", text + "\n")
    _send(office.notify_urls, f"{period} 催报", [message.text for message in messages])
    get_run_logger().info("%s: %d units reminded", period, len(messages))
    return len(messages)


def _send(urls: tuple[str, ...], title: str, texts: list[str]) -> None:
    if not urls:
        return
    channels = apprise.Apprise()
    for url in urls:
        channels.add(url)
    for text in texts:
        if not channels.notify(title=title, body=text):
            raise NotSentError("a notification channel did not take the message")
