"""What an inbox is, wherever it lies: folders of units in which files arrive and to which lists go.

A folder of this machine (``local_inbox``) and a share of another (``yuebao.shares``) give the same
promises: a file is taken whole or not at all, a unit's folder is that unit's alone, and what is
written back is there in one step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeAlias

from yuebao.programme.models import Unit
from yuebao.workbooks.archive import ArchivedFile

RECEIPTS = "回执"  # the folder in a unit's folder for what goes back to it
SKIPPED = ("~$", ".")  # lock files and hidden files; .~lock files too
_PAGES = (".html", ".htm", ".mht", ".mhtml")


class InboxUnreachable(Exception):  # noqa: N818  # an outcome people read
    """The inbox cannot be reached; the message says where and why, in Chinese."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"收件箱连不上：{place}，{reason}")
        self.place = place
        self.reason = reason

    def __reduce__(self) -> tuple[type[InboxUnreachable], tuple[str, str]]:
        return type(self), (self.place, self.reason)


class InboxDenied(InboxUnreachable):
    """One folder of the inbox cannot be used; the others can."""


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file as one look saw it; equal looks mean that nothing has touched it in between.

    ``modified_at`` and ``changed_at`` are seconds since 1970; ``identity`` is what the server
    calls the file, where it tells.
    """

    name: str
    size: int
    modified_at: float
    changed_at: float
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into a unit's folder of a period saw; ``fault`` if it could not be opened."""

    ready: tuple[InboxFile, ...] = ()
    still_growing: tuple[InboxFile, ...] = ()
    fault: str = ""


class Inbox(Protocol):
    """Where units drop their files and find their lists."""

    @property
    def place(self) -> str:
        """Where it is, as people may read it: never with a password."""

    @property
    def needs_second_look(self) -> bool:
        """Whether only a second look after a pause tells that a file has stopped growing."""

    def look(
        self, units: Sequence[Unit], period: str, *, now: datetime, settle_seconds: float
    ) -> Mapping[str, Look]:
        """A look for each unit, by its code. Raises InboxUnreachable."""

    def has_any_of(self, units: Sequence[Unit]) -> bool:
        """Whether any of the units has a folder. Raises InboxUnreachable."""

    def take(
        self, file: InboxFile, archive: Path, *, unit: Unit, period: str, now: datetime
    ) -> ArchivedFile:
        """The file, whole, in the archive. Raises StillGrowing, or InboxUnreachable."""

    def hand_out(self, unit: Unit, name: str, content: bytes) -> None:
        """Put a file into the unit's receipts in one step. Raises InboxUnreachable."""

    def withdraw(self, unit: Unit, name: str) -> None:
        """Take a file out of the unit's receipts, if it is there. Raises InboxUnreachable."""


OpenInbox: TypeAlias = Callable[[], Inbox]


def passing_name(name: str) -> str:
    """What a file is called while it is written into a unit's folder: always the same.

    So whoever writes it next finds what a killed process left of it.
    """
    return f".{hashlib.sha256(name.encode()).hexdigest()[:16]}.part"


def receipt_name(unit: Unit, period: str, version: int, sha256: str) -> str:
    """What the receipt of a version is called; the same for the same file and version."""
    return f"{unit.name}_{period}_第{version}版_{sha256[:8]}_{RECEIPTS}.html"


def is_passed_over(name: str) -> bool:
    """Whether a file is no submission by its name: hidden, a lock, or one of our receipts."""
    return name.startswith(SKIPPED) or (RECEIPTS in name and name.lower().endswith(_PAGES))


def steady(first: Look, second: Look) -> Look:
    """What both looks found ready and unchanged; the rest of the second is still growing."""
    if second.fault:
        return second
    known = set(first.ready)
    ready = tuple(file for file in second.ready if file in known)
    moving = tuple(file for file in second.ready if file not in known)
    return Look(ready, (*second.still_growing, *moving))


def is_settled(file: InboxFile, now: datetime, settle_seconds: float) -> bool:
    """Whether nobody has touched the file for a while.

    A time in the future is the writer's clock gone wrong: it too is old enough when far away.
    """
    moments = (file.modified_at, file.changed_at)
    return all(abs(now.timestamp() - moment) >= settle_seconds for moment in moments)
