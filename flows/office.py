"""The composition root: the one office of this process, built from the settings."""

from __future__ import annotations

import atexit
import os
from functools import cache, partial
from pathlib import Path

from flows.run_log import spare_run_logs
from flows.settings import Settings
from tasks.office import Office
from yuebao.shares.opening import inbox_at
from yuebao.workbooks.inbox import Inbox


@cache
def settings() -> Settings:
    """The settings as the environment has them when first asked for."""
    return Settings()


def open_inbox(chosen: Settings) -> Inbox:
    """The inbox of the settings; the one in the home folder is made where there is none."""
    if not chosen.inbox:
        Path(chosen.inbox_place).mkdir(parents=True, exist_ok=True)
    return inbox_at(
        chosen.inbox_place,
        password=chosen.inbox_password.get_secret_value(),
        key=chosen.inbox_key,
        known_hosts=chosen.root / "known_hosts",
    )


@cache
def office() -> Office:
    """The process's office; closed when the process ends."""
    spare_run_logs()
    opened = open_office(settings(), settings().warehouse)
    atexit.register(opened.close)
    return opened


def open_office(chosen: Settings, warehouse_url: str) -> Office:
    """The office of the settings with its warehouse at a URL; to be closed by the caller."""
    return Office(
        programme_folder=chosen.programme_folder,
        warehouse_url=warehouse_url,
        root=chosen.root,
        open_inbox=partial(open_inbox, chosen),
        settle_seconds=chosen.settle_seconds,
        reader_seconds=chosen.reader_seconds,
        reader_memory_mb=chosen.reader_memory_mb,
        readers=chosen.readers,
        channels_file=chosen.channels_file,
        environment=os.environ,
        quiet_hours=chosen.quiet,
    )
