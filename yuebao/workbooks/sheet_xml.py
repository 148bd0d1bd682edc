"""A bounded look at one worksheet part: the usual spelling by pattern, any other by parser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from yuebao.workbooks.refusal import Limits, Refused

Place = tuple[int, int]

_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?:[^>]*[^/>])?>\s*<(?:v>|is\b|f\b)')
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*? t="e"[^>]*>'
    rb"\s*(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?\s*<v>([^<]*)</v>"
)
_NO_VALUE = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"((?:[^>]*[^/>])?)>'
    rb"\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_HIDDEN_ROW = re.compile(rb'<row [^>]*?\br="(\d{1,7})"[^>]*?\bhidden="(?:1|true)"')
_COLUMN = re.compile(rb"<col ([^>]*)/?>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_TEXT_RESULT = b't="str"'


@dataclass(frozen=True, slots=True)
class Facts:
    """What a worksheet part says. ``too_far`` is a filled cell beyond the limits, if any."""

    errors: tuple[tuple[Place, str], ...] = ()
    no_value: frozenset[Place] = frozenset()
    percent: frozenset[Place] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    too_far: Place | None = None


@dataclass(slots=True)
class Gathering:
    """Facts being gathered, cell by cell."""

    errors: list[tuple[Place, str]] = field(default_factory=list)
    no_value: set[Place] = field(default_factory=set)
    percent: set[Place] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filled: set[Place] = field(default_factory=set)

    def facts(self, limits: Limits) -> Facts:
        """The facts as they stand."""
        return Facts(
            errors=tuple(self.errors),
            no_value=frozenset(self.no_value),
            percent=frozenset(self.percent),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            too_far=_too_far(self.filled, limits),
        )


def sheet_facts(part: bytes, percent_styles: frozenset[int], limits: Limits) -> Facts:
    """The facts of a worksheet part; Refused for broken XML and masses of merges."""
    if part.count(b"mergeCell ") > limits.merges:
        raise Refused("file-bomb")
    cells = _CELL.findall(part)
    plain = len(cells) == part.count(b"<c ") + part.count(b"<c>")
    if not plain or b":row" in part or b":sheetData" in part:
        return _SheetParser(percent_styles).parsed(part).facts(limits)
    return _plain_facts(part, cells, percent_styles, limits)


def _plain_facts(
    part: bytes, cells: list[tuple[bytes, bytes]], percent_styles: frozenset[int], limits: Limits
) -> Facts:
    errors = _ERROR.findall(part) if b't="e"' in part else []
    lost = _NO_VALUE.findall(part) if b"<f" in part else []
    return Facts(
        errors=tuple((_place(c, r), text.decode()) for c, r, text in errors),
        no_value=frozenset(_place(c, r) for c, r, rest in lost if _TEXT_RESULT not in rest),
        percent=_percent_cells(part, percent_styles),
        hidden_rows=frozenset(int(row) - 1 for row in _HIDDEN_ROW.findall(part)),
        hidden_columns=_hidden_columns(part),
        too_far=_plain_too_far(part, cells, limits),
    )


def _plain_too_far(part: bytes, cells: list[tuple[bytes, bytes]], limits: Limits) -> Place | None:
    """Formats alone may reach anywhere (whole columns painted): only filled cells count."""
    letters = {column for column, _ in cells}
    rows = max(map(int, {row for _, row in cells}), default=0)
    columns = max(map(_column_number, letters), default=-1) + 1
    if rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.cells:
        return None
    return _too_far({_place(c, r) for c, r in _FILLED.findall(part)}, limits)


def _too_far(filled: Iterable[Place], limits: Limits) -> Place | None:
    places = list(filled)
    if not places:
        return None
    low, right = max(places), max(places, key=lambda place: place[1])
    if low[0] >= limits.rows:
        return low
    area = (low[0] + 1) * (right[1] + 1)
    return right if right[1] >= limits.columns or area > limits.cells else None


def _percent_cells(part: bytes, styles: frozenset[int]) -> frozenset[Place]:
    if not styles:
        return frozenset()
    numbers = b"|".join(str(style).encode() for style in sorted(styles))
    pattern = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*? s="(?:' + numbers + rb')"')
    return frozenset(_place(column, row) for column, row in pattern.findall(part))


def _hidden_columns(part: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for attributes in _COLUMN.findall(part):
        found = {key.decode(): value.decode() for key, value in _ATTRIBUTE.findall(attributes)}
        hidden |= hidden_span(found)
    return frozenset(hidden)


def hidden_span(attributes: dict[str, str]) -> set[int]:
    """The columns a ``col`` element hides; empty for shown ones."""
    if attributes.get("hidden") not in {"1", "true"}:
        return set()
    first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
    return set(range(first - 1, min(last, first + 1000)))


def _place(column: bytes, row: bytes) -> Place:
    return int(row) - 1, _column_number(column)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


class _SheetParser:
    """Reads any well-formed spelling: prefixes, cells without addresses, unusual order."""

    def __init__(self, percent_styles: frozenset[int]) -> None:
        self._percent_styles = percent_styles
        self._found = Gathering()
        self._row = -1
        self._place: Place = (-1, -1)
        self._attributes: dict[str, str] = {}
        self._has_formula = False
        self._text: list[str] | None = None
        self._value = ""
        self._inline = False

    def parsed(self, part: bytes) -> Gathering:
        """What the part says; Refused where it is no XML."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(part, True)
        except (expat.ExpatError, ValueError) as error:
            raise Refused("file-damaged") from error
        return self._found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self._start_row(attributes)
        elif name == "c":
            self._start_cell(attributes)
        elif name == "f":
            self._has_formula = True
        elif name == "v":
            self._text = []
        elif name == "is":
            self._inline = True
        elif name == "col":
            self._found.hidden_columns |= hidden_span(attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 2)) - 1
        self._place = (self._row, -1)
        if attributes.get("hidden") in {"1", "true"}:
            self._found.hidden_rows.add(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", attributes.get("r", ""))
        follows = (self._row, self._place[1] + 1)
        self._place = _place(match[1].encode(), match[2].encode()) if match else follows
        self._attributes = attributes
        self._has_formula = self._inline = False
        self._value = ""

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "v" and self._text is not None:
            self._value, self._text = "".join(self._text), None
        elif name == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        kind = self._attributes.get("t", "n")
        if self._value or self._inline or self._has_formula:
            self._found.filled.add(self._place)
        if kind == "e":
            self._found.errors.append((self._place, self._value))
        elif self._has_formula and not self._value and kind != "str":
            self._found.no_value.add(self._place)
        if int(self._attributes.get("s", "0")) in self._percent_styles:
            self._found.percent.add(self._place)
