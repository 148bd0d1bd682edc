"""Personal numbers are masked in what is kept of a file, and the unit is told once a column."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest

from yuebao.programme.models import Programme, Severity
from yuebao.readings import SubmissionReading
from yuebao.rules.verdict import settle
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.personal_numbers import kinds_in, masked
from yuebao.workbooks.refusal import LIMITS
from yuebao.workbooks.returned import returned_workbook
from yuebao.workbooks.template import render_workbook

MOBILE = "13887801234"


def identity_card(first: str) -> str:
    """Seventeen digits with their check digit."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(first, weights, strict=True))
    return first + "10X98765432"[total % 11]


VALID_CARD = identity_card("53232319900307001")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (VALID_CARD, f"5323{'*' * 12}{VALID_CARD[-2:]}"),
        (
            f"张三{VALID_CARD}，电话{MOBILE}",
            f"张三5323{'*' * 12}{VALID_CARD[-2:]}，电话138****1234",
        ),
        ("138 8780 1234", "138 **** 1234"),
        ("1388-780-1234", "138*-***-1234"),
        ("电话:13887801234转", "电话:138****1234转"),
        ("6222 0212 3456 7890 128", "6222 **** **** **** *28"),
        (f"{VALID_CARD[:15]}000", f"5323{'*' * 12}00"),
        ("532323199003070016", f"5323{'*' * 12}16"),
        ("6222021234567890000", f"6222{'*' * 13}00"),
        ("5.32323E+17", "5.3****E+17"),
        ("5.3232319900307e17", "5.3************e17"),
        ("卡号6.22202E+18", "卡号6.2****E+18"),
        ("1.3887801234E+10", "1.3*********E+10"),
    ],
)
def test_personal_numbers_are_masked_where_they_stand(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        identity_card("53232319900307001")[:-1] + ("0" if VALID_CARD[-1] != "0" else "1"),
        "12887801234",
        "共和镇2023年大棚项目一期",
        "2023-09-25 至 2023-12-30",
        "0000000000000000",
        "1234567890",
        "138878012345",
        "投资13887801.234万元",
        "9.32323E+17",
        "1.38E+10",
        "4.5E+05",
        "932323199003070000",
        "2304-532323-04-01-123456",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert masked(text) == text
    assert kinds_in(text) == ()


def filled(programme: Programme, cells: dict[str, object]) -> bytes:
    unit = programme.unit_named("共和镇").code
    book = openpyxl.load_workbook(
        io.BytesIO(render_workbook(programme, unit, "2023-09", (programme.form("T03"),)))
    )
    sheet = next(sheet for sheet in book.worksheets if sheet.title.startswith("T03"))
    for address, value in cells.items():
        sheet[address] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(programme: Programme, cells: dict[str, object]) -> SubmissionReading:
    return interpret(
        parse_content(filled(programme, cells), LIMITS),
        programme,
        unit=programme.unit_named("共和镇").code,
        period="2023-09",
        sha256="0" * 64,
        file_name=f"月报（{MOBILE}）.xlsx",
        arrived_at=datetime(2023, 9, 25, tzinfo=UTC),
    )


def test_a_submission_keeps_no_personal_number(programme: Programme) -> None:
    cells = {
        "B5": f"甲大棚（{VALID_CARD}）",
        "D5": f"李四 {MOBILE}",
        "E5": MOBILE,
        "B6": "乙大棚",
        "D6": f"王五 {MOBILE}",
        "E6": 120,
    }
    reading = read(programme, cells)
    form = reading.forms[0]
    assert reading.file_name == "月报（138****1234）.xlsx"
    assert VALID_CARD not in repr(reading)
    assert f"四 {MOBILE}" not in repr(reading)
    told = [issue for issue in form.issues if issue.code == "personal-data"]
    assert [(i.severity, i.cells) for i in told] == [
        (Severity.NOTICE, ("B5",)),
        (Severity.NOTICE, ("D5", "D6")),
        (Severity.ERROR, ("E5",)),
    ]
    assert told[1].message.startswith("“投资业主”里有个人的手机号（李四 138****1234）")
    values = {(entry.column, entry.position): entry.value for entry in form.entries}
    assert values["owner", 0] == "李四 138****1234"
    assert values["planned_area", 0] is None
    assert values["planned_area", 1] == 120
    assert {entry.row.split("|")[0] for entry in form.entries} == {
        f"甲大棚（5323{'*' * 12}{VALID_CARD[-2:]}）",
        "乙大棚",
    }


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (13887801234, "138****1234"),
        ("13887801234", "138****1234"),
        (int(f"{VALID_CARD[:15]}000"), f"5323{'*' * 12}00"),
        (5.3232319900101e17, f"5323{'*' * 12}00"),
        ("5.32323E+17", "5.3****E+17"),
        (6222021234567890128, f"6222{'*' * 13}00"),
    ],
)
def test_a_personal_number_is_no_figure(
    programme: Programme, typed: float | str, shown: str
) -> None:
    cells = {"B5": "甲大棚", "C5": typed, "E5": typed, "F5": 12, "G5": 5}
    reading = read(programme, cells)
    form = settle(reading.forms[0].issues)
    entry = next(e for e in reading.forms[0].entries if e.address == "E5")
    assert (entry.value, entry.raw, entry.readable) == (None, shown, False)
    told = [(i.code, i.severity, i.value) for i in form if "E5" in i.cells]
    assert told == [("personal-data", Severity.ERROR, shown)]
    assert str(typed) not in repr(reading)
    assert "53232319900" not in repr(reading)


def test_a_return_says_it_masked_and_leaves_the_clerks_own_cell(programme: Programme) -> None:
    cells = {"B5": f"甲大棚（{VALID_CARD}）", "D5": f"李四 {MOBILE}", "E5": MOBILE, "F5": -1}
    reading = read(programme, cells)
    content = returned_workbook(
        filled(programme, cells),
        reading.forms[0].issues,
        programme,
        reading.unit,
        reading.period,
        version=1,
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    index, sheet = book.worksheets[0], next(s for s in book if s.title.startswith("T03"))
    said = "".join(str(cell.value) for row in index.iter_rows() for cell in row)
    said += "".join(c.comment.text for row in sheet.iter_rows() for c in row if c.comment)
    assert "138****1234" in said
    assert MOBILE not in said
    assert VALID_CARD not in said
    assert sheet["D5"].value == f"李四 {MOBILE}"
