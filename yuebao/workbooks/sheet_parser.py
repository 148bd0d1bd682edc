"""A worksheet part in any well-formed spelling, read by parser and taken strictly.

Two cells in one place, a cell that says it stands in another row, a value that is not of its kind:
such a part has no one meaning and is refused.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from yuebao.workbooks.facts import FARTHEST, Gathering, Place, hidden_span, place_of
from yuebao.workbooks.moments import is_moment
from yuebao.workbooks.refusal import Refused
from yuebao.workbooks.shared_texts import belongs
from yuebao.workbooks.sheet_grammar import is_area

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_AREA = re.compile(rf"{_ADDRESS.pattern}(?::{_ADDRESS.pattern})?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COUNT = re.compile(r"[0-9]{1,7}")
_WITHIN = {"sheetData": "worksheet", "row": "sheetData", "c": "row"}
_PARTS_OF_CELL = {"f": 0, "v": 1, "is": 2}  # in their order; the library takes the last
_KINDS = frozenset({"n", "s", "b", "e", "str", "inlineStr", "d"})
_TEXTS = frozenset({"e", "str", "inlineStr"})
_NEVER_LOST = frozenset({"str", "inlineStr"})


class SheetParser:
    """Reads one part: prefixes, cells without addresses, blanks between elements."""

    def __init__(self, percent_styles: frozenset[int], styles: int) -> None:
        self._percent_styles = percent_styles
        self._styles = styles
        self._found = Gathering()
        self._path: list[str] = []
        self._part = b""
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._has_data = False
        self._row = -1
        self._place: Place = (-1, -1)
        self._attributes: dict[str, str] = {}
        self._seen: set[str] = set()
        self._text: list[str] | None = None
        self._value, self._value_at = "", -1
        self._spelling = b""

    def parsed(self, part: bytes) -> Gathering:
        """What the part says; Refused where it is no XML, or not of one meaning."""
        self._part = part
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        try:
            self._parser.Parse(part, True)
        except (expat.ExpatError, ValueError) as error:
            raise Refused("file-damaged") from error
        return self._found

    # --- elements ---------------------------------------------------------------------------

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        above = self._path[-1] if self._path else ""
        if not self._may_stand(name, above):
            raise Refused("file-damaged")
        self._path.append(name)
        if name == "sheetData":
            self._start_data()
        elif name == "row":
            self._start_row(attributes)
        elif name == "c":
            self._start_cell(attributes)
        elif above == "c" and name in _PARTS_OF_CELL:
            self._start_part_of_cell(name)
        elif name == "mergeCell":
            self._start_merge(attributes.get("ref", ""))
        elif name == "col":
            self._found.hidden_columns |= hidden_span(attributes)

    def _may_stand(self, name: str, above: str) -> bool:
        if "is" in self._path:
            return belongs(name, "si" if above == "is" else above)
        return name not in _WITHIN or above == _WITHIN[name]

    def _start_merge(self, ref: str) -> None:
        match = _AREA.fullmatch(ref)
        if match is None or not is_area(*((part or "").encode() for part in match.groups())):
            raise Refused("file-damaged")

    def _start_data(self) -> None:
        if self._has_data:
            raise Refused("file-damaged")
        self._has_data = True

    def _start_row(self, attributes: dict[str, str]) -> None:
        row = _count(attributes["r"]) - 1 if "r" in attributes else self._row + 1
        if not self._row < row < FARTHEST[0]:
            raise Refused("file-damaged")
        self._row, self._place = row, (row, -1)
        if attributes.get("hidden") in {"1", "true"}:
            self._found.hidden_rows.add(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        if self._part.find(b"&", at, self._part.find(b">", at)) >= 0:
            raise Refused("file-damaged")  # the library takes a style as it is written
        self._place = self._stands(attributes.get("r"))
        self._attributes, self._seen = attributes, set()
        self._value, self._spelling = "", b""

    def _stands(self, address: str | None) -> Place:
        """Where a cell stands: where it says, or right of the one before."""
        if address is None:
            return self._row, self._place[1] + 1
        match = _ADDRESS.fullmatch(address)
        place = place_of(match[1].encode(), match[2].encode()) if match else None
        if place is None or place[0] != self._row:
            raise Refused("file-damaged")
        if not self._place[1] < place[1] < FARTHEST[1]:
            raise Refused("file-damaged")
        return place

    def _start_part_of_cell(self, name: str) -> None:
        if any(_PARTS_OF_CELL[before] >= _PARTS_OF_CELL[name] for before in self._seen):
            raise Refused("file-damaged")
        self._seen.add(name)
        if name == "v":
            self._text, self._value_at = [], self._parser.CurrentByteIndex

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        self._path.pop()
        if name == "v" and self._text is not None:
            self._value, self._text = "".join(self._text), None
            element = self._part[self._value_at : self._parser.CurrentByteIndex]
            self._spelling = element.partition(b">")[2]
        elif name == "c":
            self._end_cell()

    # --- cells ------------------------------------------------------------------------------

    def _end_cell(self) -> None:
        kind = self._attributes.get("t", "n")
        style = _count(self._attributes.get("s", "0"))
        if "is" in self._seen and kind != "inlineStr":
            raise Refused("file-damaged")
        if kind not in _KINDS or style >= self._styles or not self._is_of_kind(kind):
            raise Refused("file-damaged")
        if self._value or self._seen - {"v"}:
            self._found.filled.add(self._place)
        if kind == "e" and self._value:
            self._found.errors.append((self._place, self._value))
        elif "f" in self._seen and not self._value and kind not in _NEVER_LOST:
            self._found.no_value.add(self._place)
        if style in self._percent_styles:
            self._found.percent.add(self._place)

    def _is_of_kind(self, kind: str) -> bool:
        """Whether the value is what the cell says it is, in a spelling every reader knows.

        The library takes a text number it cannot read for the first text, and of a value with
        markup in it a piece.
        """
        if b"<" in self._spelling or (b"&" in self._spelling and kind not in _TEXTS):
            return False
        if not self._value:
            return True
        if kind == "n":
            return _NUMBER.fullmatch(self._value) is not None
        if kind == "s":
            return _COUNT.fullmatch(self._value) is not None
        if kind == "d":
            return is_moment(self._value)
        return kind != "b" or self._value in {"0", "1"}


def _count(text: str) -> int:
    if _COUNT.fullmatch(text) is None:
        raise Refused("file-damaged")
    return int(text)
