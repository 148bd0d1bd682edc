"""Large values handed from task to task unopened."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Parcel(Generic[T]):
    """Holds a value that Prefect must not walk through in search of futures.

    Readings hold thousands of cells; walking them costs more than judging them.
    """

    __slots__ = ("content",)

    def __init__(self, content: T) -> None:
        self.content = content
