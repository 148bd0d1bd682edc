"""Which rows of the sheet belong to a table, and what kind of row each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from yuebao.workbooks.headers import Block
from yuebao.workbooks.labels import normalised
from yuebao.workbooks.numbers import number_in
from yuebao.workbooks.raw import ErrorValue, NoValue, RawSheet, RawValue
from yuebao.workbooks.signatures import LABEL

TOTALS = frozenset({"合计", "总计", "共计", "全乡合计", "全镇合计", "全县合计", "乡镇合计"})
SUBTOTALS = frozenset({"小计"})
ZERO_REPORT = "零报告"
EXPLANATION = "情况说明"
_ENDS = (
    ZERO_REPORT, EXPLANATION, "注:", "备注:", "说明:", "填表说明", "填报说明", "审核人", "填表人",
    "填报人", "制表人", "复核人", "负责人", "单位负责人", "主要负责人", "分管领导", "联系电话",
    "联系人", "填报单位", "填报时间", "填表时间",
)  # fmt: skip
_WITH_NUMBERS = (ZERO_REPORT, EXPLANATION, "联系电话", "填报时间", "填表时间")
_COPIED = 200  # rows over which a merged text is repeated
_END_WORDS = frozenset({"注", "备注", "说明"})


class RowKind(Enum):
    """What a row under a header is."""

    DATA = auto()
    TOTAL = auto()
    SUBTOTAL = auto()
    REMARK = auto()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that is not blank; ``after_blank`` where a blank row (or the 合计) stands above it."""

    row: int
    kind: RowKind
    after_blank: bool


def table_rows(sheet: RawSheet, block: Block, until: int) -> Iterator[SheetRow]:
    """The rows under a header, to the row before ``until`` or the first 注, 审核人 and the like.

    Blank rows, and rows with nothing but a number in the 序号 column, are passed over.
    """
    spans = {m.top: m.right - m.left for m in sheet.merges if m.right > m.left}
    after_blank = False
    for row in range(block.bottom + 1, min(until, len(sheet.rows))):
        values = sheet.rows[row]
        filled = [c for c, v in enumerate(values) if v is not None]
        if not [c for c in filled if c not in block.sequence or isinstance(values[c], str)]:
            after_blank = True
            continue
        first = values[filled[0]]
        if isinstance(first, str) and ends_table(first):
            return
        kind = _kind(block, values, filled, spans.get(row, 0))
        yield SheetRow(row, kind, after_blank)
        after_blank = kind is RowKind.TOTAL or (after_blank and kind is RowKind.REMARK)


def figures_below(
    sheet: RawSheet, block: Block, until: int, columns: Mapping[int, bool]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Rows from the end of a table on with figures in its columns: a 说明 cut it short.

    ``columns`` says of each column whether it is one of numbers: there a text may be a figure.
    Of 零报告, 情况说明, the notes and the signatures nothing is yielded; a row is none of these
    that begins as they do (负责人培训基地) and has several figures.
    """
    ended = False
    for row in range(block.bottom + 1, min(until, len(sheet.rows))):
        values = sheet.rows[row]
        first = next((value for value in values if value is not None), None)
        ends = isinstance(first, str) and ends_table(first)
        ended = ended or ends
        found = tuple(at for at in columns if _is_figure(sheet.value(row, at), columns[at]))
        if ended and found and not (ends and _is_note(values, len(found))):
            yield row, found


def _is_note(values: tuple[RawValue, ...], figures: int) -> bool:
    """Whether a row that begins as a note or a signature is one, and no row of a table."""
    texts = [value for value in values if isinstance(value, str)]
    label = normalised(texts[0])
    if label in _END_WORDS:
        return False
    return figures < 2 or label.startswith(_WITH_NUMBERS) or sum(map(ends_table, texts)) > 1


def _is_figure(value: RawValue, counted: bool) -> bool:
    """A number; where numbers belong also one written as text (12户), or that got lost."""
    if isinstance(value, str):
        return counted and number_in(value) is not None
    lost = isinstance(value, ErrorValue | NoValue | bool)
    return isinstance(value, Decimal) or (counted and lost)


def ends_table(text: str) -> bool:
    """Whether a row that starts with this text stands below the tables."""
    label = normalised(text)
    return label in _END_WORDS or label.startswith(_ENDS)


def _kind(block: Block, values: tuple[RawValue, ...], filled: list[int], span: int) -> RowKind:
    for column in filled[:3]:
        value = values[column]
        label = normalised(value) if isinstance(value, str) and len(value) < 20 else ""
        if label in TOTALS:
            return RowKind.TOTAL
        if label in SUBTOTALS:
            return RowKind.SUBTOTAL
    is_alone = len(filled) == 1 and isinstance(values[filled[0]], str)
    if is_alone and (span or filled[0] not in block.columns):
        return RowKind.REMARK
    return RowKind.DATA


def merged_texts(sheet: RawSheet, block: Block, until: int) -> Mapping[tuple[int, int], RawValue]:
    """What stands in merged cells below a header, for each row the merge spans.

    The row's name may also be merged with cells to its left. Numbers are never taken from here.
    """
    last = min(until, len(sheet.rows))
    label_at = block.column_of(LABEL)
    copies: dict[tuple[int, int], RawValue] = {}
    for merge in sheet.merges:
        value = sheet.value(merge.top, merge.left)
        if value is None or merge.top <= block.bottom or merge.top >= last:
            continue
        places = {merge.left}
        if label_at is not None and merge.left <= label_at <= merge.right:
            places.add(label_at)
        for row in range(merge.top, min(merge.bottom + 1, last, merge.top + _COPIED)):
            copies.update({(row, place): value for place in places})
    return copies
