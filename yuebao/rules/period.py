"""Reporting periods: a month (``2023-09``) or a quarter (``2023-Q3``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")


class PeriodError(ValueError):
    """The text is not a period; the message says so in Chinese."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month or a quarter of a year. ``month`` is the month itself, or the quarter's last."""

    year: int
    month: int
    is_quarter: bool = False

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period a text like 2023-09 or 2023-Q3 names; PeriodError otherwise."""
        if match := _MONTH.match(text):
            return cls(int(match[1]), int(match[2]))
        if match := _QUARTER.match(text):
            return cls(int(match[1]), int(match[2]) * 3, is_quarter=True)
        raise PeriodError(f"“{text}”不是期别。月报请写成 2023-09，季报请写成 2023-Q3。")

    def __str__(self) -> str:
        if self.is_quarter:
            return f"{self.year}-Q{self.month // 3}"
        return f"{self.year}-{self.month:02d}"

    @property
    def chinese(self) -> str:
        """As people write it: 2023年9月, 2023年第三季度."""
        if self.is_quarter:
            return f"{self.year}年第{'一二三四'[self.month // 3 - 1]}季度"
        return f"{self.year}年{self.month}月"

    @property
    def quarter(self) -> Period:
        """The quarter this period lies in."""
        return Period(self.year, (self.month + 2) // 3 * 3, is_quarter=True)

    @property
    def months(self) -> tuple[Period, ...]:
        """The months of a quarter; a month alone for a month."""
        if not self.is_quarter:
            return (self,)
        return tuple(Period(self.year, self.month - back) for back in (2, 1, 0))

    def shifted(self, steps: int) -> Period:
        """The period that many periods of the same kind later (earlier, if negative)."""
        width = 3 if self.is_quarter else 1
        index = self.year * 12 + self.month - 1 + steps * width
        return Period(index // 12, index % 12 + 1, self.is_quarter)

    @property
    def previous(self) -> Period:
        return self.shifted(-1)


def periods_between(first: Period, last: Period) -> tuple[Period, ...]:
    """Every period of ``first``'s kind from first to last, both included; () if last is earlier."""
    found: list[Period] = []
    while (first.year, first.month) <= (last.year, last.month):
        found.append(first)
        first = first.shifted(1)
    return tuple(found)
