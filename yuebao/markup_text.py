"""Text into XML, as xml.sax.saxutils writes it; that module loads a whole web client with it."""

from __future__ import annotations

_ATTRIBUTE = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\n": "&#10;",
        "\r": "&#13;",
        "\t": "&#9;",
    }
)


def escape(text: str) -> str:
    """The text with what would be markup escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoteattr(text: str) -> str:
    """The text as an attribute's value, in its quotation marks."""
    return f'"{text.translate(_ATTRIBUTE)}"'
