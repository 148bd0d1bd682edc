"""Single cells of a finished workbook written over, everything else left to the byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from yuebao.markup_text import escape
from yuebao.samples.faults import Write, WriteKind

_SHEET = re.compile(r'<sheet name="([^"]*)"')
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class MissingCellError(LookupError):
    """The workbook has no cell of that address; a fault points past its table."""


def with_cell(content: bytes, sheet: str, address: str, write: Write) -> bytes:
    """The workbook with something else in one cell; its format stays."""
    part = sheet_part(content, sheet)
    pattern = re.compile(rf'<c r="{address}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)')

    def changed(markup: str) -> str:
        new, count = pattern.subn(lambda m: _cell(address, m[1], write), markup, count=1)
        if count == 0:
            raise MissingCellError(f"{sheet}!{address}")
        return new

    return with_part(content, part, changed)


def sheet_part(content: bytes, sheet: str) -> str:
    """The name of a sheet's part inside the workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = _SHEET.findall(archive.read("xl/workbook.xml").decode())
    return f"xl/worksheets/sheet{names.index(escape(sheet)) + 1}.xml"


def with_part(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one of its parts changed; the same input, the same bytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                data = change(data.decode()).encode()
            info = zipfile.ZipInfo(name, _FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, data)
    return buffer.getvalue()


def _cell(address: str, style: str, write: Write) -> str:
    start = f'<c r="{address}"{style}'
    if write.kind is WriteKind.NUMBER:
        return f"{start}><v>{write.text}</v></c>"
    if write.kind is WriteKind.ERROR:
        return f'{start} t="e"><f>{escape(write.text)}</f><v>{escape(write.text)}</v></c>'
    if write.kind is WriteKind.UNCALCULATED:
        return f"{start}><f>{escape(write.text)}</f></c>"
    text = f'<t xml:space="preserve">{escape(write.text)}</t>'
    return f'{start} t="inlineStr"><is>{text}</is></c>'
