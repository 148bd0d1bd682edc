"""Finding the tables on a sheet, by their headers, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from yuebao.workbooks.cells import shown_raw
from yuebao.workbooks.labels import LONGEST_LABEL, loosened, normalised, split_bracket
from yuebao.workbooks.numbers import is_measure
from yuebao.workbooks.raw import Merge, RawSheet
from yuebao.workbooks.signatures import LABEL, Path, Signature, SignatureIndex

SEQUENCE_LABELS = frozenset({"序号", "编号", "no", "no."})
_TOPS = 100  # rows of a sheet that are tried as the top of a header
_SPANS = 300  # merged cells of a header that are looked at
_FEWEST = 0.5  # of the wanted columns that must be recognised
_AGAIN = 0.5  # of the better one's score, for a table to be there a second time
_ALONE = 2  # a table of fewer columns is only looked for beside its form's first table


@dataclass(frozen=True, slots=True)
class HeaderLabel:
    """The last label over a column: where it stands, and its path as written.

    ``over`` is the column of the sheet; a merged label stands (``row``, ``column``) left of it.
    """

    row: int
    column: int
    bottom: int
    over: int
    path: tuple[str, ...]

    @property
    def text(self) -> str:
        return "·".join(" ".join(part.split()) for part in self.path)


@dataclass(frozen=True, slots=True)
class UnitSlip:
    """A header that names another unit of measure than the column has."""

    column: str
    unit: str
    label: HeaderLabel


@dataclass(frozen=True, slots=True)
class Block:
    """A table found: rows ``top`` to ``bottom`` are its header.

    ``columns`` maps the sheet's columns to column ids (LABEL for the one that names the row).
    """

    signature: Signature
    top: int
    bottom: int
    columns: Mapping[int, str]
    sequence: frozenset[int]
    unknown: tuple[HeaderLabel, ...]
    repeated: tuple[tuple[str, HeaderLabel], ...]
    unit_slips: tuple[UnitSlip, ...]
    labels: Mapping[str, HeaderLabel]
    score: float

    @property
    def missing(self) -> tuple[str, ...]:
        """The wanted columns that are not there, in the table's order."""
        there = set(self.columns.values())
        order = [LABEL, *(column.id for column in self.signature.table.columns)]
        return tuple(c for c in order if c in self.signature.wanted and c not in there)

    def column_of(self, column_id: str) -> int | None:
        """Where a column stands on the sheet; None where it is missing."""
        return next((at for at, known in self.columns.items() if known == column_id), None)


def header_blocks(sheet: RawSheet, index: SignatureIndex) -> tuple[Block, ...]:
    """The tables on a sheet, from top to bottom; one header row belongs to one table only."""
    found = sorted(_candidates(sheet, index), key=lambda b: (-b.score, b.bottom - b.top, b.top))
    taken: set[int] = set()
    best: dict[int, float] = {}
    blocks: list[Block] = []
    for block in found:
        rows = set(range(block.top, block.bottom + 1))
        table = id(block.signature)
        if taken.isdisjoint(rows) and block.score > _AGAIN * best.get(table, 0):
            best.setdefault(table, block.score)
            taken |= rows
            blocks.append(block)
    first = {b.signature.form.id for b in blocks if b.signature.is_first}
    kept = [b for b in blocks if _stands_alone(b) or b.signature.form.id in first]
    return tuple(sorted(kept, key=lambda block: block.top))


def _stands_alone(block: Block) -> bool:
    return block.signature.is_first and len(block.signature.wanted) > _ALONE


def _candidates(sheet: RawSheet, index: SignatureIndex) -> Iterator[Block]:
    tops = (at for at, row in enumerate(sheet.rows) if _has_top(row, index))
    for top in islice(tops, _TOPS):
        for depth in index.depths:
            if top + depth > len(sheet.rows):
                break
            labels = _labels(sheet, top, depth)
            for number in _likely(labels, index):
                block = _block(index.signatures[number], labels, top, top + depth - 1)
                if block is not None:
                    yield _above_figures(block, sheet)


def _above_figures(block: Block, sheet: RawSheet) -> Block:
    """The header ends where figures begin, however far down one of its labels is merged."""
    places = [
        row
        for label in block.labels.values()
        for row in range(label.bottom + 1, block.bottom + 1)
        if isinstance(sheet.value(row, label.over), Decimal)
    ]
    return replace(block, bottom=min(places) - 1) if places else block


def _has_top(row: tuple[object, ...], index: SignatureIndex) -> bool:
    for value in row:
        if isinstance(value, str) and len(value) <= LONGEST_LABEL and loosened(value) in index.tops:
            return True
    return False


def _likely(labels: list[HeaderLabel], index: SignatureIndex) -> list[int]:
    """The tables of which at least half the columns may be among the labels."""
    counts: dict[int, int] = {}
    for label in labels:
        for number in index.by_path.get(tuple(map(loosened, label.path)), ()):
            counts[number] = counts.get(number, 0) + 1
    return [n for n, c in counts.items() if c >= _FEWEST * len(index.signatures[n].wanted)]


def _labels(sheet: RawSheet, top: int, depth: int) -> list[HeaderLabel]:
    """The header path over each column: merged labels count for all they span."""
    bottom = top + depth - 1
    spans = [m for m in sheet.merges if top <= m.top <= bottom][:_SPANS]
    width = max(len(row) for row in sheet.rows[top : bottom + 1])
    width = max(width, *(min(m.right + 1, width + LONGEST_LABEL) for m in spans), 0)
    found: list[HeaderLabel] = []
    for column in range(width):
        label = _label_over(sheet, column, top, bottom, spans)
        if label is None or (found and _same_cell(label, found[-1])):
            continue  # a last label that spans several columns is one column
        found.append(label)
    return found


def _same_cell(one: HeaderLabel, other: HeaderLabel) -> bool:
    return (one.row, one.column) == (other.row, other.column)


def _label_over(
    sheet: RawSheet, column: int, top: int, bottom: int, spans: list[Merge]
) -> HeaderLabel | None:
    parts: list[str] = []
    place, low = (top, column), top
    seen: set[tuple[int, int]] = set()
    for row in range(top, bottom + 1):
        span = _span(row, column, spans)
        value = sheet.value(span.top, span.left)
        if value is None or (span.top, span.left) in seen:
            continue
        seen.add((span.top, span.left))
        parts.append(value if isinstance(value, str) else shown_raw(value))
        place, low = (span.top, span.left), span.bottom
    return HeaderLabel(*place, low, column, tuple(parts)) if parts else None


def _span(row: int, column: int, spans: list[Merge]) -> Merge:
    for span in spans:
        if span.top <= row <= span.bottom and span.left <= column <= span.right:
            return span
    return Merge(row, column, row, column)


class _Matching:
    """One table's columns being found among header labels, from left to right."""

    def __init__(self, signature: Signature) -> None:
        self._signature = signature
        self.columns: dict[int, str] = {}
        self.labels: dict[str, HeaderLabel] = {}
        self.sequence: set[int] = set()
        self.unknown: list[HeaderLabel] = []
        self.repeated: list[tuple[str, HeaderLabel]] = []
        self.unit_slips: list[UnitSlip] = []
        self._parents: Path = ()

    def take(self, label: HeaderLabel) -> None:
        """Find the label's column; a label without a parent may inherit its left neighbour's."""
        path = tuple(map(normalised, label.path))
        column = self._signature.column_at(path)
        if column is None or column in self.labels:
            inherited = (*self._parents, *path)
            heir = self._signature.column_at(inherited) if self._parents else None
            if heir is not None and heir not in self.labels:
                column, path = heir, inherited
        self._parents = path[:-1]
        self._place(column, path, label)

    def _place(self, column: str | None, path: Path, label: HeaderLabel) -> None:
        if column is None:
            if loosened(path[-1]) in SEQUENCE_LABELS:
                self.sequence.add(label.over)
            else:
                self.unknown.append(label)
        elif column in self.labels:
            self.repeated.append((column, label))
        else:
            self.columns[label.over] = column
            self.labels[column] = label
            self._compare_unit(column, path, label)

    def _compare_unit(self, column: str, path: Path, label: HeaderLabel) -> None:
        if path in self._signature.exact:
            return
        own = self._signature.unit_of(column)
        written = [unit for _, unit in map(split_bracket, path) if is_measure(unit, own)]
        if written and written[-1] != own and own:
            self.unit_slips.append(UnitSlip(column, written[-1], label))


def _block(signature: Signature, labels: list[HeaderLabel], top: int, bottom: int) -> Block | None:
    matching = _Matching(signature)
    for label in labels:
        matching.take(label)
    matched = len(signature.wanted & matching.labels.keys())
    present = matched + len(matching.unknown)
    wanted = len(signature.wanted)
    if matched < max(_FEWEST * wanted, 1) or (wanted <= _ALONE and present > wanted):
        return None
    return Block(
        signature=signature,
        top=top,
        bottom=max(bottom, *(label.bottom for label in matching.labels.values())),
        columns=matching.columns,
        sequence=frozenset(matching.sequence),
        unknown=tuple(matching.unknown),
        repeated=tuple(matching.repeated),
        unit_slips=tuple(matching.unit_slips),
        labels=matching.labels,
        score=matched * matched / (wanted * present),
    )
