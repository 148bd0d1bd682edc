"""Text from submissions as it may be shown where marks would be obeyed."""

from __future__ import annotations

from yuebao.one_line import one_line

_MOST = 300
_LOOKALIKES = str.maketrans(
    {
        "<": "＜",
        ">": "＞",
        "[": "［",
        "]": "］",
        "{": "｛",
        "}": "｝",
        "`": "｀",
        "*": "＊",
        "|": "｜",
        "\\": "＼",
    }
)


def inert(text: str, most: int = _MOST) -> str:
    """The same to the eye, but no markdown, HTML, link or template; cut where it is too long."""
    plain = one_line(text).translate(_LOOKALIKES).replace("://", "：//")
    return plain if len(plain) <= most else plain[: most - 1] + "…"
