"""The independent reader of .xls looks at the cells and at what says something of them."""

import struct

import pytest
from mutating_records import records
from mutation_seeds import FIXTURES
from plain_cells import Unclear, plain_sheets

LINK, STRINGS, STYLE = 0x1B8, 0xFC, 0xE0


def with_broken(kind: int) -> bytes:
    """The .xls with the first record of a kind full of nonsense."""
    content = bytearray((FIXTURES / "returned.xls").read_bytes())
    begin, length = next(spot[1:] for spot in records(bytes(content)) if spot[0] == kind)
    content[begin + 4 : begin + length] = struct.pack("<B", 0x7F) * (length - 4)
    return bytes(content)


def test_a_broken_link_is_no_flaw_of_a_cell() -> None:
    whole = (FIXTURES / "returned.xls").read_bytes()
    assert plain_sheets(with_broken(LINK)) == plain_sheets(whole)


def test_broken_texts_are_one() -> None:
    with pytest.raises(Unclear):
        plain_sheets(with_broken(STRINGS))


def test_the_style_of_a_day_in_the_users_language_shows_no_per_cent() -> None:
    whole = (FIXTURES / "returned.xls").read_bytes()
    changed = bytearray(whole)
    for begin in [spot[1] for spot in records(whole) if spot[0] == STYLE]:
        struct.pack_into("<H", changed, begin + 2, 31)
    assert plain_sheets(bytes(changed)) == plain_sheets(whole)
