"""How far along a figure is: expected by now, progress, pace, colour, needed rate, landing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from yuebao.programme.models import (
    Colours,
    Indicator,
    Movement,
    Pace,
    PaceKind,
    Rollup,
    TargetKind,
)
from yuebao.results import Colour

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
YEAR_MONTHS = 12
TREND_MONTHS = 3
PER_CENT_ROLLUPS = frozenset(
    {Rollup.RATIO, Rollup.SHARE_OF_UNITS, Rollup.SHARE_OF_ROWS, Rollup.COVERAGE}
)
_PLACES = Decimal("0.000001")
_NOISE = Decimal("1E-12")  # what thirds and ninths leave behind in 28 digits is below this
_CLIMBING = frozenset({TargetKind.AT_LEAST, TargetKind.EQUAL, TargetKind.ALLOCATED})


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an indicator of one unit stands at the end of a month.

    ``value`` is the year's figure so far (flows added up), not rounded; ``base`` the level at the
    start of the year that progress counts from; ``rough_base`` a base known only in proportion,
    which shifts what is expected but not what progress counts. ``history`` holds earlier months'
    figures.
    """

    month: int
    value: Decimal | None
    target: Decimal | None
    base: Decimal = ZERO
    rough_base: Decimal = ZERO
    complete: bool = True
    history: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a stand amounts to; the fields are those of IndicatorResult."""

    expected: Decimal | None = None
    progress: Decimal | None = None
    pace_ratio: Decimal | None = None
    colour: Colour = Colour.GREY
    needed: Decimal | None = None
    landing: Decimal | None = None


def rounded(value: Decimal) -> Decimal:
    """To the six places everything computed is kept at."""
    return value.quantize(_PLACES, rounding=ROUND_HALF_UP)


def judged(indicator: Indicator, colours: Colours, stand: Stand) -> Judgement:
    """Everything there is to say of a stand; what cannot be said is None, its colour grey."""
    expected = expected_value(indicator, stand)
    return Judgement(
        expected=expected,
        progress=progress_percent(indicator, stand),
        pace_ratio=pace_ratio(indicator, stand),
        colour=colour(indicator, colours, stand),
        needed=needed_monthly(indicator, stand),
        landing=landing(indicator, stand),
    )


def pace_share(pace: Pace, month: int) -> Decimal | None:
    """What share of the way is expected by the end of a month; None where not judged yet."""
    if pace.kind is PaceKind.LEVEL:
        return ONE
    if pace.kind is PaceKind.LINEAR:
        return Decimal(month) / YEAR_MONTHS
    if pace.kind is PaceKind.STEPS:
        reached = [share for step, share in sorted(pace.steps.items()) if step <= month]
        return reached[-1] if reached else ZERO
    return ONE if month >= YEAR_MONTHS else None


def expected_value(indicator: Indicator, stand: Stand) -> Decimal | None:
    """The value pace asks for by now."""
    expected = _expected(indicator, stand)
    return None if expected is None else rounded(expected)


def _expected(indicator: Indicator, stand: Stand) -> Decimal | None:
    """The same before rounding: a figure on the very edge of a colour must not fall over it."""
    kind = indicator.target.kind
    if kind is TargetKind.ZERO:
        return ZERO
    share = pace_share(indicator.pace, stand.month)
    if kind is TargetKind.TRACKED or stand.target is None or share is None:
        return None
    start = stand.base or stand.rough_base
    return start + (stand.target - start) * share


def progress_percent(indicator: Indicator, stand: Stand) -> Decimal | None:
    """The way from base to target that is done, in per cent."""
    if indicator.target.kind in (TargetKind.ZERO, TargetKind.TRACKED):
        return None
    if stand.value is None or stand.target is None or stand.target == stand.base:
        return None
    return rounded(HUNDRED * (stand.value - stand.base) / (stand.target - stand.base))


def pace_ratio(indicator: Indicator, stand: Stand) -> Decimal | None:
    """The way done over the way expected by now: 1 is on pace, never rounded up to it."""
    if indicator.target.kind is TargetKind.ZERO:
        return None
    expected = _expected(indicator, stand)
    if stand.value is None or expected is None or expected <= stand.base:
        return None
    ratio = (stand.value - stand.base) / (expected - stand.base)
    return ratio.quantize(_NOISE).quantize(_PLACES, rounding=ROUND_FLOOR)


def colour(indicator: Indicator, colours: Colours, stand: Stand) -> Colour:
    """Green, amber or red; grey where there is no number to judge by or it is not due yet."""
    kind = indicator.target.kind
    if stand.value is None or kind is TargetKind.TRACKED:
        return Colour.GREY
    if kind is TargetKind.ZERO:
        return Colour.GREEN if stand.value == 0 else Colour.RED
    if stand.target is None:
        return Colour.GREY
    if kind is TargetKind.ABOUT:
        return _colour_about(indicator, stand, stand.value)
    if _is_overshot(indicator, stand.value, stand.target):
        return Colour.AMBER
    if stand.target > stand.base and stand.value >= stand.target:
        return Colour.GREEN
    return _colour_by_pace(colours, pace_ratio(indicator, stand))


def _is_overshot(indicator: Indicator, value: Decimal, target: Decimal) -> bool:
    """More than a figure that is to be met exactly is to be looked into, not praised."""
    return indicator.target.kind is TargetKind.EQUAL and not indicator.gross and value > target


def _colour_by_pace(colours: Colours, ratio: Decimal | None) -> Colour:
    if ratio is None:
        return Colour.GREY
    if ratio >= colours.green_from:
        return Colour.GREEN
    return Colour.AMBER if ratio >= colours.amber_from else Colour.RED


def _colour_about(indicator: Indicator, stand: Stand, value: Decimal) -> Colour:
    """Green within the tolerance on either side, amber within twice of it."""
    if (expected := _expected(indicator, stand)) is None:
        return Colour.GREY
    tolerance = indicator.target.tolerance or ZERO
    off = abs(value - expected).quantize(_NOISE)
    if off <= tolerance:
        return Colour.GREEN
    return Colour.AMBER if off <= 2 * tolerance else Colour.RED


def needed_monthly(indicator: Indicator, stand: Stand) -> Decimal | None:
    """What each month left must still bring; 0 once reached, None where nothing accrues."""
    if indicator.target.kind not in _CLIMBING or indicator.pace.kind is PaceKind.LEVEL:
        return None
    if stand.value is None or stand.target is None:
        return None
    if stand.value >= stand.target:
        return ZERO
    months_left = indicator.target.due_on.month - stand.month
    return rounded((stand.target - stand.value) / months_left) if months_left > 0 else None


def landing(indicator: Indicator, stand: Stand) -> Decimal | None:
    """Where the year ends if the last three months' growth goes on.

    Rates and levels are expected to stay. A total some units are missing from has no forecast.
    """
    if stand.value is None:
        return None
    if _stays(indicator):
        return rounded(stand.value)
    if not stand.complete:
        return None
    growth = _monthly_growth(indicator, stand, stand.value)
    end = stand.value + growth * (YEAR_MONTHS - stand.month)
    return rounded(end if indicator.rollup is Rollup.NET else max(end, ZERO))


def _stays(indicator: Indicator) -> bool:
    return (
        indicator.rollup in PER_CENT_ROLLUPS
        or indicator.rollup is Rollup.MINIMUM
        or indicator.target.kind is TargetKind.ZERO
        or indicator.pace.kind is PaceKind.LEVEL
    )


def _monthly_growth(indicator: Indicator, stand: Stand, value: Decimal) -> Decimal:
    oldest = stand.month - TREND_MONTHS
    recent = [point for point in sorted(stand.history) if oldest <= point[0] < stand.month]
    if recent:
        month, before = recent[0]
        growth = (value - before) / (stand.month - month)
    elif indicator.movement is Movement.STOCK:
        growth = (value - stand.base) / stand.month if stand.base else ZERO
    else:
        growth = value / stand.month
    may_fall = indicator.movement is Movement.STOCK or indicator.rollup is Rollup.NET
    return growth if may_fall else max(growth, ZERO)
