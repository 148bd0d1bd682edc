"""What is gathered of a sheet beside its values: errors, lost results, per cent, what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from yuebao.workbooks.refusal import Limits, Refused

Place = tuple[int, int]
FARTHEST: Place = (1_048_576, 16_384)
_COLUMN = re.compile(r"[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a worksheet part says. ``too_far`` is a filled cell beyond the limits, if any."""

    errors: tuple[tuple[Place, str], ...] = ()
    no_value: frozenset[Place] = frozenset()
    percent: frozenset[Place] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    too_far: Place | None = None


@dataclass(slots=True)
class Gathering:
    """Facts being gathered, cell by cell."""

    errors: list[tuple[Place, str]] = field(default_factory=list)
    no_value: set[Place] = field(default_factory=set)
    percent: set[Place] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filled: set[Place] = field(default_factory=set)
    _taken: set[Place] = field(default_factory=set)

    def take(self, place: Place) -> None:
        """Note that a cell stands there; Refused where one stands there already."""
        if place in self._taken:
            raise Refused("file-damaged")
        self._taken.add(place)

    def facts(self, limits: Limits) -> Facts:
        """The facts as they stand."""
        return Facts(
            errors=tuple(self.errors),
            no_value=frozenset(self.no_value),
            percent=frozenset(self.percent),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            too_far=farthest(self.filled, limits),
        )


def farthest(filled: Iterable[Place], limits: Limits) -> Place | None:
    """A filled cell beyond the limits; None where all keep to them."""
    places = list(filled)
    if not places:
        return None
    low, right = max(places), max(places, key=lambda place: place[1])
    if low[0] >= limits.rows:
        return low
    area = (low[0] + 1) * (right[1] + 1)
    return right if right[1] >= limits.columns or area > limits.cells else None


def hidden_span(attributes: dict[str, str]) -> set[int]:
    """The columns a ``col`` element hides; empty for shown ones."""
    if attributes.get("hidden") not in {"1", "true"}:
        return set()
    ends = attributes.get("min", ""), attributes.get("max", "")
    if not all(map(_COLUMN.fullmatch, ends)):
        raise Refused("file-damaged")
    first, last = map(int, ends)
    return set(range(first - 1, min(last, first + 1000)))


def place_of(letters: bytes, row: bytes) -> Place:
    """Row and column, from 0, of a cell's address."""
    return int(row) - 1, column_number(letters)


def column_number(letters: bytes) -> int:
    """``A`` is 0, ``AA`` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
