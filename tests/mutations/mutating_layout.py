"""Changes to how a sheet is laid out: what clerks do to a form that was sent to them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from yuebao.workbooks.raw import ErrorValue, Merge, NoValue, RawSheet, RawValue, trimmed_rows

PUT: tuple[RawValue, ...] = (
    "说明", "合计", "小计", "备注", "注：", "审核人：", "填表人：张三", "零报告", "情况说明",
    "序号", "其中", "面积", "x", "5", "12户", "1,234", Decimal(7), Decimal(3), None, None, True,
    ErrorValue("#REF!"), NoValue(),
)  # fmt: skip
LIKE_AN_END = ("负责人培训基地", "说明会场", "联系人示范点", "情况说明馆", "备注：x", "零报告村")


@dataclass
class Layout:
    """A sheet while it is being changed."""

    grid: list[list[RawValue]]
    merges: list[Merge]

    @property
    def height(self) -> int:
        return len(self.grid)

    @property
    def width(self) -> int:
        return max(map(len, self.grid))

    def value(self, row: int, column: int) -> RawValue:
        cells = self.grid[row]
        return cells[column] if column < len(cells) else None

    def put(self, row: int, column: int, value: RawValue) -> None:
        cells = self.grid[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value

    def anywhere(self, draw: random.Random) -> tuple[int, int]:
        return draw.randrange(self.height), draw.randrange(self.width + 2)


Change = Callable[[random.Random, Layout], None]


def put(draw: random.Random, layout: Layout) -> None:
    layout.put(*layout.anywhere(draw), draw.choice(PUT))


def cell_copied(draw: random.Random, layout: Layout) -> None:
    layout.put(*layout.anywhere(draw), layout.value(*layout.anywhere(draw)))


def cells_swapped(draw: random.Random, layout: Layout) -> None:
    one, other = layout.anywhere(draw), layout.anywhere(draw)
    first, second = layout.value(*one), layout.value(*other)
    layout.put(*one, second)
    layout.put(*other, first)


def merged(draw: random.Random, layout: Layout) -> None:
    row, column = layout.anywhere(draw)
    bottom = min(row + draw.randint(0, 4), layout.height - 1)
    right = column + draw.randint(0, 3)
    if (bottom, right) != (row, column):
        layout.merges.append(Merge(row, column, bottom, right))


def unmerged(draw: random.Random, layout: Layout) -> None:
    if layout.merges:
        layout.merges.pop(draw.randrange(len(layout.merges)))


def row_in(draw: random.Random, layout: Layout) -> None:
    blank: list[RawValue] = [None] * 3
    row = blank if draw.random() < 0.3 else list(draw.choice(layout.grid))
    layout.grid.insert(draw.randrange(layout.height), row)


def row_out(draw: random.Random, layout: Layout) -> None:
    if layout.height > 3:
        layout.grid.pop(draw.randrange(layout.height))


def rows_swapped(draw: random.Random, layout: Layout) -> None:
    one, other = draw.randrange(layout.height), draw.randrange(layout.height)
    layout.grid[one], layout.grid[other] = layout.grid[other], layout.grid[one]


def column_in(draw: random.Random, layout: Layout) -> None:
    at = draw.randrange(layout.width + 1)
    for row in layout.grid:
        row.insert(min(at, len(row)), None)


def column_out(draw: random.Random, layout: Layout) -> None:
    at = draw.randrange(layout.width)
    for row in layout.grid:
        del row[at : at + 1]


def block_copied(draw: random.Random, layout: Layout) -> None:
    """Several rows a second time, mostly with their merged cells: a header, a whole table."""
    first = draw.randrange(layout.height)
    last = min(first + draw.randint(2, 8), layout.height)
    at = draw.choice((layout.height, draw.randrange(layout.height)))
    layout.grid[at:at] = [list(row) for row in layout.grid[first:last]]
    if draw.random() < 0.7:
        down = at - first
        layout.merges += [
            replace(m, top=m.top + down, bottom=m.bottom + down)
            for m in layout.merges
            if first <= m.top and m.bottom < last
        ]


def named_like_an_end(draw: random.Random, layout: Layout) -> None:
    """A row called by what else begins the notes or signatures below a table."""
    row = draw.randrange(layout.height)
    unnumbered(layout, row)
    layout.put(row, draw.randint(0, 2), draw.choice(LIKE_AN_END))


def numbers_off(draw: random.Random, layout: Layout) -> None:
    """Rows without their running number."""
    first = draw.randrange(layout.height)
    for row in range(first, min(first + 3, layout.height)):
        unnumbered(layout, row)


def unnumbered(layout: Layout, row: int) -> None:
    if isinstance(layout.value(row, 0), Decimal):
        layout.put(row, 0, None)


CHANGES: tuple[Change, ...] = (
    put, put, put, cell_copied, cells_swapped, merged, unmerged, row_in, row_out, rows_swapped,
    column_in, column_out, block_copied, named_like_an_end, numbers_off,
)  # fmt: skip


def laid_out_otherwise(draw: random.Random, sheet: RawSheet) -> tuple[str, RawSheet]:
    """The sheet changed once or a few times, and the names of what was done to it."""
    layout = Layout([list(row) for row in sheet.rows], list(sheet.merges))
    names = []
    for _ in range(draw.choice((1, 1, 2, 3, 4))):
        change = draw.choice(CHANGES)
        change(draw, layout)
        names.append(change.__name__)
    return " + ".join(names), replace(
        sheet, rows=trimmed_rows(layout.grid), merges=tuple(layout.merges)
    )
