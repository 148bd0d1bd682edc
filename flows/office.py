"""The composition root: the one office of this process, built from the settings."""

from __future__ import annotations

import atexit
import os
from functools import cache

from flows.settings import Settings
from tasks.office import Office


@cache
def settings() -> Settings:
    """The settings as the environment has them when first asked for."""
    return Settings()


@cache
def office() -> Office:
    """The process's office; closed when the process ends."""
    chosen = settings()
    opened = Office(
        programme_folder=chosen.programme_folder,
        warehouse_url=chosen.warehouse,
        root=chosen.root,
        settle_seconds=chosen.settle_seconds,
        reader_seconds=chosen.reader_seconds,
        reader_memory_mb=chosen.reader_memory_mb,
        readers=chosen.readers,
        channels_file=chosen.channels_file,
        environment=os.environ,
        quiet_hours=chosen.quiet,
    )
    atexit.register(opened.close)
    return opened
