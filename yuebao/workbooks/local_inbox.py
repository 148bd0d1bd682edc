"""The inbox as a folder of this machine, or one mounted on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yuebao.programme.models import Unit
from yuebao.workbooks.archive import ArchivedFile, StillGrowing
from yuebao.workbooks.inbox import RECEIPTS, InboxDenied, InboxFile, InboxUnreachable, Look
from yuebao.workbooks.intake import archive_file, arrival_time, submissions_folder, waiting_files
from yuebao.workbooks.unfollowed import remove_file, write_file


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

    def has_any_of(self, units: Sequence[Unit]) -> bool:
        self._check()
        return any((self.root / unit.name).is_dir() for unit in units)

    def take(
        self, file: InboxFile, archive: Path, *, unit: Unit, period: str, now: datetime
    ) -> ArchivedFile:
        path = submissions_folder(self.root, unit, period) / file.name
        try:
            if _seen(path) != file:  # somebody has begun to write it since it was looked at
                raise StillGrowing(file.name)
            arrived_at = arrival_time(path, now=now)
            return archive_file(path, archive, unit=unit.code, period=period, arrived_at=arrived_at)
        except (StillGrowing, FileNotFoundError) as error:
            self._check()  # a mount that dropped is no file's doing
            raise StillGrowing(file.name) from error

    def hand_out(self, unit: Unit, name: str, content: bytes) -> None:
        self._check_receipts(unit)
        try:
            write_file(self.root, unit.name, RECEIPTS, name, content=content)
        except OSError as error:
            raise self._denied(unit, error) from error

    def withdraw(self, unit: Unit, name: str) -> None:
        self._check_receipts(unit)
        try:
            remove_file(self.root, unit.name, RECEIPTS, name)
        except OSError as error:
            raise self._denied(unit, error) from error

    def _look(self, unit: Unit, period: str, now: datetime, settle_seconds: float) -> Look:
        try:
            found = waiting_files(self.root, unit, period, now=now, settle_seconds=settle_seconds)
        except OSError as error:
            self._check()
            return Look(fault=self._denied(unit, error).reason)
        return Look(_as_seen(found.ready), _as_seen(found.still_growing))

    def _check_receipts(self, unit: Unit) -> None:
        """The unit's folder for what goes back must lie in its own folder."""
        self._check()
        own = self.root / unit.name
        if own.is_symlink() or (own / RECEIPTS).is_symlink():
            raise InboxDenied(self.place, f"“{unit.name}/{RECEIPTS}”指向了别处，没有写入")

    def _check(self) -> None:
        if not self.root.is_dir():
            raise InboxUnreachable(self.place, "没有这个文件夹，或没有挂载")

    def _denied(self, unit: Unit, error: OSError) -> InboxDenied:
        return InboxDenied(self.place, f"“{unit.name}”的文件夹不能读写（{error.strerror}）")


def _as_seen(paths: Sequence[Path]) -> tuple[InboxFile, ...]:
    return tuple(file for path in paths if (file := _seen(path)) is not None)


def _seen(path: Path) -> InboxFile | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    return InboxFile(path.name, status.st_size, status.st_mtime, status.st_ctime)
