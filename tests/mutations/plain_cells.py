"""What stands in a workbook's cells, read by zipfile, ElementTree and xlrd in obvious loops.

It shares nothing with the reader under test and is strict: a file whose cells have no one clear
meaning (two cells in one place, a text that is not there) is Unclear.
"""

import io
import re
import zipfile
import zlib
from calendar import monthrange
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.etree import ElementTree

import xlrd
from plain_book import opened

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
QUOTED = re.compile(r'"[^"]*"|\\.')
XLS_ERRORS = xlrd.error_text_from_code
HIDDEN = 3  # the bits of eight that say so in an .xls
LOST = ("lost", "")

Place = tuple[int, int]
Cell = tuple[str, object]  # its kind (text, number, error, truth, lost) and what it says


class Unclear(Exception):  # noqa: N818  # an outcome, not a fault
    """The file does not say clearly what stands where."""


@dataclass
class PlainSheet:
    """A sheet's cells that are not blank."""

    name: str
    visible: bool
    cells: dict[Place, Cell] = field(default_factory=dict)
    percent: set[Place] = field(default_factory=set)
    merges: set[tuple[int, int, int, int]] = field(default_factory=set)

    def put(self, place: Place, cell: Cell | None) -> None:
        if cell is None or cell == ("text", ""):
            return
        if place in self.cells:
            raise Unclear(f"two cells at {place}")
        self.cells[place] = cell


def plain_sheets(content: bytes) -> list[PlainSheet]:
    """The sheets of an .xlsx, .xls or .ods; Unclear where it is none or broken."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return xls_sheets(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len({name.lower() for name in names}) != len(names):
                raise Unclear("two parts of one name")
            parts = {name.lower(): archive.read(name) for name in names if is_markup(name)}
            if "content.xml" in parts and "xl/workbook.xml" not in parts:
                return ods_sheets(tree(parts["content.xml"]))
            return xlsx_sheets(parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise Unclear(str(error)) from error
    except (KeyError, ValueError, NotImplementedError) as error:
        raise Unclear(repr(error)) from error


def is_markup(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def tree(part: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in part:
        raise Unclear("a document type")
    try:
        return ElementTree.fromstring(part)  # noqa: S314  # without entities
    except (ElementTree.ParseError, LookupError) as error:
        raise Unclear(str(error)) from error


def local(name: str) -> str:
    return name.rpartition("}")[2]


def children(element: ElementTree.Element | None, name: str) -> list[ElementTree.Element]:
    return [child for child in element if local(child.tag) == name] if element is not None else []


def child(element: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    return next(iter(children(element, name)), None)


def attribute(element: ElementTree.Element, name: str, default: str = "") -> str:
    return next((v for k, v in element.items() if local(k) == name), default)


def whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise Unclear(f"{text!r} is no count")
    return int(text)


# --- xlsx -----------------------------------------------------------------------------------


def xlsx_sheets(parts: dict[str, bytes]) -> list[PlainSheet]:
    strings = shared_strings(parts)
    percent, styles = percent_styles(parts)
    targets = relations(parts)
    found = []
    for listed in children(child(tree(parts["xl/workbook.xml"]), "sheets"), "sheet"):
        target = targets.get(attribute(listed, "id"))
        if target is None or target not in parts:
            raise Unclear(f"no part for {listed.attrib}")
        state = attribute(listed, "state", "visible")
        sheet = PlainSheet(attribute(listed, "name"), state == "visible")
        fill_sheet(sheet, tree(parts[target]), strings, percent, styles)
        found.append(sheet)
    if not found:
        raise Unclear("no sheets")
    return found


def relations(parts: dict[str, bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for relation in tree(parts["xl/_rels/workbook.xml.rels"]):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else join("xl", target)
        if relation.get("Id", "") in found:
            raise Unclear("two relations of one name")
        found[relation.get("Id", "")] = normpath(path).lower()
    return found


def shared_strings(parts: dict[str, bytes]) -> list[str]:
    if "xl/sharedstrings.xml" not in parts:
        return []
    return [text_of(item) for item in children(tree(parts["xl/sharedstrings.xml"]), "si")]


def text_of(item: ElementTree.Element) -> str:
    """The text of a string item: its own, or its runs', never the reading aid above it."""
    runs = [item, *children(item, "r")]
    return "".join(t.text or "" for run in runs for t in children(run, "t"))


def percent_styles(parts: dict[str, bytes]) -> tuple[set[int], int]:
    """The styles that show per cent, and how many styles there are."""
    if "xl/styles.xml" not in parts:
        return set(), 0
    root = tree(parts["xl/styles.xml"])
    formats = {9, 10}
    for one in children(child(root, "numFmts"), "numFmt"):
        if "%" in QUOTED.sub("", one.get("formatCode", "")):
            formats.add(whole(one.get("numFmtId", "0")))
    styles = [whole(xf.get("numFmtId", "0")) for xf in children(child(root, "cellXfs"), "xf")]
    return {at for at, number in enumerate(styles) if number in formats}, len(styles)


def fill_sheet(
    sheet: PlainSheet,
    root: ElementTree.Element,
    strings: list[str],
    percent: set[int],
    styles: int,
) -> None:
    at = -1
    for data in children(root, "sheetData"):
        for row in children(data, "row"):
            at = whole(row.get("r", str(at + 2))) - 1
            column = -1
            for cell in children(row, "c"):
                place = placed(cell.get("r"), at, column + 1)
                column = place[1]
                sheet.put(place, xlsx_cell(cell, strings))
                style = whole(cell.get("s", "0"))
                if style >= max(styles, 1):
                    raise Unclear(f"style {style} of {styles}")
                if style in percent:
                    sheet.percent.add(place)
    for area in children(child(root, "mergeCells"), "mergeCell"):
        sheet.merges.add(merged(area.get("ref", "")))


def placed(address: str | None, row: int, column: int) -> Place:
    if address is None:
        return row, column
    place = place_of(address)
    if place[0] != row:
        raise Unclear(f"{address} in row {row + 1}")
    return place


def place_of(address: str) -> Place:
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise Unclear(f"{address!r} is no address")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    if column > 16_384 or int(match[2]) > 1_048_576:
        raise Unclear(f"{address!r} is off the sheet")
    return int(match[2]) - 1, column - 1


def merged(ref: str) -> tuple[int, int, int, int]:
    first, _, last = ref.partition(":")
    (top, left), (bottom, right) = place_of(first), place_of(last or first)
    if top > bottom or left > right:
        raise Unclear(f"{ref!r} is no area")
    return top, left, bottom, right


def xlsx_cell(cell: ElementTree.Element, strings: list[str]) -> Cell | None:
    kind = cell.get("t", "n")
    value, has_formula = child(cell, "v"), child(cell, "f") is not None
    said = (value.text or "") if value is not None else ""
    if kind == "inlineStr":
        inline = child(cell, "is")
        return ("text", text_of(inline)) if inline is not None else None
    if kind == "str":
        return "text", said
    if not said.strip():
        return LOST if has_formula else None
    return stored(kind, said, strings)


def stored(kind: str, said: str, strings: list[str]) -> Cell:
    """What a value means by its kind."""
    if kind == "s":
        place = whole(said.strip())
        if place >= len(strings):
            raise Unclear(f"text {place} of {len(strings)}")
        return "text", strings[place]
    if kind == "e":
        return "error", said
    if kind == "b":
        return "truth", bool(whole(said.strip()))
    if kind == "d":
        return "text", moment(said.strip())
    if kind != "n":
        raise Unclear(f"a cell of kind {kind!r}")
    return "number", number(said)


def moment(said: str) -> str:
    """A day, a time of day, or both; as the standard has it, spelled as ISO 8601 does."""
    day, _, hour = said.partition("T") if "T" in said or "-" in said[:8] else ("", "", said)
    if day and not ((found := DAY.fullmatch(day)) and is_day(*map(int, found.groups()))):
        raise Unclear(f"{said!r} is no day")
    if ("T" in said or not day) and not HOUR.fullmatch(hour):
        raise Unclear(f"{said!r} is no time")
    return said


def is_day(year: int, month: int, day: int) -> bool:
    return year > 0 and 0 < month < 13 and 0 < day <= monthrange(year, month)[1]


def number(said: str) -> float:
    if not NUMBER.fullmatch(said.strip()):
        raise Unclear(f"{said!r} is no number")
    found = float(said)
    if found in (float("inf"), float("-inf")):
        raise Unclear(f"{said!r} is endless")
    return found


# --- ods ------------------------------------------------------------------------------------


def ods_sheets(root: ElementTree.Element) -> list[PlainSheet]:
    hidden = {
        attribute(style, "name")
        for style in root.iter()
        if local(style.tag) == "style"
        for one in children(style, "table-properties")
        if attribute(one, "display") == "false"
    }
    body = child(child(root, "body"), "spreadsheet")
    found = []
    for table in children(body, "table"):
        visible = attribute(table, "style-name") not in hidden
        sheet = PlainSheet(attribute(table, "name"), visible)
        fill_table(sheet, table)
        found.append(sheet)
    if not found:
        raise Unclear("no sheets")
    return found


def fill_table(sheet: PlainSheet, table: ElementTree.Element) -> None:
    at = 0
    for row in rows_within(table):
        repeat = repeated(row, "number-rows-repeated")
        cells = ods_cells(row)
        for down in range(repeat if cells else 0):
            if down > 10_000:
                raise Unclear("rows without end")
            for column, cell, percent, right, below in cells:
                place = (at + down, column)
                sheet.put(place, cell)
                if percent:
                    sheet.percent.add(place)
                if right > 1 or below > 1:
                    sheet.merges.add((*place, at + down + below - 1, column + right - 1))
        at += repeat


def rows_within(element: ElementTree.Element) -> list[ElementTree.Element]:
    found = []
    for one in element:
        if local(one.tag) == "table-row":
            found.append(one)
        elif local(one.tag) in ("table-row-group", "table-header-rows", "table-rows"):
            found += rows_within(one)
    return found


def ods_cells(row: ElementTree.Element) -> list[tuple[int, Cell, bool, int, int]]:
    at, found = 0, []
    for cell in row:
        if local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        repeat = repeated(cell, "number-columns-repeated")
        value = ods_cell(cell)
        if value is not None and value != ("text", ""):
            if repeat > 1_000:
                raise Unclear("columns without end")
            percent = attribute(cell, "value-type") == "percentage"
            right = repeated(cell, "number-columns-spanned")
            below = repeated(cell, "number-rows-spanned")
            found += [(at + n, value, percent, right, below) for n in range(repeat)]
        at += repeat
    return found


def repeated(element: ElementTree.Element, name: str) -> int:
    return max(whole(attribute(element, name, "1")), 1)


def ods_cell(cell: ElementTree.Element) -> Cell | None:
    kinds = kinds_of(cell)
    has_formula = bool(attribute(cell, "formula"))
    text = "\n".join(paragraph(p) for p in children(cell, "p"))
    if "error" in kinds or (has_formula and text.startswith(("#", "Err:"))):
        return "error", text
    kind = kinds[0] if kinds else ""
    if kind in ("float", "percentage", "currency"):
        said = attribute(cell, "value")
        return ("number", number(said)) if said else LOST
    if kind == "date":
        return "text", attribute(cell, "date-value", text)
    if kind == "boolean":
        said = attribute(cell, "boolean-value")
        if said not in ("true", "false"):
            raise Unclear(f"{said!r} is no truth")
        return "truth", said == "true"
    if kind not in ("", "string", "time"):
        raise Unclear(f"a cell of kind {kind!r}")
    if has_formula and not kind:
        return LOST
    return "text", attribute(cell, "string-value", text)


def kinds_of(cell: ElementTree.Element) -> list[str]:
    """The kind of a cell, and what LibreOffice adds to it."""
    types = [(k, v) for k, v in cell.items() if local(k) == "value-type"]
    if types and not any("office:1.0" in k for k, _ in types):
        raise Unclear("a kind for some programs only")
    return [v for k, v in sorted(types, key=lambda one: "office:1.0" not in one[0])]


def paragraph(element: ElementTree.Element) -> str:
    said = element.text or ""
    for one in element:
        if local(one.tag) == "s":
            said += " " * repeated(one, "c")
        elif local(one.tag) in ("line-break", "tab"):
            said += "\n" if local(one.tag) == "line-break" else "\t"
        elif local(one.tag) != "annotation":
            said += paragraph(one)
        said += one.tail or ""
    return said


# --- xls ------------------------------------------------------------------------------------


def xls_sheets(content: bytes) -> list[PlainSheet]:
    try:
        book = opened(content)
        return [xls_sheet(book, sheet) for sheet in book.sheets()]
    except Unclear:
        raise
    except Exception as error:  # whatever it stumbles over
        raise Unclear(repr(error)) from error


def xls_sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> PlainSheet:
    found = PlainSheet(sheet.name, sheet.visibility & HIDDEN == 0)
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            found.put((row, column), xls_cell(cell))
            style = book.xf_list[cell.xf_index] if cell.xf_index is not None else None
            known = book.format_map.get(style.format_key) if style else None
            code = known.format_str or "" if known else ""  # none: a day, as the language has it
            if "%" in QUOTED.sub("", code):
                found.percent.add((row, column))
    for top, bottom, left, right in sheet.merged_cells:
        found.merges.add((top, left, bottom - 1, right - 1))
    return found


def xls_cell(cell: xlrd.sheet.Cell) -> Cell | None:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return "text", cell.value
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return "error", XLS_ERRORS.get(cell.value, "#N/A")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "truth", bool(cell.value)
    return "number", cell.value
