"""Personal numbers in a text, whoever typed it: found by their form, masked in the middle.

Identity cards by their check digit, bank cards by theirs (Luhn), mobile numbers by their form.
A spreadsheet keeps 15 digits of a number, and may show it as 5.32323E+17: what is left of a card
then has no check digit any more, and is known by its length, its place and its date of birth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

IDENTITY_CARD, MOBILE, BANK_CARD = "身份证号", "手机号", "银行卡号"
_RUN = re.compile(r"(?<![0-9A-Za-z.])[0-9](?:[ \-]?[0-9]){9,18}[Xx]?(?![0-9A-Za-z])")
_SHORT_FORM = re.compile(
    r"(?<![0-9A-Za-z.])([1-9](?:\.[0-9]{2,18})?)[Ee]\+?(1[0-8])(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?:86)?(1[3-9][0-9]{9})")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BIRTH = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
_UNION_PAY = "62"
_KEPT = {IDENTITY_CARD: (4, 2), MOBILE: (3, 4), BANK_CARD: (4, 2)}
_SHORTEST = 11
_EXACT_DIGITS = 15  # of a number in a spreadsheet


def masked(text: str) -> str:
    """The text with every personal number in it masked, e.g. ``5323************12``."""
    return _masked(text) if may_hold_one(text) else text


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds of personal numbers in a text, each once."""
    return _kinds_in(text) if may_hold_one(text) else ()


def may_hold_one(text: str) -> bool:
    """Whether a text is worth looking into: what is short and no 1E+17 is none."""
    return len(text) >= _SHORTEST or "E" in text or "e" in text


def any_may_hold_one(texts: Sequence[str]) -> bool:
    """Whether one of many texts is worth looking into."""
    if max(map(len, texts), default=0) >= _SHORTEST:
        return True
    joined = "".join(texts)
    return "E" in joined or "e" in joined


@lru_cache(maxsize=1 << 13)
def _masked(text: str) -> str:
    full = _RUN.sub(lambda match: _masked_run(match[0]), text)
    return _SHORT_FORM.sub(_masked_short_form, full)


@lru_cache(maxsize=1 << 13)
def _kinds_in(text: str) -> tuple[str, ...]:
    kinds = [_kind(_digits(match[0])) for match in _RUN.finditer(text)]
    kinds += [_kind_of_short_form(match) for match in _SHORT_FORM.finditer(text)]
    return tuple(dict.fromkeys(kind for kind in kinds if kind))


def _digits(run: str) -> str:
    return run.replace(" ", "").replace("-", "").upper()


def _kind(digits: str) -> str:
    if _is_identity_card(digits):
        return IDENTITY_CARD
    if _MOBILE.fullmatch(digits):
        return MOBILE
    if 16 <= len(digits) <= 19 and digits.isdigit() and _is_bank_card(digits):
        return BANK_CARD
    return ""


def _is_identity_card(digits: str) -> bool:
    if len(digits) != 18 or not _BIRTH.fullmatch(digits[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    if _CHECKS[total % 11] == digits[17]:
        return True
    return _PROVINCE.match(digits) is not None and _was_rounded(digits)


def _is_bank_card(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False  # a row of zeros is no card
    return _passes_luhn(digits) or (digits.startswith(_UNION_PAY) and _was_rounded(digits))


def _was_rounded(digits: str) -> bool:
    """Whether a whole number of that many digits looks as if a spreadsheet had kept it."""
    if not digits.isdigit():
        return False
    lost = digits[_EXACT_DIGITS:]
    return not lost.strip("0") or (len(digits) > 16 and int(float(digits)) == int(digits))


def _passes_luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if at % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _kind_of_short_form(match: re.Match[str]) -> str:
    known, length = match[1].replace(".", ""), int(match[2]) + 1
    if len(known) > length:
        return ""
    if length == 11:
        return MOBILE if _MOBILE.fullmatch(known) else ""
    if length == 18 and _PROVINCE.match(known):
        return IDENTITY_CARD
    return BANK_CARD if 16 <= length <= 19 and known.startswith(_UNION_PAY) else ""


def _masked_short_form(match: re.Match[str]) -> str:
    if not _kind_of_short_form(match):
        return match[0]
    head, tail = match[1][:3], match[0][len(match[1]) :]
    return head + "*" * (len(match[1]) - len(head)) + tail


def _masked_run(run: str) -> str:
    """The run with stars for its middle digits; what separates them stays."""
    digits = _digits(run)
    kind = _kind(digits)
    if not kind:
        return run
    head, tail = _KEPT[kind]
    seen, masked_run = 0, ""
    for sign in run:
        if sign in " -":
            masked_run += sign
            continue
        hidden = head <= seen < len(digits) - tail
        masked_run += "*" if hidden else sign
        seen += 1
    return masked_run
