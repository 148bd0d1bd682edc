"""How one cell is read: the stated rules, and nothing but them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuebao.programme.models import Column, ColumnType, Programme
from yuebao.readings import Value
from yuebao.workbooks.cells import Fault, read_cell, shown_raw
from yuebao.workbooks.names import Names, names_for
from yuebao.workbooks.raw import ErrorValue, NoValue, RawValue

TOWNSHIP = "532323101"


@pytest.fixture(scope="module")
def names(programme: Programme) -> Names:
    return names_for(programme, programme.unit(TOWNSHIP))


def column(kind: str, unit: str = "", choices: tuple[str, ...] = ()) -> Column:
    return Column(id="c", path=("某项",), type=ColumnType(kind), unit=unit, choices=choices)


PEOPLE, MONEY, RATE = column("integer", "人"), column("decimal", "万元"), column("percent", "%")

NUMBERS: list[tuple[Column, RawValue, Value | None, str]] = [
    (PEOPLE, Decimal(12), Decimal(12), ""),
    (PEOPLE, None, None, ""),
    (PEOPLE, "  ", None, ""),
    (PEOPLE, "12", Decimal(12), ""),
    (PEOPLE, "-3", Decimal(-3), ""),
    (PEOPLE, " 12 ", Decimal(12), "number-read"),
    (PEOPLE, "１２", Decimal(12), "number-read"),
    (PEOPLE, "1,234", Decimal(1234), "number-read"),
    (PEOPLE, "1，234", Decimal(1234), "number-read"),
    (PEOPLE, "12人", Decimal(12), "number-read"),
    (PEOPLE, "12 人", Decimal(12), "number-read"),
    (PEOPLE, "12户", None, "other-unit"),
    (PEOPLE, "1.2万", None, "other-unit"),
    (PEOPLE, "1.2万人", None, "other-unit"),
    (PEOPLE, "98%", None, "other-unit"),
    (PEOPLE, "12,34", None, "not-a-number"),
    (PEOPLE, "1 234", None, "not-a-number"),
    (PEOPLE, "/", None, "not-a-number"),
    (PEOPLE, "—", None, "not-a-number"),
    (PEOPLE, "-", None, "not-a-number"),
    (PEOPLE, "无", None, "not-a-number"),
    (PEOPLE, "约12", None, "not-a-number"),
    (PEOPLE, "12-15", None, "not-a-number"),
    (PEOPLE, "12左右", None, "not-a-number"),
    (PEOPLE, "十二", None, "not-a-number"),
    (PEOPLE, "1e3", None, "not-a-number"),
    (PEOPLE, "²", None, "not-a-number"),
    (PEOPLE, "٣", None, "not-a-number"),
    (PEOPLE, True, None, "not-a-number"),
    (PEOPLE, date(2023, 9, 25), None, "not-a-number"),
    (PEOPLE, Decimal("12.5"), None, "not-whole"),
    (PEOPLE, "12.0", Decimal(12), ""),
    (PEOPLE, Decimal(10) ** 12, None, "number-too-long"),
    (PEOPLE, "1234567890123", None, "number-too-long"),
    (PEOPLE, Decimal("Infinity"), None, "not-a-number"),
    (PEOPLE, ErrorValue("#REF!"), None, "error-cell"),
    (PEOPLE, NoValue(), None, "formula-without-value"),
    (MONEY, "1,234.50万元", Decimal("1234.5"), "number-read"),
    (MONEY, "12000元", None, "other-unit"),
    (MONEY, Decimal("0.3333333333"), Decimal("0.333333"), "number-rounded"),
    (MONEY, "0.12345678901234567", None, "number-too-long"),
    (RATE, Decimal(98), Decimal(98), ""),
    (RATE, Decimal("0.98"), Decimal("0.98"), ""),  # never mended: the typed-rate rule finds it
    (RATE, "98%", Decimal(98), "number-read"),
    (RATE, "98.5％", Decimal("98.5"), "number-read"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "raw", "value", "code"), NUMBERS)
def test_numbers(of: Column, raw: RawValue, value: Value | None, code: str, names: Names) -> None:
    found, fault = read_cell(of, raw, names, percent=False)
    assert found == value
    assert (fault.code if fault else "") == code


def test_a_percent_format_is_read_as_shown(names: Names) -> None:
    assert read_cell(RATE, Decimal("0.985"), names, percent=True) == (Decimal("98.5"), None)
    assert shown_raw(Decimal("0.985"), percent=True) == "98.5%"
    value, fault = read_cell(PEOPLE, Decimal(12), names, percent=True)
    assert (value, fault) == (None, Fault("other-unit", "1200%", "人"))


DAY = date(2023, 9, 25)
DATES: list[tuple[RawValue, date | None]] = [
    (DAY, DAY),
    (datetime(2023, 9, 25, 13, 5), DAY),  # noqa: DTZ001  # cells know no zone
    (Decimal(45194), DAY),
    (Decimal(20230925), DAY),
    ("2023-09-25", DAY),
    ("2023-9-25", DAY),
    ("2023/9/25", DAY),
    ("2023.9.25", DAY),
    ("2023年9月25日", DAY),
    ("２０２３年９月２５日", DAY),
    ("20230925", DAY),
    ("2023-09-25 00:00:00", DAY),
    ("2023年9月", None),
    ("9月25日", None),
    ("2023-13-25", None),
    ("2023-02-30", None),
    ("待定", None),
    (Decimal(12), None),
    (Decimal("45194.5"), None),
]


@pytest.mark.parametrize(("raw", "day"), DATES)
def test_dates(raw: RawValue, day: date | None, names: Names) -> None:
    found, fault = read_cell(column("date"), raw, names, percent=False)
    assert found == day
    assert (fault is None) == (day is not None)
    assert fault is None or fault.code == "not-a-date"


@pytest.mark.parametrize(
    ("raw", "value"),
    [("是", True), ("否", False), (" 是 ", True), ("Y", True), ("n", False), ("√", None),
     ("有", None), (Decimal(1), None)],
)  # fmt: skip
def test_yes_and_no(raw: RawValue, value: bool | None, names: Names) -> None:
    found, fault = read_cell(column("yes_no"), raw, names, percent=False)
    assert found is value
    assert (fault is None) == (value is not None)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("厂房式", "厂房式"),
        ("厂房 式\n", "厂房式"),
        ("合作社(联社)", "合作社（联社）"),
        ("厂房", None),
    ],
)
def test_choices(raw: str, value: str | None, names: Names) -> None:
    of = column("choice", choices=("厂房式", "合作社（联社）"))
    found, fault = read_cell(of, raw, names, percent=False)
    assert found == value
    assert fault is None or fault == Fault("choice", raw.strip(), "厂房式、合作社（联社）")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("天台村", "532323101201"),
        ("天台", "532323101201"),
        ("天台村委会", "532323101201"),
        ("天台村民委员会", "532323101201"),
        ("天 台　村", "532323101201"),
        ("茅阳社区", "532323101001"),
        ("天台春", None),
    ],
)
def test_villages(raw: str, code: str | None, names: Names) -> None:
    found, fault = read_cell(column("village"), raw, names, percent=False)
    assert found == code
    assert fault is None or fault.code == "village-unknown"


def test_a_township_or_the_county(names: Names) -> None:
    assert read_cell(column("township"), "新桥镇", names, percent=False)[0] == "532323102"
    assert read_cell(column("township"), "牟定县", names, percent=False)[0] == "532323"
    assert read_cell(column("township"), "天台村", names, percent=False)[0] is None


@given(number=st.decimals(-(10**11), 10**11, places=3))
def test_a_number_typed_as_text_is_the_number(number: Decimal) -> None:
    found, fault = read_cell(MONEY, f"{number:f}", NOBODY, percent=False)
    assert (found, fault) == (number, None)


@given(text=st.text(max_size=12))
def test_no_text_is_read_as_a_number_in_silence(text: str) -> None:
    """Whatever stands in a cell, its value is what is typed there, or something is said."""
    found, fault = read_cell(MONEY, text, NOBODY, percent=False)
    if found is not None and fault is None:
        assert Decimal(text.strip()) == found
    if found is None and text.strip():
        assert fault is not None


NOBODY = Names(None, (), {}, {}, {}, None)  # type: ignore[arg-type]
