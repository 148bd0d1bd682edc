"""The inbox as a folder of this machine, or one mounted on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yuebao.programme.models import Unit
from yuebao.whole_files import write_whole
from yuebao.workbooks.archive import ArchivedFile, StillGrowing
from yuebao.workbooks.inbox import RECEIPTS, InboxDenied, InboxFile, InboxUnreachable, Look
from yuebao.workbooks.intake import archive_file, arrival_time, submissions_folder, waiting_files


@dataclass(frozen=True, slots=True)
class LocalInbox:
    """A folder of units; see ``intake`` for what is taken from it and when."""

    root: Path

    @property
    def place(self) -> str:
        return str(self.root)

    @property
    def needs_second_look(self) -> bool:
        """No: the file system's own change time cannot be set back."""
        return False

    def look(
        self, units: Sequence[Unit], period: str, *, now: datetime, settle_seconds: float
    ) -> Mapping[str, Look]:
        self._check()
        return {unit.code: self._look(unit, period, now, settle_seconds) for unit in units}

    def take(
        self, file: InboxFile, archive: Path, *, unit: Unit, period: str, now: datetime
    ) -> ArchivedFile:
        path = submissions_folder(self.root, unit, period) / file.name
        try:
            arrived_at = arrival_time(path, now=now)
            return archive_file(path, archive, unit=unit.code, period=period, arrived_at=arrived_at)
        except (StillGrowing, FileNotFoundError) as error:
            self._check()  # a mount that dropped is no file's doing
            raise StillGrowing(file.name) from error

    def hand_out(self, unit: Unit, name: str, content: bytes) -> None:
        try:
            write_whole(self._receipts(unit) / name, content)
        except OSError as error:
            raise self._denied(unit, error) from error

    def withdraw(self, unit: Unit, name: str) -> None:
        try:
            (self._receipts(unit) / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._denied(unit, error) from error

    def _look(self, unit: Unit, period: str, now: datetime, settle_seconds: float) -> Look:
        try:
            found = waiting_files(self.root, unit, period, now=now, settle_seconds=settle_seconds)
        except OSError as error:
            self._check()
            return Look(fault=self._denied(unit, error).reason)
        return Look(_as_seen(found.ready), _as_seen(found.still_growing))

    def _receipts(self, unit: Unit) -> Path:
        """The unit's folder for what goes back, which must lie in its own folder."""
        self._check()
        folder = self.root / unit.name / RECEIPTS
        if not folder.resolve().is_relative_to(self.root.resolve() / unit.name):
            raise InboxDenied(self.place, f"“{unit.name}/{RECEIPTS}”指向了别处，没有写入")
        return folder

    def _check(self) -> None:
        if not self.root.is_dir():
            raise InboxUnreachable(self.place, "没有这个文件夹，或没有挂载")

    def _denied(self, unit: Unit, error: OSError) -> InboxDenied:
        return InboxDenied(self.place, f"“{unit.name}”的文件夹不能读写（{error.strerror}）")


def _as_seen(paths: Sequence[Path]) -> tuple[InboxFile, ...]:
    return tuple(InboxFile(path.name, 0, 0.0, 0.0) for path in paths)
