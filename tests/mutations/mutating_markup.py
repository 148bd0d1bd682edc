"""Changes to the markup within a zipped workbook: elements, attributes, texts, encodings."""

import random
import re
from collections.abc import Callable

from mutating_zip import members, zipped

Markup = Callable[[random.Random, bytes], bytes]
ELEMENT = re.compile(rb"<(c|row|si|sheet|mergeCell|xf|numFmt|col|v|t|f|Relationship|Override)\b")
ODS_ELEMENT = re.compile(rb"<(table:table-row|table:table-cell|table:table|text:p)\b")
ATTRIBUTE = re.compile(rb' ([\w:]+)="([^"]*)"')
TELLING = {
    b"r", b"t", b"s", b"ref", b"count", b"uniqueCount", b"name", b"state", b"Id", b"Target",
    b"numFmtId", b"formatCode", b"hidden", b"min", b"max", b"date1904", b"id", b"office:value",
    b"office:value-type", b"table:number-columns-repeated", b"table:number-rows-repeated",
    b"table:number-columns-spanned", b"table:number-rows-spanned", b"table:display",
}  # fmt: skip
OTHERS = (
    b"", b"0", b"1", b"2", b"3", b"-1", b"9", b"14", b"65535", b"99999999999999999999", b"1e5",
    b"A1", b"B5", b"C7", b"XFD1048576", b"ZZZZ1", b"A0", b"a1", b"A1:XFD1048576", b"B2:A1", b"n",
    b"s", b"b", b"e", b"str", b"inlineStr", b"d", b"zzz", b"true", b"float", b"string",
    b"percentage", b"date", b"hidden", b"0%", b"\xe8\xa1\xa8", b"&#0;", b"&lt;", b"&x;", b"NaN",
)  # fmt: skip


def with_part(draw: random.Random, content: bytes, change: Markup) -> bytes:
    """The workbook with one of its parts changed, most often one that holds cells."""
    parts = members(content)
    markup = [at for at, (name, _) in enumerate(parts) if name.endswith((".xml", ".rels"))]
    if not markup:
        return content
    telling = [at for at in markup if is_telling(parts[at][0])]
    at = draw.choice(telling if telling and draw.random() < 0.9 else markup)
    name, part = parts[at]
    parts[at] = (name, change(draw, part))
    return zipped(parts)


def is_telling(name: str) -> bool:
    words = ("worksheets/sheet", "sharedStrings", "workbook.xml", "styles", "content.xml")
    return any(word in name for word in words)


def elements(part: bytes) -> list[tuple[int, int]]:
    """Where some elements begin and end."""
    pattern = ODS_ELEMENT if b"<office:document-content" in part else ELEMENT
    return [(m.start(), end_of(part, m.start(), m[1])) for m in pattern.finditer(part)]


def end_of(part: bytes, start: int, name: bytes) -> int:
    opened = part.find(b">", start)
    if opened < 0 or part[opened - 1 : opened] == b"/":
        return opened + 1 or len(part)
    closed = part.find(b"</" + name + b">", opened)
    return closed + len(name) + 3 if closed >= 0 else len(part)


def element_deleted(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, deleted)


def deleted(draw: random.Random, part: bytes) -> bytes:
    found = elements(part)
    if not found:
        return part
    start, end = draw.choice(found)
    return part[:start] + part[end:]


def element_doubled(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, doubled)


def doubled(draw: random.Random, part: bytes) -> bytes:
    found = elements(part)
    if not found:
        return part
    start, end = draw.choice(found)
    times = draw.choice((1, 1, 2, 300))
    return part[:end] + part[start:end] * times + part[end:]


def elements_swapped(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, swapped)


def swapped(draw: random.Random, part: bytes) -> bytes:
    found = elements(part)
    if len(found) < 2:
        return part
    (start, end), (begin, stop) = sorted(draw.sample(found, 2))
    if begin < end:
        return part[:start] + part[begin:stop] + part[end:]
    return part[:start] + part[begin:stop] + part[end:begin] + part[start:end] + part[stop:]


def attribute_changed(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, with_other_attribute)


def with_other_attribute(draw: random.Random, part: bytes) -> bytes:
    found = [m for m in ATTRIBUTE.finditer(part) if m[1] in TELLING]
    if not found:
        return part
    names = sorted({m[1] for m in found})
    wanted = draw.choice(names)
    match = draw.choice([m for m in found if m[1] == wanted])
    siblings = [m[2] for m in found if m[1] == wanted]
    value = draw.choice((draw.choice(OTHERS), draw.choice(siblings), shifted(draw, match[2])))
    new = draw.choice((b' %s="%s"' % (wanted, value),) * 5 + (b"", match[0] * 2))
    return part[: match.start()] + new + part[match.end() :]


def shifted(draw: random.Random, value: bytes) -> bytes:
    """The value with one of its numbers a little greater or smaller."""
    numbers = list(re.finditer(rb"\d+", value))
    if not numbers:
        return value + b"1"
    one = draw.choice(numbers)
    number = max(int(one[0]) + draw.choice((-1, 1, 1000, 1 << 20)), 0)
    return value[: one.start()] + str(number).encode() + value[one.end() :]


def text_changed(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, with_other_text)


def with_other_text(draw: random.Random, part: bytes) -> bytes:
    found = list(re.finditer(rb">([^<>]+)<", part))
    if not found:
        return part
    one = draw.choice(found)
    value = draw.choice((draw.choice(OTHERS), shifted(draw, one[1]), draw.choice(found)[1]))
    return part[: one.start() + 1] + value + part[one.end() - 1 :]


def area_merged(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, with_merge)


def with_merge(draw: random.Random, part: bytes) -> bytes:
    top, left = draw.randint(1, 12), draw.randint(0, 8)
    bottom, right = top + draw.randint(0, 6), left + draw.randint(0, 4)
    ref = f"{chr(65 + left)}{top}:{chr(65 + right)}{bottom}"
    return part.replace(b"<mergeCells", b'<mergeCells x="1"', 1).replace(
        b"<mergeCell ", f'<mergeCell ref="{ref}"/><mergeCell '.encode(), 1
    )


def dimension_lied(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, with_dimension)


def with_dimension(draw: random.Random, part: bytes) -> bytes:
    ref = draw.choice((b"A1", b"A1:XFD1048576", b"C9:D10", b"", b"B2:A1", b"zz"))
    return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="%s"' % ref, part, count=1)


def recoded(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, in_another_encoding)


def in_another_encoding(draw: random.Random, part: bytes) -> bytes:
    name = draw.choice(("utf-16", "utf-16-le", "gb18030", "latin-1", "utf-7", "cp1252", "utf-32"))
    if draw.random() < 0.5:
        part = re.sub(rb'encoding="[^"]*"', b'encoding="%s"' % name.encode(), part, count=1)
    if draw.random() < 0.5:
        return part
    return part.decode("utf-8", "replace").encode(name, "replace")


def entity_declared(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, with_entity)


def with_entity(draw: random.Random, part: bytes) -> bytes:
    kind = draw.choice(
        (
            b'<!DOCTYPE x [<!ENTITY x "12">]>',
            b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
            b'<!doctype x [<!entity x "12">]>',
        )
    )
    head, mark, tail = part.partition(b"?>")
    changed = head + mark + kind + tail if mark else kind + part
    return changed.replace(b"<v>", b"<v>&x;", 1)


def byte_changed(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, with_other_byte)


def with_other_byte(draw: random.Random, part: bytes) -> bytes:
    changed = bytearray(part)
    if changed:
        changed[draw.randrange(len(changed))] = draw.choice(b"<>/\"'= &;0159AZaz\x00\xff")
    return bytes(changed)


def prefixed(draw: random.Random, content: bytes) -> bytes:
    """The main namespace written with a prefix, as some programs do."""
    return with_part(draw, content, with_prefix)


def with_prefix(_draw: random.Random, part: bytes) -> bytes:
    if b'xmlns="' not in part:
        return part
    part = part.replace(b'xmlns="', b'xmlns:x="', 1)
    return re.sub(rb"<(/?)(?=[A-Za-z])(?![\w]+:)", rb"<\1x:", part)


MARKUP = (
    element_deleted, element_doubled, elements_swapped, attribute_changed, attribute_changed,
    text_changed, area_merged, dimension_lied, recoded, entity_declared, byte_changed, prefixed,
)  # fmt: skip
