"""The inbox on a share, with the promises of a local one.

The network takes away what a local folder gives for nothing, so each promise is kept on purpose:
a file is looked at before and after it is copied, and read twice; every folder on the way to it is
looked at too, because a link that a unit has planted must lead nowhere; what goes back is written
under a passing name and renamed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from yuebao.programme.models import Unit
from yuebao.shares.address import ShareAddress
from yuebao.shares.faults import Absent, Busy
from yuebao.shares.share import Connect, Entry, Share, connected
from yuebao.workbooks.archive import ArchivedFile, StillGrowing, archive_copy
from yuebao.workbooks.inbox import (
    RECEIPTS,
    InboxDenied,
    InboxFile,
    InboxUnreachable,
    Look,
    is_passed_over,
    is_settled,
    passing_name,
)
from yuebao.workbooks.intake import moment_of


@dataclass(frozen=True, slots=True)
class ShareInbox:
    """Units' folders on a share; each call is a connection of its own, safe from many threads."""

    address: ShareAddress
    connect: Connect = field(repr=False)  # it knows the password

    @property
    def place(self) -> str:
        return str(self.address)

    @property
    def needs_second_look(self) -> bool:
        """Yes: a server's clock may be wrong, and a copy may keep an old time."""
        return True

    def look(
        self, units: Sequence[Unit], period: str, *, now: datetime, settle_seconds: float
    ) -> Mapping[str, Look]:
        with connected(self.place, self.connect) as share:
            self._check_root(share)
            return {
                unit.code: self._look(share, unit, period, now, settle_seconds) for unit in units
            }

    def has_any_of(self, units: Sequence[Unit]) -> bool:
        with connected(self.place, self.connect) as share:
            self._check_root(share)
            names = share.names(self.address.folder or "/")
            return not {unit.name for unit in units}.isdisjoint(names)

    def take(
        self, file: InboxFile, archive: Path, *, unit: Unit, period: str, now: datetime
    ) -> ArchivedFile:
        with connected(self.place, self.connect) as share:
            try:
                path = f"{self._own_folder(share, unit.name, period)}/{file.name}"
                arrived_at = _arrival(_unchanged(share, path, file), now)
                return archive_copy(
                    lambda copy: _copied(share, path, file, copy),
                    file.name,
                    archive,
                    unit=unit.code,
                    period=period,
                    arrived_at=arrived_at,
                )
            except (Absent, Busy) as error:
                raise StillGrowing(file.name) from error

    def hand_out(self, unit: Unit, name: str, content: bytes) -> None:
        with connected(self.place, self.connect) as share:
            self._check_root(share)
            folder = self._receipts(share, unit)
            passing = f"{folder}/{passing_name(name)}"
            try:
                _clear(share, passing)
                share.write_new(passing, content)
                self._put_in_place(share, passing, unit, name)
            except BaseException:
                with suppress(Absent, Busy, InboxUnreachable):
                    share.remove(passing)
                raise

    def withdraw(self, unit: Unit, name: str) -> None:
        with connected(self.place, self.connect) as share:
            self._check_root(share)
            try:
                folder = self._own_folder(share, unit.name, RECEIPTS)
                _clear(share, f"{folder}/{passing_name(name)}")
                share.remove(f"{folder}/{name}")
            except Absent:
                return
            except Busy as error:
                raise self._held(unit, name) from error

    def _look(
        self, share: Share, unit: Unit, period: str, now: datetime, settle_seconds: float
    ) -> Look:
        try:
            folder = self._own_folder(share, unit.name, period)
            files = _files(share, folder)
        except Absent:
            return Look()
        except InboxDenied as fault:
            return Look(fault=fault.reason)
        settled = {file: is_settled(file, now, settle_seconds) for file in files}
        return Look(
            ready=tuple(file for file in files if settled[file]),
            still_growing=tuple(file for file in files if not settled[file]),
        )

    def _check_root(self, share: Share) -> None:
        root = share.entry(self.address.folder or "/")
        if root is None or root.kind != "directory":
            raise InboxUnreachable(self.place, "没有这个文件夹")

    def _own_folder(self, share: Share, *names: str) -> str:
        """The path of a folder below the root, each step of which is a folder and no link.

        Raises Absent.
        """
        path = self.address.folder
        for name in names:
            path = f"{path}/{name}"
            entry = share.entry(path)
            if entry is None or entry.kind != "directory":
                raise Absent(path)
        return path

    def _receipts(self, share: Share, unit: Unit) -> str:
        """The unit's folder for what goes back; made where there is none."""
        path = self.address.folder
        for name in (unit.name, RECEIPTS):
            path = f"{path}/{name}"
            if share.entry(path) is None:
                share.make_folder(path)
        try:
            return self._own_folder(share, unit.name, RECEIPTS)
        except Absent as error:
            reason = f"“{unit.name}/{RECEIPTS}”不是文件夹，没有写入"
            raise InboxDenied(self.place, reason) from error

    def _put_in_place(self, share: Share, passing: str, unit: Unit, name: str) -> None:
        try:
            share.rename(passing, f"{passing.rpartition('/')[0]}/{name}")
        except (Absent, Busy, InboxDenied) as error:
            raise self._held(unit, name) from error

    def _held(self, unit: Unit, name: str) -> InboxDenied:
        return InboxDenied(
            self.place, f"“{unit.name}/{RECEIPTS}/{name}”正被打开，或账号没有权限，没有写入"
        )


def _clear(share: Share, passing: str) -> None:
    """Away with what a killed process left of a file; nobody else may be writing it."""
    if share.entry(passing) is not None:
        share.remove(passing)


def _files(share: Share, folder: str) -> list[InboxFile]:
    names = [name for name in share.names(folder) if _is_submission(name)]
    entries = [share.entry(f"{folder}/{name}") for name in names]
    return [entry.seen for entry in entries if entry is not None and entry.kind == "file"]


def _is_submission(name: str) -> bool:
    return bool(name) and not is_passed_over(name) and not set(name) & set("/\\\0")


def _unchanged(share: Share, path: str, file: InboxFile) -> Entry:
    """The file as it stands, which is as it was seen; StillGrowing if not."""
    entry = share.entry(path)
    if entry is None or entry.kind != "file" or entry.seen != file:
        raise StillGrowing(file.name)
    return entry


def _copied(share: Share, path: str, file: InboxFile, copy: IO[bytes]) -> str:
    """Copy the file; its hash, when it is the same before and after and reads the same again."""
    for chunk in share.chunks(path):
        copy.write(chunk)
    _unchanged(share, path, file)
    if copy.tell() != file.size:
        raise StillGrowing(file.name)
    again = hashlib.sha256()
    for chunk in share.chunks(path):
        again.update(chunk)
    _unchanged(share, path, file)
    return again.hexdigest()


def _arrival(entry: Entry, now: datetime) -> datetime:
    """When the file arrived: when it was last modified or made there, never later than now."""
    return moment_of(entry.arrived_at, now)
