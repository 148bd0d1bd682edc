"""The cells of a form's tables out of a workbook, by openpyxl and obvious loops.

Only forms the warehouse accepted are read: headers are known to be complete, rows to be named.
"""

import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import openpyxl
from plain_definitions import Definitions, names

HEADERS_WITHIN = 120
ENDS = ("零报告", "情况说明", "注:", "备注", "说明:", "审核人", "填表人", "联系电话")
TOTALS = ("合计", "总计", "小计")

Cell = Fraction | str | None
Row = tuple[str, dict[str, Cell]]  # the row's key (villages, listed), its cells by column


class PlainWorkbook:
    """One submitted file."""

    def __init__(self, path: Path, definitions: Definitions) -> None:
        self.definitions = definitions
        book = openpyxl.load_workbook(path, data_only=True)
        self.grids = [grid(sheet) for sheet in book.worksheets]

    def rows(self, form: str, table: str, unit: str) -> list[Row]:
        """The table's rows as the unit filled them in."""
        spec = self.definitions.table(form, table)
        others = [t for t in self.definitions.forms[form]["tables"] if t["id"] != table]
        for values, headers in self.grids:
            found = header_row(headers, spec)
            if found is None or any(header_row(headers, other) is None for other in others):
                continue
            bottom, columns = found
            below = [row for o in others if (row := header_row(headers, o)[0]) > bottom]
            last = min(below, default=len(values))
            return self._rows(spec, values[bottom + 1 : last], columns, unit)
        raise AssertionError(f"no sheet of {form} {table}")

    def _rows(self, spec: dict, body: list[list], columns: dict[str, int], unit: str) -> list[Row]:
        found: list[Row] = []
        for line in body:
            first = next((plain(cell) for cell in line if cell is not None), "")
            if first.startswith(ENDS):
                break
            cells = {name: line[place] for name, place in columns.items() if name != "(label)"}
            label = plain(line[columns["(label)"]]) if "(label)" in columns else ""
            key = self._key(spec, label, unit)
            if spec["rows"] == "open":
                if any(plain(cells[name]) for name in spec["key_columns"]):
                    found.append(("", taken(spec, cells)))
            elif key is not None:
                found.append((key, taken(spec, cells)))
        return found

    def _key(self, spec: dict, label: str, unit: str) -> str | None:
        """The key of a row by its label; None for rows that are none."""
        if not label or label.startswith(TOTALS):
            return None
        if spec["rows"] == "villages":
            known = {v["code"]: names(v) for v in self.definitions.villages(unit)}
        elif spec["rows"] == "listed":
            known = {k["id"]: {k["label"], *k.get("aliases", [])} for k in spec["keys"]}
        else:
            known = {unit: names(self.definitions.unit(unit))}
        found = [key for key, called in known.items() if label in {plain(name) for name in called}]
        return found[0] if found else None


def grid(sheet) -> tuple[list[list], list[list[str]]]:
    """The sheet's values, and the same as plain texts with merged cells filled, for the headers."""
    cells = [*sheet.iter_rows(max_row=min(sheet.max_row, 300), max_col=min(sheet.max_column, 60))]
    values = [[shown(cell) for cell in row] for row in cells]
    headers = [[plain(value) for value in row] for row in values[:HEADERS_WITHIN]]
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, len(headers)) + 1):
            for column in range(area.min_col, min(area.max_col, len(headers[0])) + 1):
                headers[row - 1][column - 1] = headers[area.min_row - 1][area.min_col - 1]
    return values, headers


def shown(cell) -> object:
    """The cell's value; a share shown in per cent as people read it."""
    if isinstance(cell.value, int | float) and "%" in (cell.number_format or ""):
        return f"{Decimal(repr(cell.value)) * 100}%"
    return cell.value


def plain(value: object) -> str:
    """A text without blanks and width."""
    return "" if value is None else plain_text(str(value))


@cache
def plain_text(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def header_row(headers: list[list[str]], spec: dict) -> tuple[int, dict[str, int]] | None:
    """The last row of the table's header and the place of each column; None if it is not here."""
    wanted = {
        column["id"]: ([column["path"], *column.get("aliases", [])], column.get("unit", ""))
        for column in spec["columns"]
        if not column.get("prefilled")
    }
    if spec.get("label"):
        wanted["(label)"] = ([spec["label"], *spec.get("label_aliases", [])], "")
    for bottom in range(len(headers)):
        stacks = [stack(headers, bottom, at) for at in range(len(headers[bottom]))]
        places: dict[str, int] = {}
        for name, (paths, unit) in wanted.items():
            at = place(stacks, paths, unit)
            if at is None:
                break
            places[name] = at
        else:
            return bottom, places
    return None


def stack(headers: list[list[str]], bottom: int, at: int) -> list[str]:
    """The labels above one another, from below; a label over several rows once."""
    found: list[str] = []
    for row in range(bottom, max(bottom - 6, -1), -1):
        label = headers[row][at]
        if not found or label != found[-1]:
            found.append(label)
    return found


def place(stacks: list[list[str]], paths: list[list[str]], unit: str) -> int | None:
    """The one column over which a header path stands; the form's own wording before others."""
    for path in paths:
        turned = [plain(label) for label in reversed(path)]
        measured = [f"{turned[0]}({plain(unit)})", *turned[1:]]
        size = len(turned)
        found = [at for at, one in enumerate(stacks) if one[:size] in (turned, measured)]
        if len(found) == 1:
            return found[0]
    return None


def taken(spec: dict, cells: dict[str, object]) -> dict[str, Cell]:
    """The cells as numbers or texts, by the type of their column."""
    kinds = {column["id"]: column for column in spec["columns"]}
    return {name: cell(value, kinds[name]) for name, value in cells.items()}


def cell(value: object, column: dict) -> Cell:
    text = plain(value)
    if not text:
        return None
    if column["type"] not in ("integer", "decimal", "percent"):
        return text
    if isinstance(value, float):
        text = format(Decimal(repr(value)), "f")
    text = text.replace(",", "").removesuffix(plain(column.get("unit", "")))
    return Fraction(round(Decimal(text), 6))
