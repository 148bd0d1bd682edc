"""Numbers as people read them: plain, without binary tails, rounded only for the eye."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from yuebao.programme.models import Target, TargetKind
from yuebao.results import TargetOrigin

ABSENT = "—"
BY_HAND = "人工调整"
_SIGNS = {TargetKind.AT_LEAST: "≥", TargetKind.EQUAL: "", TargetKind.ZERO: ""}


def plain(value: Decimal | None, places: int = 2) -> str:
    """At most so many places, no zeros behind, no exponent; — for None."""
    if value is None:
        return ABSENT
    text = f"{shown(value, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Decimal | None) -> str:
    """One place and a per cent sign; — for None."""
    return ABSENT if value is None else f"{shown(value, 1):f}%"


def shown(value: Decimal, places: int) -> Decimal:
    """Rounded half up, as by hand; never a negative zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def change(value: Decimal | None) -> str:
    """With its sign: +12, −3, 0; — for None."""
    if value is None:
        return ABSENT
    text = plain(abs(value))
    if text == "0":
        return text
    return f"+{text}" if value > 0 else f"−{text}"


def target_text(target: Target, value: Decimal | None) -> str:
    """A target in a cell: ≥331, 6～8, 0, 跟踪, 未下达."""
    if target.kind is TargetKind.TRACKED:
        return "跟踪"
    if value is None:
        return "未下达"
    if target.kind is TargetKind.ABOUT and target.tolerance:
        return f"{plain(value - target.tolerance)}～{plain(value + target.tolerance)}"
    return _SIGNS.get(target.kind, "≥") + plain(value)


def adjusted(origin: TargetOrigin) -> str:
    """What stands behind a target that the data team set in place of the plan's or the rule's."""
    return f"（{BY_HAND}）" if origin is TargetOrigin.OVERRIDE else ""
