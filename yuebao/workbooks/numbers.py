"""Numbers out of text, by stated rules only: what is not stated is not a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

DIGITS = 15
PLACES = 6
TOO_GREAT = Decimal(10) ** 12
_TOO_SMALL = -TOO_GREAT
_STEP = Decimal(1).scaleb(-PLACES)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_NUMBER = re.compile(
    r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)\s*([^0-9]*)", re.ASCII | re.DOTALL
)
_MEASURES = """
个 家 户 人 名 位 人次 元 千元 万元 百万元 亿元 亩 万亩 公顷 平方米 平方公里 米 公里 千米 吨 万吨
千克 公斤 斤 升 立方米 万立方米 分钟 小时 天 日 次 场 场次 期 万 亿 千 百 万人 万户 万人次 台 套
座 处 项 间 栋 村 组 % ‰ 元/人 升/人 条 件 所 辆 头 只 株 年 月 岁
"""
MEASURES = frozenset(_MEASURES.split())


@dataclass(frozen=True, slots=True)
class NumberText:
    """A number found in text; ``suffix`` is the measure typed behind it, ``plain`` bare digits."""

    value: Decimal
    suffix: str
    plain: bool


def number_in(text: str) -> NumberText | None:
    """The number a text is: separators of thousands, full-width digits and a measure behind it.

    None where it is anything else (``约12``, ``12-15``, ``/``, ``无``, ``²``).
    """
    plain = text.translate(_FULL_WIDTH).strip()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return None
    suffix = match[2].strip()
    if suffix and suffix not in MEASURES:
        return None
    bare = _PLAIN.fullmatch(text) is not None
    return NumberText(Decimal(match[1].replace(",", "")), suffix, bare)


def is_measure(text: str, own: str) -> bool:
    """Whether a text names a unit of measure: a usual one, or the column's own."""
    return bool(text) and (text in MEASURES or text == own)


def fits(number: Decimal) -> bool:
    """Whether the number can be kept: below 10^12, and typed with no more than 15 digits."""
    if not _TOO_SMALL < number < TOO_GREAT:
        return False
    return number == number.to_integral_value() or len(number.as_tuple().digits) <= DIGITS


def rounded(number: Decimal) -> Decimal:
    """The number with at most six decimals, as it is stored."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -PLACES:
        return number
    return number.quantize(_STEP).normalize()


@lru_cache(maxsize=1 << 14)  # the numbers of a county's forms repeat themselves
def shown(number: Decimal) -> str:
    """A number as people write it: no exponent, no zeros at the end."""
    text = str(number)
    if text.isdecimal() or not number.is_finite():
        return text
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
