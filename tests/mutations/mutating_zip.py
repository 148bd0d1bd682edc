"""Changes to the members of a zipped workbook, and to what the zip says of them."""

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Sequence

Member = tuple[str, bytes]
CENTRAL = b"PK\x01\x02"
LOCAL = b"PK\x03\x04"


def members(content: bytes) -> list[Member]:
    """Name and bytes of each member; none of what is no whole zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:  # an earlier change broke it
        return []


def zipped(parts: Sequence[Member], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # of two members of one name
        for name, part in parts:
            archive.writestr(zipfile.ZipInfo(name), part, method, compresslevel=1)
    return buffer.getvalue()


def shuffled(draw: random.Random, content: bytes) -> bytes:
    parts = members(content)
    draw.shuffle(parts)
    return zipped(parts) if parts else content


def stored(draw: random.Random, content: bytes) -> bytes:
    parts = members(content)
    return zipped(parts, zipfile.ZIP_STORED) if parts else content


def dropped(draw: random.Random, content: bytes) -> bytes:
    parts = members(content)
    if parts:
        parts.pop(draw.randrange(len(parts)))
    return zipped(parts) if parts else content


def doubled(draw: random.Random, content: bytes) -> bytes:
    """A member a second time: the same, another's bytes, or its name in capitals."""
    parts = members(content)
    if not parts:
        return content
    name, part = draw.choice(parts)
    other = draw.choice(parts)[1]
    again = [(name, part), (name, other), (name.upper(), other), (name, b"")]
    at = draw.randrange(len(parts) + 1)
    return zipped([*parts[:at], draw.choice(again), *parts[at:]])


def exchanged(draw: random.Random, content: bytes) -> bytes:
    """Two members with each other's bytes."""
    parts = members(content)
    if len(parts) < 2:
        return content
    one, other = draw.sample(range(len(parts)), 2)
    parts[one], parts[other] = (parts[one][0], parts[other][1]), (parts[other][0], parts[one][1])
    return zipped(parts)


def renamed(draw: random.Random, content: bytes) -> bytes:
    parts = members(content)
    if not parts:
        return content
    at = draw.randrange(len(parts))
    name, part = parts[at]
    names = [name.upper(), "/" + name, name.replace("/", "\\"), "../" + name, name[:-1], "x" + name]
    parts[at] = (draw.choice(names), part)
    return zipped(parts)


def nested(draw: random.Random, content: bytes) -> bytes:
    """A workbook or a bomb within the workbook."""
    bomb = zipped([("a.zip", zipped([("b", bytes(4 << 20))]))])
    name = draw.choice(("xl/embeddings/a.xlsx", "xl/media/image1.png", "xl/worksheets/sheet99.xml"))
    inner = draw.choice((content, bomb, bytes(1 << 20)))
    parts = members(content)
    return zipped([*parts, (name, inner)]) if parts else content


def blown_up(draw: random.Random, content: bytes) -> bytes:
    """A part that is far more than the file."""
    parts = members(content)
    if not parts:
        return content
    at = draw.randrange(len(parts))
    name, part = parts[at]
    parts[at] = (name, part + draw.choice((b" ", b"\n", b"<a/>")) * (9 << 20))
    return zipped(parts)


def lied_of(draw: random.Random, content: bytes) -> bytes:
    """A field of a member's header changed: flags, method, checksum, sizes, name length, offset."""
    mark = draw.choice((CENTRAL, LOCAL))
    fields = {CENTRAL: (8, 10, 16, 20, 24, 28, 30, 42), LOCAL: (6, 8, 14, 18, 22, 26, 28)}[mark]
    places = [at for at in range(len(content)) if content.startswith(mark, at)]
    if not places:
        return content
    at = draw.choice(places) + draw.choice(fields)
    lie = draw.choice((0, 1, 8, 99, 0x7FFFFFFF, 0xFFFFFFFF, draw.randrange(1 << 16)))
    changed = bytearray(content)
    changed[at : at + 2] = struct.pack("<I", lie)[:2]
    return bytes(changed)


def joined_behind(draw: random.Random, content: bytes) -> bytes:
    """Bytes before or behind the zip, or the zip twice over."""
    return draw.choice((b"MZ" + content, content + draw.randbytes(40), content + content))


MEMBERS = (
    shuffled, stored, dropped, doubled, exchanged, renamed, nested, blown_up, lied_of,
    joined_behind,
)  # fmt: skip
