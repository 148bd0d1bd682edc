"""Text from outside on one line, and file names as they can be written down anywhere."""

from __future__ import annotations

import os
import re

# Line breaks of every kind, controls, and marks that turn the direction of what follows.
_UNRULY = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+"
)
_HALVES = re.compile("[\ud800-\udfff]")


def one_line(text: str) -> str:
    """The text with each run of breaks, controls and turning marks as one space."""
    if text.isprintable():
        return text
    return _HALVES.sub("\ufffd", _UNRULY.sub(" ", text))


def readable_name(name: str) -> str:
    """A file's name as it can be stored, logged and read: one line of Unicode.

    Names a Windows machine left in GBK are read as such.
    """
    try:
        raw = os.fsencode(name)
    except UnicodeEncodeError:  # half a character, from a share
        return one_line(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return one_line(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return one_line(raw.decode("utf-8", "replace"))
