"""Quiet hours: when nobody is to be disturbed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

_HOURS = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$")


class QuietHoursError(ValueError):
    """The text names no span of hours; the message says so in Chinese."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``begin`` until before ``end``, over midnight where the end is earlier; equal: never."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """The hours a text like 20:00-08:00 names; '' is never. QuietHoursError otherwise."""
        if not text.strip():
            return cls(time(0), time(0))
        found = _HOURS.match(text.strip())
        if found is None:
            raise QuietHoursError(f"“{text}”不是时段，请写成 20:00-08:00；不设免打扰就留空。")
        hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
        return cls(time(hour, minute), time(end_hour, end_minute))

    def cover(self, moment: datetime, timezone: str) -> bool:
        """Whether the moment lies within them, by the clock of the timezone."""
        clock = moment.astimezone(ZoneInfo(timezone)).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end
