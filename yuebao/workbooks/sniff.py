"""What a file is, by its content; its name is not looked at."""

from __future__ import annotations

import zipfile
from enum import StrEnum

from yuebao.workbooks.refusal import Limits, Refused

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_HEAD = 4096


class Container(StrEnum):
    """The two outer forms a workbook comes in."""

    ZIP = "zip"
    OLE = "ole"


class Kind(StrEnum):
    """The kinds of workbook that are read."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"


_LOOKS: tuple[tuple[bytes, str], ...] = (
    (b"%pdf-", "PDF 文件"),
    (b"\x89png", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"gif8", "图片"),
    (b"bm", "图片"),
    (b"ii*\x00", "图片"),
    (b"rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "RTF 文档"),
    (b"mz", "程序"),
)
_HTML = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<body", b"<div")
_TEXT_ENCODINGS = ("utf-8", "gb18030")


def container_of(head: bytes, size: int, limits: Limits) -> Container:
    """The container a file's first bytes announce; Refused where it cannot be a workbook."""
    if size == 0:
        raise Refused("file-empty")
    if size > limits.file_bytes:
        raise Refused(
            "file-too-big",
            value=f"{size / (1 << 20):.1f} MB",
            expected=f"{limits.file_bytes >> 20} MB",
        )
    if head.startswith(OLE_MAGIC):
        return Container.OLE
    if head.startswith((ZIP_MAGIC, _EMPTY_ZIP_MAGIC)):
        return Container.ZIP
    if not head.strip(b"\x00"):
        raise Refused("file-damaged")
    raise Refused("file-not-workbook", value=_looks_like(head[:_HEAD]))


def zip_kind(names: frozenset[str]) -> Kind:
    """The kind of workbook a zip's part names make; Refused for other zips."""
    lowered = {name.lower() for name in names}
    if "xl/workbook.xml" in lowered:
        return Kind.XLSX
    if "xl/workbook.bin" in lowered:
        raise Refused("file-not-workbook", value="二进制工作簿 .xlsb")
    if "content.xml" in lowered and "mimetype" in lowered:
        return Kind.ODS
    raise Refused("file-not-workbook", value=_zip_looks_like(lowered))


def open_document_kind(mimetype: bytes) -> Kind:
    """ODS, if the mimetype part says spreadsheet; Refused for texts and presentations."""
    if b"opendocument.spreadsheet" in mimetype:
        return Kind.ODS
    looks = "演示文稿" if b"presentation" in mimetype else "文字文档"
    raise Refused("file-not-workbook", value=looks)


def _zip_looks_like(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "Word 文档"
    if any(name.startswith("ppt/") for name in names):
        return "PPT 演示文稿"
    return "ZIP 压缩包"


def _looks_like(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    for magic, looks in _LOOKS:
        if head.lower().startswith(magic):
            return looks
    wide = text.replace(b"\x00", b"")
    if wide.startswith(_HTML) or b"<table" in wide:
        return "网页（另存为 .xls 的网页也是网页）"
    if wide.startswith(b"<?xml"):
        return "XML 文件" if b"spreadsheet" not in wide else "XML 表格 2003"
    if _is_text(head):
        return "文本或 CSV 文件"
    return "无法辨认的文件"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    return any(_decodes(head, encoding) for encoding in _TEXT_ENCODINGS)


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return len(head) == _HEAD and error.start >= len(head) - 4
    return True


def entry_is_locked(info: zipfile.ZipInfo) -> bool:
    """Whether a zip's part needs a password."""
    return bool(info.flag_bits & 0x1)
