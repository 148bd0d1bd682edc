"""Values and attributes spelled in ways few programs do: the same to some readers, not to all."""

import random
import re

from mutating_markup import ATTRIBUTE, TELLING, with_part

TEXT = re.compile(rb">([^<>]+)<")
WIDE = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}


def text_respelled(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, with_odd_text)


def with_odd_text(draw: random.Random, part: bytes) -> bytes:
    found = list(TEXT.finditer(part))
    if not found:
        return part
    one = draw.choice(found)
    text = one[1].decode("utf-8", "replace")
    at = draw.randrange(len(text))
    before, after = text[:at], text[at:]
    spellings = (
        f"{before}<!-- 7 -->{after}", f"{before}<?x 7?>{after}", f"{before}<x/>{after}",
        f"<![CDATA[{text}]]>", f"{before}<![CDATA[{after}]]>",
        f"{before}&#{ord(after[0])};{after[1:]}", f"{before}_x0041_{after}",
        f"{before}\u200b{after}", f" {text}", f"{text}\n", f"+{text}", f"-{text}",
        f"0{text}", f"{text}.", f"{text}e3", f"{text}e999", text.translate(WIDE),
    )  # fmt: skip
    return part[: one.start() + 1] + draw.choice(spellings).encode() + part[one.end() - 1 :]


def attribute_respelled(draw: random.Random, content: bytes) -> bytes:
    return with_part(draw, content, with_odd_attribute)


def with_odd_attribute(draw: random.Random, part: bytes) -> bytes:
    found = [m for m in ATTRIBUTE.finditer(part) if m[1] in TELLING]
    if not found:
        return part
    wanted = draw.choice(sorted({m[1] for m in found}))
    one = draw.choice([m for m in found if m[1] == wanted])
    said = one[2].decode("utf-8", "replace")
    spellings = (
        f" {said}", f"{said} ", f"\n{said}", f"0{said}", f"+{said}", f"{said}.0", f"${said}",
        f"{said[:1]}_{said[1:]}", said.upper(), said.lower(), said.translate(WIDE), "TRUE",
        "".join(f"&#{ord(letter)};" for letter in said),
    )  # fmt: skip
    quote = draw.choice("\"'")
    new = f" {one[1].decode()}={quote}{draw.choice(spellings)}{quote}".encode()
    return part[: one.start()] + new + part[one.end() :]


SPELLING = (text_respelled, attribute_respelled)
