"""The directory of an .xls: a tree in which each entry has one place, or the file is damaged."""

import struct

import pytest

from yuebao.workbooks.ole_directory import directory_of
from yuebao.workbooks.refusal import Refused

NOBODY = 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5


def entry(
    name: str, kind: int, left: int = NOBODY, right: int = NOBODY, below: int = NOBODY
) -> bytes:
    text = name.encode("utf-16-le")
    links = struct.pack("<HBBIII", len(text) + 2, kind, 1, left, right, below)
    return text.ljust(64, b"\x00") + links + bytes(36) + struct.pack("<IIi", 7, 5000, 0)


def test_the_streams_are_those_of_the_root() -> None:
    content = (
        entry("Root Entry", ROOT, below=2)
        + entry("Workbook", STREAM)
        + entry("MBD001", STORAGE, left=1, below=3)
        + entry("WordDocument", STREAM)
    )
    assert [(e.name, e.start, e.size) for e in directory_of(content).streams()] == [
        ("Workbook", 7, 5000)
    ]


def test_a_stream_behind_a_namesake_in_an_embedded_object_is_left_out() -> None:
    content = (
        entry("Root Entry", ROOT, below=1)
        + entry("MBD001", STORAGE, right=3, below=2)
        + entry("Workbook", STREAM)
        + entry("Workbook", STREAM)
    )
    assert directory_of(content).streams() == ()


@pytest.mark.parametrize(
    "content",
    [
        entry("Workbook", STREAM),
        entry("Root Entry", ROOT, below=2) + entry("Workbook", STREAM),
        entry("Root Entry", ROOT, below=1) + entry("Workbook", STREAM, left=9),
        entry("Root Entry", ROOT, below=1) + entry("Workbook", STREAM, right=1),
        entry("Root Entry", ROOT, below=1) + entry("Workbook", STREAM, left=0),
        entry("Root Entry", ROOT, below=1) + entry("MBD001", STORAGE, below=1),
    ],
    ids=["no root", "no such entry", "no such sibling", "its own sibling", "the root", "its own"],
)
def test_what_is_no_tree_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="file-damaged"):
        directory_of(content)
