"""OpenDocument spreadsheets (.ods), read by parser: repeats are expanded within limits only."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

from yuebao.workbooks.moments import is_moment
from yuebao.workbooks.raw import (
    ErrorValue,
    Merge,
    NoValue,
    RawSheet,
    RawValue,
    cell_address,
    clean_text,
    exact_decimal,
    filled_rows,
)
from yuebao.workbooks.refusal import Limits, Refused

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_PREFIXES = {"office": _OFFICE, "table": _TABLE, "text": _TEXT, "style": _STYLE, "calcext": _CALC}
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_NOT_CELL_TEXT = frozenset({f"{_OFFICE}annotation", f"{_TABLE}tracked-changes"})
_HIDDEN = frozenset({"collapse", "filter"})
_NUMBERS = frozenset({"float", "percentage", "currency"})
_KINDS = _NUMBERS | {"", "string", "date", "time", "boolean"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_ERROR = re.compile(r"#[A-Z/0!?]+|Err:\d+")

Attributes = dict[str, str]


@dataclass(slots=True)
class _Sheet:
    """A sheet being gathered."""

    name: str
    visible: bool
    cells: dict[tuple[int, int], RawValue] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    percent: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def finished(self) -> RawSheet:
        return RawSheet(
            name=self.name,
            visible=self.visible,
            rows=filled_rows(self.cells),
            merges=tuple(self.merges),
            percent=frozenset(self.percent),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
        )


def ods_sheets(content: bytes, limits: Limits) -> tuple[RawSheet, ...]:
    """The sheets of a ``content.xml``; Refused where it breaks a limit or is no XML."""
    reader = _Reader(limits)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartNamespaceDeclHandler = _refuse_other_namespace
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, InvalidOperation) as error:
        raise Refused("file-damaged") from error
    names = {sheet.name.casefold() for sheet in reader.sheets}  # sheets are found by them
    if not names or len(names) != len(reader.sheets):
        raise Refused("file-damaged")
    return tuple(sheet.finished() for sheet in reader.sheets)


def _refuse_other_namespace(prefix: str | None, uri: str | None) -> None:
    """What stands in a namespace of one letter more or less would be passed over in silence."""
    known = _PREFIXES.get(prefix or "")
    if known is not None and known != f"{uri}}}":
        raise Refused("file-damaged")


class _Reader:
    """Follows the parser through the document."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: list[_Sheet] = []
        self._limits = limits
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._skipping = 0  # depth inside what is no cell text
        self._tables = 0  # depth of tables: a table inside a cell's drawing is not a sheet
        self._row, self._column = 0, 0
        self._row_repeat = 1
        self._row_cells: list[tuple[int, int, RawValue, Attributes]] = []
        self._in_row = False
        self._cell: Attributes | None = None
        self._paragraphs: list[str] = []
        self._in_paragraph = 0
        self._starts: dict[str, Callable[[Attributes], None]] = {
            f"{_STYLE}style": self._start_style,
            f"{_STYLE}table-properties": self._start_table_properties,
            f"{_TABLE}table-row": self._start_row,
            f"{_TABLE}table-column": self._start_column,
            f"{_TEXT}p": self._start_paragraph,
            f"{_TEXT}s": self._start_spaces,
        }

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""
        if self._skipping or tag in _NOT_CELL_TEXT:
            self._skipping += 1
            return
        if tag == f"{_TABLE}table":
            self._start_table(attributes)
        elif self._tables > 1:
            return
        elif tag in _CELLS:
            self._start_cell(attributes)
        elif self._in_row and self._cell is None:
            raise Refused("file-damaged")  # what is no cell would move those behind it
        elif tag in self._starts:
            self._starts[tag](attributes)
        elif tag in {f"{_TEXT}line-break", f"{_TEXT}tab"}:
            self.characters("\n" if tag.endswith("break") else "\t")

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._skipping:
            self._skipping -= 1
        elif tag == f"{_TABLE}table":
            self._tables -= 1
        elif self._tables > 1:
            return
        elif tag in _CELLS:
            self._end_cell()
        elif tag == f"{_TABLE}table-row":
            self._end_row()
        elif tag == f"{_TEXT}p":
            self._in_paragraph -= 1

    def characters(self, text: str) -> None:
        """Text between elements."""
        if self._in_paragraph and self._cell is not None and not self._skipping:
            self._paragraphs[-1] += text

    # --- starts -----------------------------------------------------------------------------

    def _start_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(f"{_STYLE}name", "")

    def _start_table_properties(self, attributes: Attributes) -> None:
        if attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def _start_table(self, attributes: Attributes) -> None:
        self._tables += 1
        if self._tables > 1:
            return
        self._in_row, self._cell = False, None
        if len(self.sheets) >= self._limits.sheets:
            raise Refused("file-bomb")
        visible = attributes.get(f"{_TABLE}style-name") not in self._hidden_styles
        self.sheets.append(_Sheet(attributes.get(f"{_TABLE}name", ""), visible))
        self._row = self._column = 0

    def _start_column(self, attributes: Attributes) -> None:
        if self._in_row or not self._tables:
            raise Refused("file-damaged")
        repeat = _repeat(attributes, "columns")
        if attributes.get(f"{_TABLE}visibility") in _HIDDEN:
            shown = min(repeat, self._limits.columns)
            self.sheets[-1].hidden_columns |= set(range(self._column, self._column + shown))
        self._column += repeat

    def _start_row(self, attributes: Attributes) -> None:
        if self._in_row or not self._tables:
            raise Refused("file-damaged")
        self._in_row = True
        self._column, self._row_cells = 0, []
        self._row_repeat = _repeat(attributes, "rows")
        if attributes.get(f"{_TABLE}visibility") in _HIDDEN:
            hidden = min(self._row_repeat, self._limits.rows)
            self.sheets[-1].hidden_rows |= set(range(self._row, self._row + hidden))

    def _start_cell(self, attributes: Attributes) -> None:
        has_kind = f"{_OFFICE}value-type" in attributes or f"{_CALC}value-type" not in attributes
        if attributes.get(f"{_OFFICE}value-type", "") not in _KINDS:
            raise Refused("file-damaged")
        if not self._in_row or self._cell is not None or not has_kind:
            raise Refused("file-damaged")
        self._cell, self._paragraphs = attributes, []

    def _start_paragraph(self, _attributes: Attributes) -> None:
        self._in_paragraph += 1
        self._paragraphs.append("")

    def _start_spaces(self, attributes: Attributes) -> None:
        self.characters(" " * min(_count(attributes.get(f"{_TEXT}c", "1")), 1000))

    # --- ends -------------------------------------------------------------------------------

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell or {}, None
        repeat = _repeat(attributes, "columns")
        value = _value(attributes, "\n".join(self._paragraphs))
        if value is not None:
            if self._column + repeat > self._limits.columns:
                self._too_far(self._row, self._column + repeat - 1)
            self._row_cells.append((self._column, repeat, value, attributes))
        self._column += repeat

    def _end_row(self) -> None:
        self._in_row = False
        if self._row_cells:
            last = self._row + self._row_repeat
            if last > self._limits.rows:
                self._too_far(last - 1, self._row_cells[0][0])
            for row in range(self._row, last):
                self._put_row(row)
        self._row += self._row_repeat

    def _put_row(self, row: int) -> None:
        sheet = self.sheets[-1]
        for column, repeat, value, attributes in self._row_cells:
            is_percent = attributes.get(f"{_OFFICE}value-type") == "percentage"
            for place in range(column, column + repeat):
                sheet.cells[row, place] = value
                if is_percent:
                    sheet.percent.add((row, place))
            down = _count(attributes.get(f"{_TABLE}number-rows-spanned", "1"))
            right = _count(attributes.get(f"{_TABLE}number-columns-spanned", "1"))
            if down > 1 or right > 1:
                sheet.merges.append(Merge(row, column, row + down - 1, column + right - 1))
        if len(sheet.cells) > self._limits.cells or len(sheet.merges) > self._limits.merges:
            raise Refused("file-bomb")

    def _too_far(self, row: int, column: int) -> None:
        raise Refused("file-extent", sheet=self.sheets[-1].name, value=cell_address(row, column))


def _repeat(attributes: Attributes, what: str) -> int:
    return max(_count(attributes.get(f"{_TABLE}number-{what}-repeated", "1")), 1)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Refused("file-damaged")
    return int(text)


def _value(attributes: Attributes, text: str) -> RawValue:
    kind = attributes.get(f"{_OFFICE}value-type", "")
    has_formula = f"{_TABLE}formula" in attributes
    if attributes.get(f"{_CALC}value-type") == "error":
        return ErrorValue(text)
    if has_formula and _ERROR.fullmatch(text):
        return ErrorValue(text)
    if kind in _NUMBERS:
        return _number(attributes.get(f"{_OFFICE}value"))
    if kind == "date":
        return _day(attributes.get(f"{_OFFICE}date-value"), text)
    if kind == "boolean":
        return _truth(attributes.get(f"{_OFFICE}boolean-value"))
    if kind == "time":
        return text or None
    if has_formula and not kind:
        return NoValue()
    said = attributes.get(f"{_OFFICE}string-value", text)
    return clean_text(said) or None


def _number(text: str | None) -> Decimal | NoValue:
    if text is None:
        return NoValue()
    if _NUMBER.fullmatch(text) is None:
        raise Refused("file-damaged")
    return exact_decimal(float(text))


def _truth(text: str | None) -> bool:
    if text not in {"true", "false"}:
        raise Refused("file-damaged")
    return text == "true"


def _day(said: str | None, shown: str) -> RawValue:
    if said is None:
        return shown or None
    if not is_moment(said) or said[4] != "-":
        raise Refused("file-damaged")
    return datetime.fromisoformat(said) if "T" in said else date.fromisoformat(said)
