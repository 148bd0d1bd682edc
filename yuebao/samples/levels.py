"""How high a sample figure is: levels dealt out to rows, and the way from start to end of year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import cache

from yuebao.programme.models import Column, ColumnType, Measure, PartsTotal, Table
from yuebao.samples.draw import chance, dealt
from yuebao.samples.profile import ColumnProfile, SampleProfile, Span, TableProfile
from yuebao.samples.rosters import SampleRow

_ZERO, _ONE, _HALF, _MONTHS = Decimal(0), Decimal(1), Decimal("0.5"), Decimal(12)
_SIZE_SPREAD = Decimal("0.3")
_EACH_SPREAD = Decimal("0.15")
_USUAL_LEVEL = Decimal(24)


def default_profile(column: Column, share: Decimal = _ONE) -> ColumnProfile:
    """What a column gets that the profile does not speak of: plain, growing where it may.

    ``share`` makes it smaller than usual, for the parts of a total.
    """
    level = Decimal(96) if column.type is ColumnType.PERCENT else _USUAL_LEVEL
    level *= share
    if column.maximum is not None:
        level = min(level, column.maximum)
    if column.minimum is not None:
        level = max(level, column.minimum)
    starts = {Measure.CUMULATIVE: _ZERO, Measure.STOCK: level * Decimal("0.8")}
    start = max(starts.get(column.measure, level), column.minimum or _ZERO)
    return ColumnProfile(each=Span(start=start, end=level), yes_share=Span(start=_ONE, end=_ONE))


def _shares_of_totals(table: Table) -> dict[str, Decimal]:
    """How large the parts of each total are by default: together half of what is usual."""
    shares: dict[str, Decimal] = {}
    for rule in table.rules:
        if isinstance(rule, PartsTotal):
            shares |= dict.fromkeys(rule.plus, _HALF / len(rule.plus))
            shares |= dict.fromkeys(rule.minus, _HALF / 8)
    return shares


def figure_column(name: str) -> Column:
    """A column for a figure that occurs in texts only."""
    return Column(id=name, path=(name,), type=ColumnType.INTEGER, measure=Measure.STOCK)


class TableLevels:
    """Each row's figures in any month, for one table; the same for the same seed.

    ``rows`` are the county's rows of the table: levels are dealt out over all of them.
    """

    def __init__(
        self,
        profile: SampleProfile,
        table: TableProfile,
        definition: Table,
        rows: tuple[SampleRow, ...],
        seed: tuple[int, str],
    ) -> None:
        self._profile = profile
        self._rows = rows
        self._counts = Counter(row.unit.code for row in rows)
        self._seed, self._about = seed
        figures = {name: figure_column(name) for name in table.figures}
        self.columns = {column.id: column for column in definition.columns} | figures
        shares = _shares_of_totals(definition)
        defaults = {
            name: default_profile(column, shares.get(name, _ONE))
            for name, column in self.columns.items()
        }
        self.profiles = defaults | table.columns | table.figures
        self._ranks = cache(self._rank_all)
        self._dealt = cache(self._deal_all)
        self._spans: dict[tuple[str, tuple[str, str, int]], Span] = {}

    def profile(self, column: str, row: SampleRow) -> ColumnProfile:
        """The profile that holds for a column in a row: the row's own, where it has one."""
        return self.profiles[column].rows.get(row.key, self.profiles[column])

    def decimals(self, column: str, row: SampleRow) -> int:
        """How many decimals the column's figures have."""
        if self.columns[column].type is ColumnType.INTEGER:
            return 0
        given = self.profile(column, row).decimals
        return 2 if given is None else given

    def rank(self, column: str, row: SampleRow) -> Decimal:
        """Where a row stands among the county's for this column, evenly between 0 and 1."""
        return self._ranks(column)[row.name]

    def _rank_all(self, column: str) -> Mapping[tuple[str, str, int], Decimal]:
        drawn = sorted(
            self._rows, key=lambda row: chance(self._seed, self._about, column, *row.name)
        )
        return {row.name: (n + _HALF) / len(drawn) for n, row in enumerate(drawn)}

    def at(self, column: str, row: SampleRow, month: int, base: Decimal | None = None) -> Decimal:
        """The row's figure at the end of a month; ``base`` is the whole it is a share of."""
        profile = self.profile(column, row)
        span, unit = self._span(column, row), self._profile.unit(row.unit.name)
        progress = self._progress(profile, row, month)
        end = span.end
        if not profile.exact:
            progress = min(max(_ONE, progress), progress * unit.pace)
            end = end * unit.level if span.start != end else end
        value = span.start + (end - span.start) * progress
        if base is not None:
            value *= base
        if profile.jitter:
            moved = chance(self._seed, self._about, column, *row.name, month) * 2 - 1
            value *= 1 + profile.jitter * moved
        return self._rounded(column, row, value)

    def progress(self, column: str, row: SampleRow, month: int) -> Decimal:
        """How much of the way from start to end the row has gone, at its unit's pace."""
        profile = self.profile(column, row)
        pace = _ONE if profile.exact else self._profile.unit(row.unit.name).pace
        return self._progress(profile, row, month) * pace

    def _progress(self, profile: ColumnProfile, row: SampleRow, month: int) -> Decimal:
        if profile.lifetime is not None:
            return min(_ONE, Decimal(month - row.from_month + 1) / profile.lifetime)
        if profile.shape in self._profile.shapes:
            return self._profile.shapes[profile.shape][month - 1]
        return month / _MONTHS

    def _rounded(self, column: str, row: SampleRow, value: Decimal) -> Decimal:
        """Rounded so that rows do not all step in the same month, and whole levels stay exact."""
        decimals = self.decimals(column, row)
        if decimals:
            return value.quantize(_ONE.scaleb(-decimals), ROUND_HALF_EVEN)
        dither = chance(self._seed, self._about, column, "dither", *row.name)
        return (value + dither * Decimal("0.999")).quantize(_ONE, ROUND_FLOOR)

    def _span(self, column: str, row: SampleRow) -> Span:
        """The row's level at the start and the end of the year."""
        about = column, row.name
        if about not in self._spans:
            self._spans[about] = self._span_of(column, row)
        return self._spans[about]

    def _span_of(self, column: str, row: SampleRow) -> Span:
        profile = self.profile(column, row)
        if profile.county is not None or profile.units:
            own = column if profile is self.profiles[column] else f"{column}\x1f{row.key}"
            starts, ends = self._dealt(own)
            return Span(start=starts.get(row.name, _ZERO), end=ends.get(row.name, _ZERO))
        if profile.share_of is not None:
            level, usual = profile.share or Span(start=_ONE, end=_ONE), _ZERO
        else:
            level = profile.each or default_profile(self.columns[column]).each or _NOTHING
            usual = _ZERO if profile.exact else _EACH_SPREAD
        spread = usual if profile.spread is None else profile.spread
        factor = 1 + spread * (self.rank(column, row) * 2 - 1)
        return Span(start=level.start * factor, end=level.end * factor)

    def part(self, column: str, row: SampleRow, total: Decimal) -> Decimal:
        """The row's part of its unit's total, in proportion to the sizes of the unit's rows."""
        profile = self.profile(column, row)
        own = [other for other in self._rows if other.unit.code == row.unit.code]
        weights = {other.name: self._weight(profile, other) for other in own}
        return dealt(total, weights, self.decimals(column, row))[row.name]

    def _deal_all(self, own: str) -> tuple[dict[tuple[str, str, int], Decimal], ...]:
        """Start and end of every row that shares one dealt-out level."""
        column, _, key = own.partition("\x1f")
        rows = [row for row in self._rows if self._is_dealt(column, key, row)]
        profile = self.profile(column, rows[0])
        weights = {row.name: self._weight(profile, row) for row in rows}
        decimals = self.decimals(column, rows[0])
        if profile.county is not None:
            county = profile.county
            return dealt(county.start, weights, decimals), dealt(county.end, weights, decimals)
        starts: dict[tuple[str, str, int], Decimal] = {}
        ends: dict[tuple[str, str, int], Decimal] = {}
        for name, span in profile.units.items():
            part = {row.name: weights[row.name] for row in rows if row.unit.name == name}
            starts |= dealt(span.start, part, decimals)
            ends |= dealt(span.end, part, decimals)
        return starts, ends

    def _is_dealt(self, column: str, key: str, row: SampleRow) -> bool:
        return row.key == key if key else row.key not in self.profiles[column].rows

    def _weight(self, profile: ColumnProfile, row: SampleRow) -> Decimal:
        if profile.by is not None:
            return self._span(profile.by, row).end
        spread = _SIZE_SPREAD if profile.spread is None else profile.spread
        size = 1 + spread * (self.rank("size", row) * 2 - 1)
        return size * self._profile.unit(row.unit.name).size / self._counts[row.unit.code]


_NOTHING = Span(start=_ZERO, end=_ZERO)
