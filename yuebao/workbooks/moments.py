"""Dates and times as a worksheet part may spell them out (cells of kind ``d``)."""

from __future__ import annotations

import re
from datetime import datetime

_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_MOMENT = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:T{_TIME})?|{_TIME}")
_ANY_DAY = "1900-01-01T"


def is_moment(text: str) -> bool:
    """Whether a text is a day, a time of day or both, as ISO 8601 spells them in full."""
    if _MOMENT.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(_ANY_DAY + text if text[2] == ":" else text)
    except ValueError:  # the 30th of February
        return False
    return True
