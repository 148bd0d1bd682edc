"""A returned workbook as it was before: index, record and every mark taken off."""

from __future__ import annotations

from lxml import etree

from yuebao.workbooks.returned_marks import strip_marks
from yuebao.workbooks.returned_package import NotEditable, Package, SheetEntry, tag
from yuebao.workbooks.returned_record import package_record, package_rows
from yuebao.workbooks.returned_words import (
    COMMENT_OPENS,
    HEAD,
    INDEX_SHEET,
    MARK_WORD,
    RECORD_SHEET,
    TAB_FILL,
)

_TRACES = (MARK_WORD, *TAB_FILL.values())


def strip_returned(content: bytes) -> bytes:
    """The workbook without anything a return put in; other files as they are."""
    try:
        package = Package(content)
        changed = strip_package(package)
    except NotEditable:
        return content
    return package.content() if changed else content


def strip_package(package: Package) -> bool:
    """Take a return's sheets and marks off; whether there was anything of it."""
    record = package_record(package)
    ours = [entry for entry in package.sheets() if _is_ours(package, entry)]
    for entry in reversed(ours):
        package.drop_sheet(entry)
    marked = [entry for entry in package.sheets() if _has_traces(package, entry)]
    for entry in marked:
        strip_marks(package, entry.part, None if record is None else record.tabs.get(entry.name))
    if ours:
        bring_to_front(package, record.active if record is not None else 0)
    return bool(ours or marked)


def front_sheet(package: Package) -> int:
    """The place of the sheet that is in front when the workbook opens."""
    view = package.book.find(f"{tag('bookViews')}/{tag('workbookView')}")
    place = "0" if view is None else view.get("activeTab", "0")
    return int(place) if place.isdigit() else 0


def bring_to_front(package: Package, place: int) -> None:
    """Open the workbook with this sheet in front, and no other selected with it."""
    entries = package.sheets()
    if not any(entry.index == place for entry in entries):
        place = entries[0].index if entries else 0
    for view in package.book.iter(tag("workbookView")):
        view.set("activeTab", str(place))
        view.attrib.pop("firstSheet", None)
    for entry in entries:
        if entry.index == place or "tabSelected" in package.text(entry.part):
            _select(package, entry.part, selected=entry.index == place)


def _select(package: Package, part: str, *, selected: bool) -> None:
    for view in package.tree(part).iter(tag("sheetView")):
        view.attrib.pop("tabSelected", None)
        if selected:
            view.set("tabSelected", "1")


def _is_ours(package: Package, entry: SheetEntry) -> bool:
    if entry.name == RECORD_SHEET:
        return True
    if not entry.name.startswith(INDEX_SHEET):
        return False
    return any(tuple(row) == HEAD for row in package_rows(package, entry)[:20])


def _has_traces(package: Package, entry: SheetEntry) -> bool:
    said = package.text(entry.part)
    if any(trace in said or trace.lower() in said for trace in _TRACES):
        return True
    comments = package.related(entry.part, "comments").values()
    return any(COMMENT_OPENS in _comment_text(package, part) for part in comments)


def _comment_text(package: Package, part: str) -> str:
    return str(etree.tostring(package.tree(part), method="text", encoding="unicode"))
