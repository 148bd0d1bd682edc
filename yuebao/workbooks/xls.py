"""Workbooks of Excel 97 and WPS (.xls, .et)."""

from __future__ import annotations
from yuebao.workbooks.ooxml import SheetPart
from yuebao.workbooks.refusal import Limits, Refused


def xls_parts(content: bytes, limits: Limits) -> tuple[SheetPart, ...]:
    raise Refused("file-unreadable")
