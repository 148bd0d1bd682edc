"""A bounded look into a zipped workbook before any spreadsheet library sees it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from yuebao.workbooks.refusal import Limits, Refused
from yuebao.workbooks.sniff import Kind, entry_is_locked, open_document_kind, zip_kind

_MARKUP = (".xml", ".rels", ".vml")
_UNSAFE = (b"<!DOCTYPE", b"<!ENTITY")
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Parts:
    """A zipped workbook's kind and its markup parts, by lower-case name."""

    kind: Kind
    markup: Mapping[str, bytes]


def checked_parts(content: bytes, limits: Limits) -> Parts:
    """The markup of a zip that keeps to the limits; Refused with the reason otherwise."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _parts(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Refused("file-damaged") from error
    except (ValueError, RuntimeError, UnicodeError) as error:
        raise Refused("file-damaged") from error


def _parts(archive: zipfile.ZipFile, limits: Limits) -> Parts:
    entries = archive.infolist()
    if len(entries) > limits.parts:
        raise Refused("file-bomb")
    kind = zip_kind(frozenset(entry.filename for entry in entries))
    if any(entry_is_locked(entry) for entry in entries):
        raise Refused("file-encrypted")
    if sum(entry.file_size for entry in entries) > limits.total_bytes:
        raise Refused("file-bomb")
    if kind is Kind.ODS:
        open_document_kind(_bounded(archive, _entry(entries, "mimetype"), limits))
    _refuse_unclear_names([entry.filename for entry in entries])
    markup: dict[str, bytes] = {}
    for entry in entries:
        name = entry.filename.lower()
        if not name.endswith(_MARKUP):
            continue  # pictures and macros: nobody opens them
        markup[name] = _bounded(archive, entry, limits)
        _refuse_unsafe(markup[name])
    _refuse_locked_document(kind, markup)
    return Parts(kind, markup)


def _refuse_unclear_names(names: list[str]) -> None:
    if any("\\" in name for name in names):
        raise Refused("file-damaged")  # a folder to some programs, part of a name to others
    if len({name.lower() for name in names}) != len(names):
        raise Refused("file-unsafe", value="同名部件")


def _entry(entries: list[zipfile.ZipInfo], name: str) -> zipfile.ZipInfo:
    return next(entry for entry in entries if entry.filename.lower() == name)


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> bytes:
    """The part's bytes; its header may lie about its size, so reading stops at what it said."""
    if entry.file_size > limits.part_bytes:
        raise Refused("file-bomb")
    suspicious = entry.file_size > limits.ratio_from
    if suspicious and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        raise Refused("file-bomb")
    with archive.open(entry) as stream:
        part = stream.read(entry.file_size + 1)
    if len(part) > entry.file_size:
        raise Refused("file-bomb")
    return part


def _refuse_unsafe(part: bytes) -> None:
    """Entities are how XML makes much out of little; workbooks have none."""
    if any(mark in part for mark in _UNSAFE):
        raise Refused("file-unsafe", value="DOCTYPE/ENTITY")
    if part.startswith(_WIDE_MARKS) or b"\x00" in part[:200]:
        raise Refused("file-unsafe", value="UTF-16 编码的部件")
    declared = _ENCODING.match(part)
    if declared is not None and declared[1].lower() not in _PLAIN_ENCODINGS:
        raise Refused("file-unsafe", value="不是 UTF-8 编码的部件")
    part.decode()  # text that is none is damage, whoever would read it


def _refuse_locked_document(kind: Kind, markup: Mapping[str, bytes]) -> None:
    manifest = markup.get("meta-inf/manifest.xml", b"")
    if kind is Kind.ODS and b"encryption-data" in manifest:
        raise Refused("file-encrypted")
