"""Slips of the unit of measure: a figure too large or too small by a power of ten, and the like.

Pure Decimal. A figure is weighed against the same row's last accepted one and against its peers
(the other units or villages). Where both are at hand both must find it odd, so that what starts
small and grows (0 → 5 → 60), or what is simply a large village, raises nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from yuebao.programme.models import Measure

FEWEST_PEERS = 5
TARGET_TIMES = Decimal(3)
TARGET_FLOOR = Decimal(20)  # how far beyond the target a total must lie to be worth a word

_ONE = Decimal(1)
_POWERS = tuple(Decimal(10) ** k for k in (4, 3, 2, 1))
_AREA_FACTORS = (Decimal("666.67"), Decimal(15))  # 亩 ↔ 平方米, 亩 ↔ 公顷
_AREA_UNITS = frozenset({"亩", "公顷", "平方米"})
_LARGE_SLIP = Decimal(100)
_NEAR = {Decimal(10): Decimal("1.3"), Decimal(15): Decimal("1.15"), Decimal(100): Decimal("1.8")}
_NEAR_LARGE = Decimal("2.2")
_PEER_NEAR = Decimal(2)
_PEER_DISTANCE = Decimal(30)  # at least so many times the peers' median is odd without last month
UNLIKE_SPREAD = Decimal("2.6")  # of projects, which differ by nature: odd only beyond ×300
_ALIKE = Decimal(3)  # within so many times last month a figure has only moved
_STEADY = frozenset({Measure.STOCK, Measure.CONSTANT, Measure.ATTRIBUTE})


class Kind(StrEnum):
    """What a figure looks like, named by its line in the catalogue of findings."""

    UNIT = "unit-of-measure"
    LAST = "magnitude-last"
    PEER = "magnitude-peer"


@dataclass(frozen=True, slots=True)
class Peers:
    """The others' median, and by how many times they usually lie beside it (1 = all alike)."""

    median: Decimal
    spread: Decimal


@dataclass(frozen=True, slots=True)
class Slip:
    """A figure out of proportion to ``reference``; ``proposal`` is what was probably meant."""

    kind: Kind
    reference: Decimal
    against_last: bool
    factor: Decimal | None = None
    too_large: bool = True
    proposal: Decimal | None = None


class PeerGroup:
    """The positive figures of one column over all rows at hand, to weigh each by the others."""

    def __init__(self, values: Iterable[Decimal]) -> None:
        self._values: tuple[Decimal, ...] = tuple(sorted(v for v in values if v > 0))
        self._spread = _spread(self._values)

    def beside(self, value: Decimal | None) -> Peers | None:
        """The peers of one of the group's figures, itself left out; None if they are too few."""
        own = value is not None and value > 0
        if len(self._values) - own < FEWEST_PEERS:
            return None
        return Peers(self._median_without(value if own else None), self._spread)

    def _median_without(self, value: Decimal | None) -> Decimal:
        if value is None:
            return _median(self._values)
        gap = bisect_left(self._values, value)
        count = len(self._values) - 1
        middle, odd = divmod(count, 2)
        upper = self._values[middle + (middle >= gap)]
        if odd:
            return upper
        return (self._values[middle - 1 + (middle - 1 >= gap)] + upper) / 2


def weigh(
    value: Decimal | None,
    *,
    last: Decimal | None,
    peers: Peers | None,
    measure: Measure,
    unit: str,
) -> Slip | None:
    """The slip a figure looks like beside last month's and its peers'; None where it looks fine."""
    if value is None or value <= 0:
        return None
    if last is not None and last > 0:
        return _weigh_last(value, last, peers, measure, unit)
    return _weigh_peers(value, peers) if peers else None


def times_of_target(total: Decimal | None, target: Decimal | None) -> Decimal | None:
    """How many times the year's target a total is, where that is too many; None otherwise."""
    if total is None or target is None or target <= 0:
        return None
    if total <= target * TARGET_TIMES or total - target < TARGET_FLOOR:
        return None
    return total / target


def _weigh_last(
    value: Decimal, last: Decimal, peers: Peers | None, measure: Measure, unit: str
) -> Slip | None:
    ratio, too_large = _ratio(value, last)
    if ratio <= _ALIKE or not _peers_agree(value, peers, ratio, too_large=too_large):
        return None
    factor = _factor(ratio, unit)
    if factor is not None and _worth_a_word(factor, min(value, last), measure, too_large=too_large):
        proposal = value / factor if too_large else value * factor
        return Slip(Kind.UNIT, last, True, factor, too_large, proposal)
    if ratio >= _extreme(measure) and min(value, last) >= 5 and too_large:
        return Slip(Kind.LAST, last, True, None, too_large)
    return None


def _weigh_peers(value: Decimal, peers: Peers) -> Slip | None:
    ratio, too_large = _ratio(value, peers.median)
    if not too_large or ratio < max(_PEER_DISTANCE, peers.spread**6):
        return None
    for factor in _POWERS:
        if factor >= _LARGE_SLIP and _near(ratio, factor, _PEER_NEAR):
            return Slip(Kind.UNIT, peers.median, False, factor, too_large, value / factor)
    return Slip(Kind.PEER, peers.median, False, None, too_large)


def _ratio(value: Decimal, reference: Decimal) -> tuple[Decimal, bool]:
    if value >= reference:
        return value / reference, True
    return reference / value, False


def _peers_agree(value: Decimal, peers: Peers | None, ratio: Decimal, *, too_large: bool) -> bool:
    if peers is None:
        return True
    distance, above = _ratio(value, peers.median)
    return above is too_large and distance >= max(_ALIKE, _root(ratio))


def _root(ratio: Decimal) -> Decimal:
    return ratio.sqrt()


def _factor(ratio: Decimal, unit: str) -> Decimal | None:
    known: Sequence[Decimal] = _POWERS
    if unit in _AREA_UNITS:
        known = (*_AREA_FACTORS, *_POWERS)
    near = [f for f in known if _near(ratio, f, _NEAR.get(f, _NEAR_LARGE))]
    return min(near, key=lambda factor: _ratio(ratio, factor)[0], default=None)


def _near(ratio: Decimal, factor: Decimal, times: Decimal) -> bool:
    return factor / times <= ratio <= factor * times


def _worth_a_word(factor: Decimal, smaller: Decimal, measure: Measure, *, too_large: bool) -> bool:
    """Whether a jump by the factor is unlikely to be growth: small figures and flows may jump."""
    if factor >= 500:
        return measure is not Measure.FLOW or too_large
    if not too_large:
        return measure is not Measure.FLOW
    if factor >= _LARGE_SLIP:
        return smaller >= 2
    return smaller >= (10 if measure in _STEADY else 30)


def _extreme(measure: Measure) -> Decimal:
    return Decimal(5) if measure in _STEADY else Decimal(30)


def _median(ordered: Sequence[Decimal]) -> Decimal:
    middle, odd = divmod(len(ordered), 2)
    return ordered[middle] if odd else (ordered[middle - 1] + ordered[middle]) / 2


def _spread(ordered: Sequence[Decimal]) -> Decimal:
    if not ordered:
        return _ONE
    median = _median(ordered)
    return _median(sorted(_ratio(value, median)[0] for value in ordered))
