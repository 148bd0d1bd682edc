"""What the tasks of one process work with: the programme, the folders, the warehouse, the judge."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sql.store import Warehouse
from yuebao.process import settle_process
from yuebao.programme.allocate import AllocatedTarget, allocated_targets
from yuebao.rules.calendar import quarters, reportable_periods
from yuebao.rules.obligations import obligations
from yuebao.rules.quiet import QuietHours
from yuebao.workbooks.inbox import Inbox, OpenInbox
from yuebao.workbooks.read import GuardedReader

if TYPE_CHECKING:
    from expectations.judge import Judge
    from tasks.notify_channels import Channels

from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme


class Office:
    """The open resources of one process; built once by the flows and handed to every task.

    Parts are opened when first used: what only reads the warehouse never pays for the judge.
    """

    def __init__(
        self,
        *,
        programme_folder: Path,
        warehouse_url: str,
        root: Path,
        open_inbox: OpenInbox,
        settle_seconds: float,
        reader_seconds: float,
        reader_memory_mb: int,
        readers: int,
        channels_file: Path,
        environment: Mapping[str, str],
        quiet_hours: QuietHours,
    ) -> None:
        self.programme_folder = programme_folder
        self.root = root
        self.inbox_folder = root / "inbox"  # unless the settings name another inbox
        self.archive = root / "archive"
        self.outputs = root / "outputs"
        self.settle_seconds = settle_seconds
        self.quiet_hours = quiet_hours
        self._channels_file = channels_file
        self._environment = environment  # holds the secrets of the channels' addresses
        self._open_inbox = open_inbox
        self._warehouse_url = warehouse_url
        self._reader_limits = (reader_memory_mb, reader_seconds, readers)

    @cached_property
    def programme(self) -> Programme:
        return load_programme(self.programme_folder)

    @cached_property
    def targets(self) -> dict[tuple[str, str], AllocatedTarget]:
        return allocated_targets(self.programme)

    @cached_property
    def warehouse(self) -> Warehouse:
        self.root.mkdir(parents=True, exist_ok=True)
        warehouse = Warehouse(self._warehouse_url)
        warehouse.migrate()
        warehouse.register(self.programme)
        for period in (*reportable_periods(self.programme), *quarters(self.programme)):
            warehouse.register_obligations(self.programme.id, obligations(self.programme, period))
        return warehouse

    @cached_property
    def channels(self) -> Channels:
        from tasks.notify_channels import load_channels  # Apprise: only for those who send

        return load_channels(
            self._channels_file,
            self.programme,
            self._environment,
            dry_folder=self.outputs / "通知",
        )

    @cached_property
    def inbox(self) -> Inbox:
        return self._open_inbox()

    @cached_property
    def judge(self) -> Judge:
        from expectations.judge import Judge  # seconds to import: only for those who judge

        judge = Judge(self.programme)
        settle_process()
        return judge

    @cached_property
    def reader(self) -> GuardedReader:
        memory_mb, seconds, children = self._reader_limits
        return GuardedReader(memory_mb=memory_mb, seconds=seconds, children=children)

    def with_warehouse(self, warehouse: Warehouse) -> Office:
        """The same office at work on another warehouse; it is not to be closed."""
        other = copy(self)
        other.__dict__["warehouse"] = warehouse
        return other

    def close(self) -> None:
        """Close what was opened; the office cannot be used afterwards."""
        opened = self.__dict__
        if "reader" in opened:
            self.reader.close()
        if "warehouse" in opened:
            self.warehouse.close()
