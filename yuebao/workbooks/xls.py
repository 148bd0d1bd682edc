"""Workbooks of Excel 97 and WPS (.xls, .et), looked at before the reader sees them."""

from __future__ import annotations

from yuebao.workbooks.biff import biff_sheets
from yuebao.workbooks.ole import streams
from yuebao.workbooks.ooxml import SheetPart
from yuebao.workbooks.raw import cell_address
from yuebao.workbooks.refusal import Limits, Refused

_NAMES = ("Workbook", "WORKBOOK", "Book", "BOOK")  # those the reader knows
_LOCKED = frozenset({"encryptedpackage", "encryptioninfo"})
_OTHERS = {
    "WordDocument": "Word 文档",
    "PowerPoint Document": "PPT 演示文稿",
    "VisioDocument": "Visio 图",
    "__properties_version1.0": "邮件",
}


def xls_parts(content: bytes, limits: Limits) -> tuple[SheetPart, ...]:
    """Every sheet in the workbook's order, with its facts; Refused for what is no whole .xls."""
    found = streams(content)
    if not _LOCKED.isdisjoint(name.lower() for name in found):
        raise Refused("file-encrypted")
    stream = next((found[name] for name in _NAMES if name in found), None)
    if stream is None:
        looks = next((looks for name, looks in _OTHERS.items() if name in found), "")
        raise Refused("file-not-workbook", value=looks or "别的程序的文件")
    parts = biff_sheets(stream, limits)
    for part in parts:
        if part.facts.too_far is not None:
            raise Refused("file-extent", sheet=part.name, value=cell_address(*part.facts.too_far))
    return parts
