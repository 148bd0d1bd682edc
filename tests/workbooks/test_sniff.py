"""A file is taken for what it holds, not for what it is called."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from yuebao.workbooks.parse import parse_workbook
from yuebao.workbooks.refusal import LIMITS, Refused

FIXTURES = Path(__file__).parents[1] / "fixtures"


def zipped(*names: str, **parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"<x/>")
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


ODT = b"application/vnd.oasis.opendocument.text"
XML_2003 = (
    b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)
OTHERS: list[tuple[str, bytes, str]] = [
    ("月报.xls", "<html><table><tr><td>村</td></tr></table></html>".encode(), "网页"),
    ("月报.xls", "\ufeff<!DOCTYPE html><table>".encode(), "网页"),
    ("月报.xlsx", "村,总量\n天台村,12\n".encode(), "文本或 CSV"),
    ("月报.xlsx", "村,总量\n天台村,12\n".encode("gb18030"), "文本或 CSV"),
    ("月报.xlsx", "村\t总量\n".encode("utf-16"), "文本或 CSV"),
    ("月报.xls", XML_2003, "XML 表格 2003"),
    ("月报.xlsx", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    ("月报.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00", "图片"),
    ("月报.xlsx", b"\xff\xd8\xff\xe0\x00\x10JFIF", "图片"),
    ("月报.xlsx", b"Rar!\x1a\x07\x01\x00", "RAR"),
    ("月报.xlsx", bytes(range(5, 255)), "无法辨认"),
    ("月报.xlsx", zipped("word/document.xml", "[Content_Types].xml"), "Word"),
    ("月报.xlsx", zipped("ppt/presentation.xml"), "PPT"),
    ("月报.xlsx", zipped("共和镇.xlsx", "新桥镇.xlsx"), "ZIP"),
    ("月报.xlsx", zipped("xl/workbook.bin"), "xlsb"),
    ("月报.ods", zipped("content.xml", mimetype=ODT), "文字文档"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "looks"), OTHERS)
def test_what_is_no_workbook_is_named(
    name: str, content: bytes, looks: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as caught:
        parse_workbook(tmp_path / name, LIMITS)
    assert caught.value.code == "file-not-workbook"
    assert looks in caught.value.words["value"]


@pytest.mark.parametrize(
    ("fixture", "name", "kind"),
    [
        ("returned.xls", "月报.xlsx", "xls"),
        ("returned.xls", "月报.et", "xls"),
        ("returned.ods", "月报.xls", "ods"),
        ("returned.ods", "没有后缀", "ods"),
    ],
)
def test_a_workbook_is_read_whatever_its_name(
    fixture: str, name: str, kind: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes((FIXTURES / fixture).read_bytes())
    assert parse_workbook(tmp_path / name, LIMITS).kind == kind


def test_an_xlsx_named_xls_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "村"
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "a.xls")
    assert parse_workbook(tmp_path / "a.xls", LIMITS).kind == "xlsx"
