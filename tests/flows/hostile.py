"""Text that would do something if it were not text, and workbooks full of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import openpyxl

from flows.office import office
from yuebao.readings import FormReading, SubmissionReading
from yuebao.workbooks.interpret import interpret

MARK = "ZZ9"
TEXTS = (
    f"=1+{MARK}",
    f"'; DROP TABLE raw_file; --{MARK}",
    f'=HYPERLINK("http://evil.example/{MARK}","看")',
    f"+{MARK}",
    f"-{MARK}",
    f"@SUM({MARK})",
    f"\t={MARK}",
    f" ={MARK}",
    f"＝1+{MARK}",
    f"=cmd|' /C calc'!{MARK}",
    f"<script>alert('{MARK}')</script>",
    f"<img src=x onerror={MARK}>",
    f"</td></table><h1>{MARK}",
    f"&lt;b&gt;{MARK}",
    f"{{{{ 7*7 }}}}{MARK}",
    f"{{% for a in b %}}{MARK}",
    f"{{value}}{{expected}}{MARK}",
    f"| a | {MARK} |\n|---|---|",
    f"# {MARK}\n- [x] `rm`",
    f"[{MARK}](javascript:alert(1))",
    f"![{MARK}](http://evil.example/x.png)",
    f"../../../{MARK}",
    f"{MARK}\n2023-06-25 | ERROR | forged",
    f"${{PATH}}%s%n{MARK}",
    f"[bold]{MARK}[/bold]",
    f"\u202e{MARK}\u2066",
    f"{MARK}_x001B_[31m",
    f"{MARK}半_xD83D_个",  # half of a character
    f"{MARK}_x0000__xFFFE_\ufffd",
    f"'=1+{MARK}",
    f"<!--{MARK}--><![CDATA[{MARK}]]>",
)
SHEET_NAME = f"=1+{MARK}<b>{{{{7}}}}|`x`"
FILE_NAME = f"<img src=x onerror={MARK}>{{{{7*7}}}}|`a`\n2023 | ERROR | =.xlsx"
_NAMED = ("审核人", "填表人", "联系电话")


def plant_texts(path: Path, unit: str, period: str) -> None:
    """Put them where any text may stand: names of projects, 情况说明, 填表人, a sheet's name."""
    book, reading = _opened(path, unit, period)
    texts = cycle(TEXTS)
    for form in reading.forms:
        sheet = book[form.sheet]
        free = {c.id for t in _form(form).tables for c in t.columns if c.type == "text"}
        for entry in form.entries:
            if entry.column in free and entry.value:
                _write(sheet[entry.address], next(texts))
        for row in sheet.iter_rows():
            for cell in row:
                label = str(cell.value or "").rstrip("：")
                if label == "情况说明":
                    _write(cell.offset(0, 1), next(texts))
                elif label in _NAMED:
                    _write(cell, f"{label}：{next(texts)}")
    book.create_sheet(SHEET_NAME)["A1"].value = MARK
    book.save(path)


def plant_faults(path: Path, unit: str, period: str) -> None:
    """Put them where a number or a choice should stand, so that findings quote them."""
    book, reading = _opened(path, unit, period)
    texts = cycle(TEXTS)
    for form in reading.forms:
        for entry in form.entries[:6]:
            _write(book[form.sheet][entry.address], next(texts))
    book[reading.forms[0].sheet].title = SHEET_NAME
    book.save(path)


def _opened(path: Path, unit: str, period: str) -> tuple[openpyxl.Workbook, SubmissionReading]:
    programme = office().programme
    reading = interpret(
        office().reader.read(path),
        programme,
        unit=programme.unit_named(unit).code,
        period=period,
        sha256="0" * 64,
        file_name=path.name,
        arrived_at=datetime.now(UTC),
    )
    return openpyxl.load_workbook(path), reading


def _form(form: FormReading):  # type: ignore[no-untyped-def]
    return office().programme.form(form.form)


def _write(cell: openpyxl.cell.Cell, text: str) -> None:
    if isinstance(cell, openpyxl.cell.MergedCell):
        return
    cell.value = text
    cell.data_type = "s"  # as text, whatever it begins with


def marked(texts: Iterable[object]) -> list[str]:
    """Those of the texts that came from the planted ones."""
    return [text for text in texts if isinstance(text, str) and MARK in text]
