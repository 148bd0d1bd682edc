"""An .xlsx as its parts: changed in place, written again with everything else as it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath, relpath
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any  # an lxml element; the library carries no types

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT_TYPES = "[Content_Types].xml"
_BOOK = "xl/workbook.xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BOOK_ORDER = ("sheets", "functionGroups", "externalReferences", "definedNames")


class NotEditable(Exception):  # noqa: N818  # an outcome, not a fault
    """The file is no .xlsx that can be changed part by part."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A worksheet as the workbook lists it, at which place, and the part it is kept in."""

    name: str
    index: int
    part: str


def tag(name: str) -> str:
    """The name in the namespace of spreadsheets."""
    return f"{{{MAIN}}}{name}"


class Package:
    """The parts of a workbook; NotEditable where it is none of the usual kind."""

    def __init__(self, content: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self._parts = {i.filename: archive.read(i) for i in archive.infolist()}
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
            raise NotEditable from error
        self._trees: dict[str, Element] = {}
        if not {_BOOK, _CONTENT_TYPES, "xl/styles.xml"} <= self._parts.keys():
            raise NotEditable
        if self.book.tag != tag("workbook"):
            raise NotEditable  # Strict Open XML has names of its own

    # --- parts ------------------------------------------------------------------------------

    @property
    def book(self) -> Element:
        """The root of the workbook part."""
        return self.tree(_BOOK)

    def has(self, part: str) -> bool:
        return part in self._parts

    def tree(self, part: str) -> Element:
        """The root of an XML part; what is changed in it is written."""
        if part not in self._trees:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            try:
                self._trees[part] = etree.fromstring(self._parts[part], parser)
            except (KeyError, etree.XMLSyntaxError) as error:
                raise NotEditable from error
        return self._trees[part]

    def text(self, part: str) -> str:
        """A part as text, as it stands now; "" for none."""
        kept = self._parts.get(part, b"")
        return self._serialised(part, kept).decode("utf-8", errors="replace")

    def put(self, part: str, content: str) -> None:
        """Write a part as a whole."""
        self._trees.pop(part, None)
        self._parts[part] = content.encode("utf-8")

    def remove(self, part: str) -> None:
        """Take a part out, with its own relations and its content type."""
        for name in (part, _relations_of(part)):
            self._parts.pop(name, None)
            self._trees.pop(name, None)
        for override in self._types():
            if override.get("PartName") == f"/{part}":
                override.getparent().remove(override)

    def free_name(self, pattern: str) -> str:
        """The first of ``pattern.format(1)``, ``…(2)`` … that no part is called."""
        taken = {name.lower() for name in self._parts}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def declare(self, part: str, content_type: str) -> None:
        """State the content type of a part."""
        root = self.tree(_CONTENT_TYPES)
        etree.SubElement(
            root,
            f"{{{_PACKAGE}/content-types}}Override",
            PartName=f"/{part}",
            ContentType=content_type,
        )

    def declare_extension(self, extension: str, content_type: str) -> None:
        """State the content type of all parts with an extension, unless it is stated."""
        root = self.tree(_CONTENT_TYPES)
        if any(e.get("Extension", "").lower() == extension for e in root):
            return
        name = f"{{{_PACKAGE}/content-types}}Default"
        root.insert(0, etree.Element(name, Extension=extension, ContentType=content_type))

    def _types(self) -> list[Element]:
        return [e for e in self.tree(_CONTENT_TYPES) if e.get("PartName")]

    # --- relations --------------------------------------------------------------------------

    def related(self, part: str, kind: str) -> dict[str, str]:
        """The parts of a kind (``comments``, ``vmlDrawing``) a part is related to, by relation."""
        if _relations_of(part) not in self._parts:
            return {}
        return {
            relation.get("Id"): _resolved(part, relation.get("Target"))
            for relation in self.tree(_relations_of(part))
            if relation.get("Type", "").rpartition("/")[2] == kind
            and relation.get("TargetMode") != "External"
        }

    def relate(self, part: str, kind: str, target: str) -> str:
        """Relate a part to another; the relation's id."""
        name = _relations_of(part)
        if name not in self._parts:
            self.put(name, f'<Relationships xmlns="{_PACKAGE}/relationships"/>')
        root = self.tree(name)
        taken = {relation.get("Id") for relation in root}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        etree.SubElement(
            root,
            f"{{{_PACKAGE}/relationships}}Relationship",
            Id=f"rId{number}",
            Type=f"{RELATION}/{kind}",
            Target=relpath(target, dirname(part)),
        )
        return f"rId{number}"

    def unrelate(self, part: str, relation_id: str) -> None:
        """Undo a relation."""
        for relation in self.tree(_relations_of(part)):
            if relation.get("Id") == relation_id:
                relation.getparent().remove(relation)

    # --- sheets -----------------------------------------------------------------------------

    def sheets(self) -> tuple[SheetEntry, ...]:
        """The worksheets in the workbook's order."""
        parts = self.related(_BOOK, "worksheet")
        found = (
            SheetEntry(e.get("name"), at, parts.get(e.get(f"{{{RELATION}}}id"), ""))
            for at, e in enumerate(self._listed())
        )
        return tuple(entry for entry in found if entry.part in self._parts)

    def add_sheet(
        self, name: str, markup: str, *, first: bool = False, hidden: bool = False
    ) -> str:
        """A new sheet, before all others or after them; its part."""
        part = self.free_name("xl/worksheets/sheet{}.xml")
        self.put(part, markup)
        self.declare(part, _SHEET_TYPE)
        relation = self.relate(_BOOK, "worksheet", part)
        listed = self._listed()
        number = max((int(e.get("sheetId", "0")) for e in listed), default=0) + 1
        entry = etree.Element(tag("sheet"), name=name, sheetId=str(number))
        if hidden:
            entry.set("state", "veryHidden")
        entry.set(f"{{{RELATION}}}id", relation)
        sheets = self.book.find(tag("sheets"))
        sheets.insert(0 if first else len(sheets), entry)
        if first:
            self._shift_names(0, 1)
        return part

    def drop_sheet(self, entry: SheetEntry) -> None:
        """Take a sheet out, with the names that belong to it."""
        listed = self._listed()[entry.index]
        self.unrelate(_BOOK, listed.get(f"{{{RELATION}}}id"))
        listed.getparent().remove(listed)
        for kind in ("comments", "vmlDrawing", "drawing", "printerSettings"):
            for target in self.related(entry.part, kind).values():
                self.remove(target)
        self.remove(entry.part)
        for name in self._names():
            own = name.get("localSheetId") == str(entry.index)
            if (
                own
                or f"{entry.name}'!" in (name.text or "")
                or f"{entry.name}!" in (name.text or "")
            ):
                name.getparent().remove(name)
        self._shift_names(entry.index, -1)

    def define_name(self, name: str, text: str, sheet: int, *, hidden: bool = False) -> None:
        """A defined name that belongs to the sheet at a place."""
        names = self.book.find(tag("definedNames"))
        if names is None:
            names = etree.Element(tag("definedNames"))
            before = [e for e in self.book if etree.QName(e).localname in _BOOK_ORDER]
            before[-1].addnext(names)
        defined = etree.SubElement(names, tag("definedName"), name=name, localSheetId=str(sheet))
        defined.text = text
        if hidden:
            defined.set("hidden", "1")

    def _listed(self) -> list[Element]:
        return list(self.book.iter(tag("sheet")))

    def _names(self) -> list[Element]:
        return list(self.book.iter(tag("definedName")))

    def _shift_names(self, start: int, by: int) -> None:
        """Keep each name with its sheet when places move; no empty list of names stays."""
        for name in self._names():
            place = name.get("localSheetId")
            if place is not None and int(place) >= start:
                name.set("localSheetId", str(int(place) + by))
        names = self.book.find(tag("definedNames"))
        if names is not None and not len(names):
            self.book.remove(names)

    # --- as a whole -------------------------------------------------------------------------

    def without_macros(self) -> None:
        """Make it a plain .xlsx: no macros, no template."""
        for relation, part in self.related(_BOOK, "vbaProject").items():
            self.unrelate(_BOOK, relation)
            self.remove(part)
        for override in self._types():
            if override.get("PartName") == f"/{_BOOK}":
                override.set("ContentType", _BOOK_TYPE)

    def content(self) -> bytes:
        """The workbook as bytes; the same parts, the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in self._parts.items():
                info = zipfile.ZipInfo(name, _EPOCH)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, self._serialised(name, part))
        return buffer.getvalue()

    def _serialised(self, name: str, part: bytes) -> bytes:
        if name not in self._trees:
            return part
        written: bytes = etree.tostring(
            self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True
        )
        return written


def place_child(root: Element, child: Element, order: Iterable[str]) -> None:
    """Put a child where the order of element names wants it, after others of its name."""
    ranks = {name: rank for rank, name in enumerate(order)}
    rank = ranks[etree.QName(child).localname]
    for at, other in enumerate(root):
        if isinstance(other.tag, str) and ranks.get(etree.QName(other).localname, 999) > rank:
            root.insert(at, child)
            return
    root.append(child)


def inert(text: str) -> str:
    """Text that XML can hold and Excel does not decode: no controls, ``_x0041_`` as it stands."""
    plain = re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", plain)


def _relations_of(part: str) -> str:
    return join(dirname(part), "_rels", f"{basename(part)}.rels")


def _resolved(part: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return normpath(join(dirname(part), target))
