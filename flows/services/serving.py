"""``python -m flows.services.serving``: ``prefect server start``, whose SQLite waits.

It follows the rules of ``flows.services.crash_rules`` as well.

Prefect begins most of its transactions deferred. One that reads and then writes while another
writes is refused at once by SQLite, whatever the busy timeout: "database is locked". Begun
immediate, it waits its turn. PostgreSQL is not touched.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from prefect.server.database.configurations import AioSqliteConfiguration

from flows.services.crash_rules import add_crash_rules

_begin = AioSqliteConfiguration.begin_transaction


@asynccontextmanager
async def _begin_immediate(
    configuration: AioSqliteConfiguration, session: Any, with_for_update: bool = False
) -> AsyncIterator[Any]:
    del with_for_update  # always
    async with _begin(configuration, session, with_for_update=True) as begun:
        yield begun


def main() -> None:
    """Start the server with the words given, as ``prefect server start`` takes them."""
    AioSqliteConfiguration.begin_transaction = _begin_immediate  # type: ignore[method-assign,assignment]
    add_crash_rules()
    sys.argv = ["prefect", "server", "start", *sys.argv[1:]]
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
