"""Small line charts as points: the year's months across, an indicator's value up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from yuebao.programme.models import Movement
from yuebao.reports.lines import YEAR_MONTHS, ZERO, Line

WIDTH = Decimal(132)
HEIGHT = Decimal(34)
MARGIN = Decimal(4)
Points: TypeAlias = tuple[tuple[int, Decimal], ...]
HEADROOM = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Chart:
    """Point lists ready for SVG polylines; ``last`` is the newest figure's point."""

    trend: str
    pace: str
    last: tuple[str, str]
    says: str


@dataclass(frozen=True, slots=True)
class _Scale:
    lowest: Decimal
    span: Decimal

    def point(self, month: int, value: Decimal) -> tuple[str, str]:
        """Where a month's value lies, in the chart's own units, to one place."""
        across = MARGIN + (WIDTH - 2 * MARGIN) * (month - 1) / (YEAR_MONTHS - 1)
        up = (HEIGHT - 2 * MARGIN) * (value - self.lowest) / self.span
        return f"{across:.1f}", f"{HEIGHT - MARGIN - up:.1f}"

    def points(self, series: Points) -> str:
        return " ".join(",".join(self.point(month, value)) for month, value in series)


def chart(line: Line, month: int) -> Chart | None:
    """The months so far against the pace of the year; None where there is no figure yet.

    The period's own point stands apart where some units are missing from it.
    """
    points = line.trend
    if line.value is not None and not line.complete:
        points = (*points, (month, line.value))
    if not points:
        return None
    scale = _scale(line, points)
    months = f"{points[0][0]}月至{points[-1][0]}月" if len(points) > 1 else f"{points[0][0]}月"
    return Chart(
        trend=scale.points(line.trend),
        pace=scale.points(line.pace),
        last=scale.point(*points[-1]),
        says=f"{line.indicator.name}{months}走势，虚线为序时进度",
    )


def _scale(line: Line, points: Points) -> _Scale:
    values = [value for _, value in (*points, *line.pace)]
    highest, lowest = max(values), min(values)
    if line.indicator.movement is not Movement.STOCK:
        lowest = min(lowest, ZERO)
    span = highest - lowest or max(abs(highest), Decimal(1))
    return _Scale(lowest - span * HEADROOM, span * (1 + 2 * HEADROOM))
