"""Chance without state: the same seed and the same words always draw the same lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
_RANGE = 1 << 48


def chance(seed: int, *words: object) -> Decimal:
    """A number in [0, 1) that depends on the seed and the words alone."""
    text = "\x1f".join(str(word) for word in (seed, *words))
    digest = blake2b(text.encode(), digest_size=6).digest()
    return Decimal(int.from_bytes(digest, "big")) / _RANGE


def pick(options: Sequence[T], seed: int, *words: object) -> T:
    """One of the options."""
    return options[int(chance(seed, *words) * len(options))]


def pick_weighted(weights: Mapping[str, Decimal], seed: int, *words: object) -> str:
    """One of the keys, as likely as its weight."""
    left = chance(seed, *words) * sum(weights.values(), Decimal(0))
    for option, weight in weights.items():
        left -= weight
        if left < 0:
            return option
    return list(weights)[-1]


def dealt(total: Decimal, weights: Mapping[T, Decimal], decimals: int) -> dict[T, Decimal]:
    """The total given out in proportion to the weights; the parts add up to it exactly."""
    whole = sum(weights.values(), Decimal(0))
    if whole == 0:
        return {key: Decimal(0) for key in weights}
    step = Decimal(1).scaleb(-decimals)
    exact = {key: total * weight / whole for key, weight in weights.items()}
    parts = {key: value.quantize(step, ROUND_FLOOR) for key, value in exact.items()}
    left = int((total - sum(parts.values(), Decimal(0))) / step)
    nearest = sorted(weights, key=lambda key: parts[key] - exact[key])
    return parts | {key: parts[key] + step for key in nearest[:left]}
