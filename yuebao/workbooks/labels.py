"""Labels as people write them, made comparable; nothing here looks at a programme."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"\s+")
_BRACKETS = str.maketrans("【】〔〕[]{}｛｝〈〉", "()()()()()()")
_TAIL = re.compile(r"^(.+)\(([^()]*)\)$")
_VILLAGE_TAILS = (
    "社区居民委员会",
    "村民委员会",
    "居民委员会",
    "社区居委会",
    "村委会",
    "居委会",
    "社区",
    "村",
)
LONGEST_LABEL = 60


@lru_cache(maxsize=1 << 15)
def normalised(text: str) -> str:
    """One spelling of a label: NFKC, no blanks, one kind of bracket, no star, no colon."""
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)
    return plain.strip("*＊").rstrip(":").casefold()


@lru_cache(maxsize=1 << 15)
def loosened(text: str) -> str:
    """A label normalised and without its brackets at the end, so that units do not hide it."""
    return split_bracket(normalised(text))[0]


def split_bracket(label: str) -> tuple[str, str]:
    """A normalised label and what stands in brackets at its end, e.g. 面积, 亩."""
    match = _TAIL.match(label)
    return (match[1], match[2]) if match else (label, "")


@lru_cache(maxsize=1 << 13)
def village_stem(name: str) -> str:
    """A village's name without the words for what it is: 某某 for 某某村民委员会."""
    plain = normalised(name)
    for tail in _VILLAGE_TAILS:
        if plain.endswith(tail) and len(plain) > len(tail):
            return plain[: -len(tail)]
    return plain
