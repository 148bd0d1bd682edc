"""Seeded changes to a workbook's bytes: what copying, other programs and ill will do to files."""

import random
from collections.abc import Callable

import mutating_markup
import mutating_records
import mutating_spelling
import mutating_zip

Mutate = Callable[[random.Random, bytes], bytes]


def truncated(draw: random.Random, content: bytes) -> bytes:
    return content[: draw.randrange(len(content))]


def cut_near_the_end(draw: random.Random, content: bytes) -> bytes:
    return content[: -draw.randint(1, min(600, len(content)))]


def zeroed(draw: random.Random, content: bytes) -> bytes:
    start, length = stretch(draw, content)
    return content[:start] + bytes(min(length, len(content) - start)) + content[start + length :]


def zero_tailed(draw: random.Random, content: bytes) -> bytes:
    start = draw.randrange(len(content))
    return content[:start] + bytes(len(content) - start)


def flipped(draw: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 5, 20))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def overwritten(draw: random.Random, content: bytes) -> bytes:
    start, length = stretch(draw, content)
    return content[:start] + draw.randbytes(length) + content[start + length :]


def repeated(draw: random.Random, content: bytes) -> bytes:
    start, length = stretch(draw, content)
    return content[: start + length] + content[start:]


def cut_out(draw: random.Random, content: bytes) -> bytes:
    start, length = stretch(draw, content)
    return content[:start] + content[start + length :]


def blocks_swapped(draw: random.Random, content: bytes) -> bytes:
    blocks = [content[at : at + 512] for at in range(0, len(content), 512)]
    one, other = draw.randrange(len(blocks)), draw.randrange(len(blocks))
    blocks[one], blocks[other] = blocks[other], blocks[one]
    return b"".join(blocks)


def stretch(draw: random.Random, content: bytes) -> tuple[int, int]:
    """Where a change begins, and over how many bytes it goes."""
    length = draw.choice((1, 4, 16, 64, 512, 4096))
    return draw.randrange(len(content)), length


BYTES: tuple[Mutate, ...] = (
    truncated, cut_near_the_end, zeroed, zero_tailed, flipped, overwritten, repeated, cut_out,
    blocks_swapped,
)  # fmt: skip


def mutations_of(kind: str) -> tuple[Mutate, ...]:
    """The changes that make sense for a kind of file; those that leave it readable come more."""
    if kind == "xls":
        return (*BYTES, *mutating_records.RECORDS * 3)
    markup = (*mutating_markup.MARKUP, *mutating_spelling.SPELLING)
    return (*BYTES, *mutating_zip.MEMBERS, *markup * 4)


def mutated(draw: random.Random, content: bytes, kind: str) -> tuple[str, bytes]:
    """A file changed once, sometimes twice, and the names of what was done to it."""
    names: list[str] = []
    for _ in range(draw.choice((1, 1, 1, 2))):
        mutate = draw.choice(mutations_of(kind))
        content = mutate(draw, content) if content else content
        names.append(mutate.__name__)
    return " + ".join(names), content
