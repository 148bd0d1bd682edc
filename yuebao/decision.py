"""A person's decision on a period's bulletin, and on which results it was made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from yuebao.results import IndicatorResult


class Verdict(StrEnum):
    """What was decided."""

    APPROVED = "approved"
    RETURNED = "returned"


VERDICT_WORDS = {"通过": Verdict.APPROVED, "退回": Verdict.RETURNED}


class NotDecidableError(ValueError):
    """There is nothing to decide on, or nobody who decides; the message says so in Chinese."""


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """A file of an issued bulletin, as it was when issued."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; ``number`` counts those of the period, ``results`` is a digest of what was
    decided on: figures that change afterwards are not what was approved.
    """

    period: str
    number: int
    verdict: Verdict
    name: str
    remark: str
    decided_at: datetime
    results: str
    files: tuple[IssuedFile, ...] = ()

    def issues(self, results: str) -> bool:
        """Whether this decision issues exactly these results."""
        return self.verdict is Verdict.APPROVED and self.results == results


def results_digest(results: Iterable[IndicatorResult]) -> str:
    """A digest of every figure of the results; the same figures give the same digest."""
    lines = sorted(_line(result) for result in results)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _line(result: IndicatorResult) -> str:
    figures = (result.value, result.numerator, result.denominator, result.target)
    counts = (result.units_reported, result.units_expected, result.colour.value)
    return "|".join(
        [result.period, result.indicator, result.unit, *map(_plain, figures), *map(str, counts)]
    )


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure.normalize():f}"
