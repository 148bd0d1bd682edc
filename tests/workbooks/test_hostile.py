"""Files that would break a reader are refused, each with its own reason, and reading goes on."""

import io
import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from yuebao.findings import catalogue
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.read import GuardedReader
from yuebao.workbooks.reading_child import FileNotJudged
from yuebao.workbooks.refusal import Refused

ROOT = Path(__file__).parents[2]
PARENT = """
import pathlib, sys, time
from yuebao.workbooks.read import GuardedReader
reader = GuardedReader(children=1)
reader.read(pathlib.Path(sys.argv[1]))
print(*reader.process_ids, flush=True)
time.sleep(60)
"""
FIXTURES = Path(__file__).parents[1] / "fixtures"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(**cells: object) -> bytes:
    book = openpyxl.Workbook()
    for address, value in (cells or {"A1": "村", "B2": 12}).items():
        book.active[address] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one part changed (added, where it is not there)."""
    source = zipfile.ZipFile(io.BytesIO(content))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in dict.fromkeys([*source.namelist(), part]):
            old = source.read(name) if name in source.namelist() else b""
            target.writestr(name, change(old) if name == part else old)
    return buffer.getvalue()


def sheet_with(rows: bytes, content: bytes | None = None) -> bytes:
    return changed(
        content or workbook(),
        SHEET,
        lambda old: re.sub(
            rb"<sheetData>.*</sheetData>", b"<sheetData>" + rows + b"</sheetData>", old
        ),
    )


def zip_of(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name.replace("__", "/"), part)
    return buffer.getvalue()


def container(stream: str) -> bytes:
    """A compound file (the outer form of .xls) with one stream of that name."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", header, 44, 1, 1, 0, 4096, end, 0, end, 0)
    struct.pack_into("<109I", header, 76, 0, *[free] * 108)
    fat = struct.pack("<128I", table, end, *range(3, 10), end, *[free] * 118)
    return (
        bytes(header)
        + fat
        + _entry("Root Entry", 5, end, 0, below=1)
        + _entry(stream, 2, 2, 4096)
        + bytes(256 + 4096)
    )


def _entry(name: str, kind: int, start: int, size: int, below: int = 0xFFFFFFFF) -> bytes:
    entry = bytearray(128)
    text = name.encode("utf-16-le")
    entry[: len(text)] = text
    struct.pack_into("<HB", entry, 64, len(text) + 2, kind)
    struct.pack_into("<III", entry, 68, 0xFFFFFFFF, 0xFFFFFFFF, below)
    struct.pack_into("<II", entry, 116, start, size)
    return bytes(entry)


def xls() -> bytes:
    return (FIXTURES / "returned.xls").read_bytes()


def zero_tailed_xls() -> bytes:
    """As a copy in progress looks: its full length, the second half not yet there."""
    content = xls()
    half = len(content) // 2
    return content[:half] + bytes(len(content) - half)


def looping_xls() -> bytes:
    """Every sector says it is followed by itself."""
    content = bytearray(xls())
    (first,) = struct.unpack_from("<I", content, 76)
    start = 512 + first * 512
    content[start : start + 512] = struct.pack("<128I", *range(128))
    return bytes(content)


def locked_xls() -> bytes:
    """The record behind the first one turned into the one that announces a password."""
    content = bytearray(xls())
    at = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    (length,) = struct.unpack_from("<H", content, at + 2)
    struct.pack_into("<H", content, at + 4 + length, 0x2F)
    return bytes(content)


def ods_with(row: str) -> bytes:
    source = zipfile.ZipFile(FIXTURES / "returned.ods")
    text = source.read("content.xml").decode()
    text = re.sub(
        r"(<table:table [^>]*>).*?(</table:table>)", rf"\1{row}\2", text, count=1, flags=re.S
    )
    return changed((FIXTURES / "returned.ods").read_bytes(), "content.xml", lambda _: text.encode())


def ods_cell(kind: str, said: str) -> str:
    cell = f'<table:table-cell office:value-type="{kind}" office:{said}/>'
    return f"<table:table-row>{cell}</table:table-row>"


def bomb() -> bytes:
    return changed(workbook(), "xl/theme/theme1.xml", lambda _: b"<a>" + b" " * (9 << 20) + b"</a>")


ODS_CELL = (
    '<table:table-cell office:value-type="float" office:value="1"{}>'
    "<text:p>1</text:p></table:table-cell>"
)
ODS_ROWS = '<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>'
WIDE_CELL = ODS_CELL.format(' table:number-columns-repeated="16384"')

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing in it": (lambda: b"", "file-empty"),
    "far too big": (lambda: b"PK\x03\x04" + bytes(21 << 20), "file-too-big"),
    "zeros only": (lambda: bytes(4096), "file-damaged"),
    "a zip bomb": (bomb, "file-bomb"),
    "ten thousand parts": (
        lambda: zip_of(xl__workbook=b"", **{f"p{n}": b"" for n in range(3000)}),
        "file-bomb",
    ),
    "a cell in the last corner": (lambda: workbook(A1="村", XFD1048576=1), "file-extent"),
    "a cell a million rows down": (lambda: workbook(A1="村", A1048576=1), "file-extent"),
    "a far cell without address": (
        lambda: sheet_with(b'<row r="1048570"><c><v>1</v></c></row>'),
        "file-extent",
    ),
    "entities": (
        lambda: changed(
            workbook(),
            SHEET,
            lambda old: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + old,
        ),
        "file-unsafe",
    ),
    "a part in UTF-16": (
        lambda: changed(workbook(), SHEET, lambda old: old.decode().encode("utf-16")),
        "file-unsafe",
    ),
    "the same part twice": (
        lambda: changed(workbook(), SHEET.upper().replace(".XML", ".xml"), lambda _: b"<x/>"),
        "file-unsafe",
    ),
    "a hundred thousand merges": (
        lambda: changed(
            workbook(),
            SHEET,
            lambda old: old.replace(
                b"</sheetData>",
                b"</sheetData><mergeCells>"
                + b'<mergeCell ref="A1:B2"/>' * 100_000
                + b"</mergeCells>",
            ),
        ),
        "file-bomb",
    ),
    "locked by Excel": (lambda: container("EncryptedPackage"), "file-encrypted"),
    "an old .xls with a password": (locked_xls, "file-encrypted"),
    "a truncated .xlsx": (lambda: workbook()[:-400], "file-damaged"),
    "a sheet cut off": (
        lambda: changed(workbook(), SHEET, lambda old: old[: len(old) // 2]),
        "file-damaged",
    ),
    "a sheet that is not there": (
        lambda: changed(
            workbook(), "xl/_rels/workbook.xml.rels", lambda old: old.replace(b"sheet1", b"sheet9")
        ),
        "file-damaged",
    ),
    "a truncated .xls": (lambda: xls()[:9000], "file-damaged"),
    "an .xls with zeros at its end": (zero_tailed_xls, "file-damaged"),
    "an .xls in a circle": (looping_xls, "file-damaged"),
    "an .ods of endless rows": (
        lambda: ods_with(ODS_ROWS.format(ODS_CELL.format(""))),
        "file-extent",
    ),
    "an .ods of endless columns": (
        lambda: ods_with(f"<table:table-row>{WIDE_CELL}</table:table-row>"),
        "file-extent",
    ),
    "an .ods row with what is no cell": (
        lambda: ods_with("<table:table-row><table:table-sell/></table:table-row>"),
        "file-damaged",
    ),
    "an .ods cell of no kind": (lambda: ods_with(ods_cell("floa5", 'value="5"')), "file-damaged"),
    "an .ods truth that is none": (
        lambda: ods_with(ods_cell("boolean", 'boolean-value="5"')),
        "file-damaged",
    ),
    "an .ods whose texts are of another namespace": (
        lambda: changed(
            (FIXTURES / "returned.ods").read_bytes(),
            "content.xml",
            lambda old: old.replace(b"xmlns:text:1.0", b"xmlns:text:1.1"),
        ),
        "file-damaged",
    ),
    "an .ods with two sheets of one name": (
        lambda: changed(
            (FIXTURES / "returned.ods").read_bytes(),
            "content.xml",
            lambda old: old.replace(
                b'table:name="_yuebao"',
                b'table:name="\xe5\xa1\xab\xe6\x8a\xa5\xe8\xaf\xb4\xe6\x98\x8e"',
            ),
        ),
        "file-damaged",
    ),
    "an .ods day that is none": (
        lambda: ods_with(ods_cell("date", 'date-value="2023-02-30"')),
        "file-damaged",
    ),
}


@pytest.fixture(scope="module")
def reader() -> Iterator[GuardedReader]:
    with GuardedReader(memory_mb=512, seconds=10, children=1) as guarded:
        yield guarded


def refusal(reader: GuardedReader, path: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        reader.read(path)
    return caught.value


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_refused_with_its_reason(name: str, reader: GuardedReader, tmp_path: Path) -> None:
    build, code = HOSTILE[name]
    path = tmp_path / "月报.xlsx"
    path.write_bytes(build())
    refused = refusal(reader, path)
    assert refused.code == code
    words = set(re.findall(r"{(\w+)}", catalogue()[code].message))
    assert words <= refused.words.keys()
    path.write_bytes(workbook())
    assert reader.read(path).sheets[0].rows[0] == ("村",)


def test_formats_far_down_are_no_contents(reader: GuardedReader, tmp_path: Path) -> None:
    painted = sheet_with(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    (tmp_path / "a.xlsx").write_bytes(painted)
    assert len(reader.read(tmp_path / "a.xlsx").sheets[0].rows) == 1


def test_a_wrong_dimension_loses_nothing(reader: GuardedReader, tmp_path: Path) -> None:
    lying = changed(
        workbook(A1="村", D9=5),
        SHEET,
        lambda old: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', old),
    )
    (tmp_path / "a.xlsx").write_bytes(lying)
    assert reader.read(tmp_path / "a.xlsx").sheets[0].value(8, 3) == 5


def child_of(reader: GuardedReader) -> int:
    """The process that does the reading, by what this process has started."""
    (child,) = reader.process_ids
    return child


def test_a_child_killed_between_files_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook())
    with GuardedReader(children=1) as reader:
        before = reader.read(tmp_path / "a.xlsx")
        os.kill(child_of(reader), signal.SIGKILL)
        assert reader.read(tmp_path / "a.xlsx") == before


def test_a_file_that_works_the_processor_too_long_is_refused_and_reading_goes_on(
    tmp_path: Path,
) -> None:
    many = {f"A{row}": row for row in range(1, 3000)}
    (tmp_path / "a.xlsx").write_bytes(workbook(**many))
    with GuardedReader(children=1, seconds=0.001) as reader:
        assert refusal(reader, tmp_path / "a.xlsx").code == "file-unreadable"
    with GuardedReader(children=1) as reader:
        assert reader.read(tmp_path / "a.xlsx").kind == "xlsx"


def test_a_file_nothing_comes_of_is_not_judged_and_reading_goes_on(tmp_path: Path) -> None:
    pipe = tmp_path / "never.xlsx"
    os.mkfifo(pipe)  # opening it waits for a writer that never comes
    (tmp_path / "a.xlsx").write_bytes(workbook())
    with GuardedReader(children=1, patience=0.5) as reader:
        with pytest.raises(FileNotJudged, match="机器太忙，或磁盘没有应答），文件没有判定"):
            reader.read(pipe)
        assert reader.process_ids == ()


def test_a_machine_that_stops_the_child_for_longer_than_a_file_may_take_is_no_verdict(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook())
    with GuardedReader(children=1, seconds=0.5) as reader:
        before = reader.read(tmp_path / "a.xlsx")
        child = child_of(reader)
        os.kill(child, signal.SIGSTOP)
        threading.Timer(1.0, os.kill, (child, signal.SIGCONT)).start()
        assert reader.read(tmp_path / "a.xlsx") == before
        assert child_of(reader) == child


def test_children_that_cannot_start_are_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook())
    with GuardedReader(children=1) as reader:
        with monkeypatch.context() as broken:
            broken.setenv("PYTHONHOME", str(tmp_path))  # where no Python is
            with pytest.raises(FileNotJudged, match="进程起不来，文件没有判定"):
                reader.read(tmp_path / "a.xlsx")
        assert reader.read(tmp_path / "a.xlsx").kind == "xlsx"


def test_a_child_short_of_memory_refuses_one_file_and_goes_on(tmp_path: Path) -> None:
    heavy = io.BytesIO(workbook())
    with zipfile.ZipFile(heavy, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(8):
            archive.writestr(f"xl/part{number}.xml", b" " * (7 << 20))
    (tmp_path / "large.xlsx").write_bytes(heavy.getvalue())
    (tmp_path / "a.xlsx").write_bytes(workbook())
    with GuardedReader(children=1, memory_mb=80) as reader:
        assert refusal(reader, tmp_path / "large.xlsx").code == "file-unreadable"
        assert reader.read(tmp_path / "a.xlsx").kind == "xlsx"


def test_many_threads_share_few_children(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook())
    (tmp_path / "b.xlsx").write_bytes(b"")
    found: list[RawWorkbook | str] = []

    def read(name: str) -> None:
        try:
            found.append(reader.read(tmp_path / name))
        except Refused as refused:
            found.append(refused.code)

    with GuardedReader(children=2) as reader:
        threads = [threading.Thread(target=read, args=("ab"[n % 2] + ".xlsx",)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(reader.process_ids) <= 2
    assert found.count("file-empty") == 10
    assert sum(isinstance(item, RawWorkbook) for item in found) == 10


def test_children_end_with_the_reader(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook())
    reader = GuardedReader(children=1)
    reader.read(tmp_path / "a.xlsx")
    child = child_of(reader)
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook())
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "a.xlsx")], stdout=subprocess.PIPE, cwd=ROOT
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _is_alive(child)
        parent.kill()
    for _ in range(500):
        if not _is_alive(child):
            break
        time.sleep(0.01)
    assert not _is_alive(child)


def _is_alive(process_id: int) -> bool:
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
