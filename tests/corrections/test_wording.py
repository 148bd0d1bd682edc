"""What people write of a correction: the cell they mean, or a sentence saying what is unclear."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from yuebao.corrections.archive import archive_correction, archived_corrections
from yuebao.corrections.record import Correction, Told, as_json, from_json
from yuebao.corrections.sentences import footnote
from yuebao.corrections.sheet import correction_lines
from yuebao.corrections.unclear import UnclearError
from yuebao.corrections.wording import Written, dated, told
from yuebao.programme.models import Programme
from yuebao.readings import AcceptedForm, FormValues, RowValues
from yuebao.reports.corrections import blank_corrections
from yuebao.workbooks.read import GuardedReader

MONTH, TOWN = "2023-09", "532323203"
LABOUR = Written(
    *("安乐乡", MONTH, "T08", "猫街", "转移就业总量（人）", "811", "118", "抄错", "王某"),
    made_on="2023-10-08",
)
HOUSES = AcceptedForm(
    *("T03", TOWN, MONTH),
    FormValues(
        "T03", {"projects": tuple(RowValues(f"一期|{v}", {}) for v in ("猫街村", "石板村"))}
    ),
)
ACCEPTED = {(TOWN, "T03"): HOUSES}
AREA = replace(LABOUR, form="T03", row="一期|猫街村", column="面积/已建成", value="8.5")


def test_a_cell_is_meant_as_the_form_calls_it(programme: Programme) -> None:
    meant = told(programme, LABOUR, {})
    assert meant == Told(
        *(TOWN, MONTH, "T08", "villages", "532323203201", "total"), Decimal(811), Decimal(118),
        "抄错", "王某", date(2023, 10, 8),
    )  # fmt: skip
    for other in (
        replace(LABOUR, form="农村劳动力转移就业", unit=TOWN, column="total"),
        replace(LABOUR, row="猫街村民委员会", column="转移就业总人数", expected=Decimal(811)),
        replace(LABOUR, row="532323203201", made_on=datetime(2023, 10, 8)),  # noqa: DTZ001
        replace(LABOUR, made_on=date(2023, 10, 8), action="更正", value="118人"),
    ):
        assert told(programme, other, {}) == meant
    assert footnote(programme, meant) == (
        "安乐乡 2023-09 T08《农村劳动力转移就业》“猫街村民委员会”行“转移就业总量”列："
        "811 更正为 118（抄错；王某，2023-10-08）"
    )


def test_rows_of_open_tables_are_those_that_count_or_were_corrected(programme: Programme) -> None:
    meant = told(programme, AREA, ACCEPTED)
    assert (meant.row, meant.column, meant.value) == ("一期|猫街村", "built_area", Decimal("8.5"))
    assert told(programme, AREA, {}, [meant]) == meant
    with pytest.raises(UnclearError, match=r"不止一处：一期\|猫街村、一期\|石板村"):
        told(programme, replace(AREA, row="一期"), ACCEPTED)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (replace(LABOUR, unit="安乐镇"), "没有“安乐镇”这个报送单位"),
        (replace(LABOUR, period="九月"), "“九月”不是期别"),
        (replace(LABOUR, form="T99"), "不报“T99”这张表，要报的是：T01、"),
        (replace(LABOUR, form="Q01"), "不报“Q01”这张表"),
        (replace(LABOUR, row="牛街"), "没有“牛街”这一行，现有：猫街"),
        (replace(LABOUR, row="合计"), "由各行相加得出"),
        (replace(LABOUR, column="总产值"), "没有“总产值”这一列，现有：转移就业总量、"),
        (replace(LABOUR, column="省外"), "不止一处：其中/省外、脱贫劳动力/其中省外"),
        (replace(LABOUR, table="第二张"), "没有“第二张”这张分表"),
        (replace(LABOUR, value="一百"), "“更正为”写的是“一百”，应为数"),
        (replace(LABOUR, value="11.5"), "“11.5”，应为整数"),
        (replace(LABOUR, value="-1"), "“更正为”不能小于 0"),
        (replace(LABOUR, value="811"), "原值和更正值相同"),
        (replace(LABOUR, value=" "), "请填“更正为”；空白的格写“空”"),
        (replace(LABOUR, value="空"), "必填列，不能更正为空"),
        (replace(LABOUR, expected=None), "请填“原值”"),
        (replace(LABOUR, reason="  "), "请填“原因”"),
        (replace(LABOUR, made_by=""), "请填“更正人”"),
        (replace(LABOUR, made_on="昨天"), "请填更正“日期”"),
        (replace(LABOUR, action="删除"), "只能是“更正”或“撤销”"),
        (replace(AREA, column="项目名称"), "是认行用的列，不能更正"),
    ],
)
def test_what_is_unclear_is_said(programme: Programme, written: Written, sentence: str) -> None:
    with pytest.raises(UnclearError, match=sentence):
        told(programme, written, ACCEPTED)


def test_a_blank_may_be_expected_and_a_day_left_to_today(programme: Programme) -> None:
    blank = replace(LABOUR, expected="空", made_on="")
    meant = told(programme, dated(blank, date(2023, 10, 9)), {})
    assert (meant.expected, meant.made_on) == (None, date(2023, 10, 9))


def test_the_same_said_twice_has_one_name_and_any_change_another(programme: Programme) -> None:
    meant = told(programme, LABOUR, {})
    assert replace(meant, value=Decimal("118.000000")).id == meant.id
    others = [
        replace(meant, value=Decimal(119)),
        replace(meant, expected="811"),
        replace(meant, reason="另有原因"),
        replace(meant, withdraws=True),
    ]
    assert len({meant.id, *(one.id for one in others)}) == 5


def test_the_archive_gives_back_what_it_was_given_and_names_what_was_edited(
    programme: Programme, tmp_path: Path
) -> None:
    now = datetime(2023, 10, 8, tzinfo=UTC)
    one = Correction(told(programme, LABOUR, {}), now, "更正单.xlsx", "f" * 64, 5)
    path = archive_correction(tmp_path, one)
    assert archive_correction(tmp_path, replace(one, line=9)) == path
    assert archived_corrections(tmp_path).corrections == (one,)
    assert from_json(as_json(one)) == one
    path.write_text(path.read_text(encoding="utf-8").replace("118", "999"), encoding="utf-8")
    found = archived_corrections(tmp_path)
    assert (found.corrections, found.broken) == ((), (path,))


def test_the_blank_sheet_filled_in_is_read_line_by_line(
    programme: Programme, tmp_path: Path
) -> None:
    path = tmp_path / "更正单.xlsx"
    path.write_bytes(blank_corrections(MONTH))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    first = ("安乐乡", datetime(2023, 9, 1), "T08", "", "猫街", "转移就业总量", 811, 118)  # noqa: DTZ001
    for at, line in ((5, (*first, "抄错", "王某", datetime(2023, 10, 8))), (7, first)):  # noqa: DTZ001
        for column, content in enumerate(line, start=1):
            sheet.cell(at, column).value = content
    book.save(path)
    with GuardedReader(children=1) as reader:
        lines = correction_lines(reader.read(path), MONTH)
    assert lines is not None
    assert [line.number for line in lines] == [5, 7]
    assert told(programme, lines[0].written, {}) == told(programme, LABOUR, {})
    with pytest.raises(UnclearError, match="请填“原因”"):
        told(programme, lines[1].written, {})
