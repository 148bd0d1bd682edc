"""Everything in a sample that is not a figure: names, texts, choices, yes and no, dates."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from yuebao.programme.models import Column, ColumnType, Programme
from yuebao.readings import Value
from yuebao.rules.period import Period
from yuebao.samples.draw import chance, pick, pick_weighted
from yuebao.samples.levels import TableLevels
from yuebao.samples.profile import ColumnProfile, TableProfile
from yuebao.samples.relations import Row
from yuebao.samples.rosters import SampleRow


class Phrases:
    """The texts of one table; the same for the same seed."""

    def __init__(self, programme: Programme, given: TableProfile, seed: int, about: str) -> None:
        self._programme = programme
        self._given = given
        self._seed = seed
        self._about = about

    def value(
        self,
        levels: TableLevels,
        column: Column,
        row: SampleRow,
        month: int,
        values: Row,
        last: Row,
    ) -> Value | None:
        """What a row says in a column that holds no figure; ``last`` is what it said before."""
        profile = levels.profile(column.id, row)
        if column.type in (ColumnType.VILLAGE, ColumnType.TOWNSHIP):
            return row.place.code if row.place is not None else None
        if column.type is ColumnType.YES_NO:
            return self._yes(levels, column, row, month)
        if column.type is ColumnType.DATE:
            return last.get(column.id) or self._date(profile, column, row, month, values)
        if column.id in last and not profile.varies:
            return last[column.id]
        if column.type is ColumnType.CHOICE:
            return self._choice(profile, column, row, month)
        return self._text(levels, column, row, month, values)

    def _yes(self, levels: TableLevels, column: Column, row: SampleRow, month: int) -> bool:
        profile = levels.profile(column.id, row)
        if profile.yes_share is None:
            return True
        way = levels.progress(column.id, row, month)
        share = profile.yes_share.start + (profile.yes_share.end - profile.yes_share.start) * min(
            Decimal(1), way
        )
        return levels.rank(column.id, row) < share

    def _choice(self, profile: ColumnProfile, column: Column, row: SampleRow, month: int) -> str:
        weights = profile.choices or dict.fromkeys(column.choices, Decimal(1))
        when = month if profile.varies else 0
        return pick_weighted(weights, self._seed, self._about, column.id, *row.name, when)

    def _date(
        self, profile: ColumnProfile, column: Column, row: SampleRow, month: int, values: Row
    ) -> date | None:
        given = profile.date
        months = given.months if given is not None else (1, 2, 3, 4)
        steps = pick(months, self._seed, self._about, column.id, *row.name)
        start = values.get(given.after) if given is not None and given.after else None
        if isinstance(start, date):
            first = Period(start.year, start.month).shifted(steps)
        else:
            first = Period(self._programme.year, steps)
        day = 1 + int(chance(self._seed, self._about, column.id, "day", *row.name) * 28)
        found = date(first.year, first.month, day)
        now = date(self._programme.year, month, monthrange(self._programme.year, month)[1])
        return None if given is not None and given.only_past and found > now else found

    def _text(
        self, levels: TableLevels, column: Column, row: SampleRow, month: int, values: Row
    ) -> str | None:
        profile = levels.profile(column.id, row)
        if profile.yes_share is not None and not self._yes(levels, column, row, month):
            return None
        if not profile.text:
            return f"{column.path[-1]}{row.serial + 1}" if column.required else None
        when = month // 3 if profile.varies else 0
        offset = int(chance(self._seed, self._about, column.id, row.unit.code) * 97)
        template = profile.text[(offset + row.serial + when) % len(profile.text)]
        return template.format_map(self._words(row, month, when, values))

    def _words(self, row: SampleRow, month: int, when: int, values: Row) -> Mapping[str, str]:
        period = Period(self._programme.year, month)
        own = self._given.unit_words.get(row.unit.name, {})
        chosen = {
            name: words[(self._offset(name, row) + row.serial + when) % len(words)]
            for name, words in (self._given.words | own).items()
        }
        place = row.place.short_name if row.place is not None else row.unit.short_name
        item = next((item for item in self._programme.items if item.id == row.key), None)
        return {
            **{name: _shown(value) for name, value in values.items()},
            **chosen,
            "unit": row.unit.short_name,
            "place": place,
            "item": item.title if item is not None else "",
            "month": str(month),
            "year": str(period.year),
            "quarter": period.quarter.chinese,
            "number": "一二三四五六七八九十"[row.serial % 10],
        }

    def _offset(self, name: str, row: SampleRow) -> int:
        return int(chance(self._seed, self._about, "word", name, row.unit.code) * 97)


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
