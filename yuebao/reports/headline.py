"""The leader's page: how many are on pace, what needs attention, who has not reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from yuebao.programme.models import TargetKind
from yuebao.reports.lines import Line, Section
from yuebao.reports.numbers import adjusted, percent, plain, target_text
from yuebao.results import Colour

MOST_CONCERNS = 8
MOST_TOWNSHIPS = 4
BARELY = Decimal(1)


@dataclass(frozen=True, slots=True)
class Concern:
    """An indicator the leader should know of: what it is, how it stands, who answers for it."""

    indicator: str
    title: str
    colour: Colour
    says: str
    townships: tuple[str, ...]
    leaders: tuple[str, ...]
    lead_units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """Counts by colour and the concerns, gravest first; ``more`` is how many are not shown."""

    total: int
    counts: Mapping[Colour, int]
    concerns: tuple[Concern, ...]
    more: int
    incomplete: int

    @property
    def judged(self) -> int:
        """How many indicators have a colour."""
        return self.total - self.counts[Colour.GREY]


def headline(sections: Sequence[Section]) -> Headline:
    """What the figures of all works come to on one page."""
    lines = [line for section in sections for line in section.lines]
    counts = {colour: sum(line.colour is colour for line in lines) for colour in Colour}
    grave = sorted(
        (line for line in lines if line.colour in (Colour.RED, Colour.AMBER)), key=_gravity
    )
    return Headline(
        total=len(lines),
        counts=counts,
        concerns=tuple(_concern(line) for line in grave[:MOST_CONCERNS]),
        more=max(len(grave) - MOST_CONCERNS, 0),
        incomplete=sum(0 < line.units_reported < line.units_expected for line in lines),
    )


def _gravity(line: Line) -> tuple[int, int, Decimal, str]:
    broken_zero = line.indicator.target.kind is TargetKind.ZERO
    return (
        0 if line.colour is Colour.RED else 1,
        0 if broken_zero else 1,
        line.pace_ratio if line.pace_ratio is not None else BARELY,
        line.indicator.id,
    )


def _concern(line: Line) -> Concern:
    behind = sorted(
        (cell for cell in line.townships if cell.colour is Colour.RED),
        key=lambda cell: (cell.pace_ratio if cell.pace_ratio is not None else BARELY, cell.unit),
    )
    return Concern(
        indicator=line.indicator.id,
        title=line.indicator.name,
        colour=line.colour,
        says=stands(line),
        townships=tuple(cell.name for cell in behind[:MOST_TOWNSHIPS]),
        leaders=line.indicator.leaders,
        lead_units=line.indicator.lead_units,
    )


def stands(line: Line) -> str:
    """One sentence on where an indicator stands, with its own unit of measure."""
    unit = line.indicator.unit
    if line.value is None:
        return "本期没有数据。"
    text = f"完成 {plain(line.value)}{unit}"
    if line.indicator.target.kind is TargetKind.ZERO:
        return f"{text}，目标为 0。"
    text += f"，目标 {target_text(line.indicator.target, line.target)}{unit}{adjusted(line.origin)}"
    if line.expected is not None and line.expected != line.target:
        text += f"，按序时应达 {plain(_counted(line, line.expected))}{unit}"
    if line.pace_ratio is not None and line.indicator.target.kind is not TargetKind.ABOUT:
        text += f"，为应达进度的 {percent(line.pace_ratio * 100)}"
    if line.needed:
        text += f"；今后每月还需 {plain(_counted(line, line.needed))}{unit}"
    if not line.complete:
        text += f"（仅含 {line.units_reported}/{line.units_expected} 个单位）"
    return text + "。"


def _counted(line: Line, asked: Decimal) -> Decimal:
    """What is asked of things counted one by one is a whole number: the next one up."""
    known = [number for number in (line.value, line.target) if number is not None]
    if "%" in line.indicator.unit or any(number % 1 for number in known):
        return asked
    return asked.to_integral_value(ROUND_CEILING)
