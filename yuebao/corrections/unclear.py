"""What is said where a correction cannot be understood."""

from __future__ import annotations

from collections.abc import Iterable

_MOST_NAMED = 8


class UnclearError(ValueError):
    """A correction cannot be recorded as it is written; the message says why, in Chinese."""


def one_of(names: Iterable[str]) -> str:
    """Names to choose from, cut where they are many."""
    known = list(names)
    more = f"……共 {len(known)} 个" if len(known) > _MOST_NAMED else ""
    return "、".join(known[:_MOST_NAMED]) + more
