"""Spreadsheets of OpenDocument (.ods)."""

from __future__ import annotations
from yuebao.workbooks.raw import RawSheet
from yuebao.workbooks.refusal import Limits, Refused


def ods_sheets(content: bytes, limits: Limits) -> tuple[RawSheet, ...]:
    raise Refused("file-unreadable")
