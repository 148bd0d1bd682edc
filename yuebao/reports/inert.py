"""Text from submissions as it may be shown where marks would be obeyed."""

from __future__ import annotations

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
        "\n": " ",
        "\r": " ",
        "\t": " ",
    }
)


def inert(text: str, most: int = _MOST) -> str:
    """The same to the eye, but no markdown, HTML, link or template; cut where it is too long."""
    plain = text.translate(_LOOKALIKES).replace("://", "：//")
    return plain if len(plain) <= most else plain[: most - 1] + "…"
