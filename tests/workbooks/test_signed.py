"""Who filled a form in, as the row of signatures below it says."""

import pytest

from yuebao.programme.models import Programme
from yuebao.workbooks.notes import FormNotes
from yuebao.workbooks.raw import RawSheet, RawValue
from yuebao.workbooks.remarks import read_remarks


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (("审核人：李强", None, "填表人：张 三", None, "联系电话：6212345"), "张 三"),
        (("审核人：", None, "填表人：", None, "联系电话："), ""),
        (("审核人", "李强", "填 表 人", "张三", "联系电话"), "张三"),
        (("填报人:王五",), "王五"),
        (("填表说明：只填数字", "张三"), ""),
        (("制表人：" + "长" * 99,), "长" * 30),
    ],
)
def test_the_name_behind_the_label(
    row: tuple[RawValue, ...], name: str, programme: Programme
) -> None:
    form = programme.forms[0]
    sheet = RawSheet(form.id, visible=True, rows=((), ("情况说明", "已核实"), row))
    remarks = read_remarks(sheet, 0, 3, FormNotes("", "", form, form.id))
    assert (remarks.explanation, remarks.filled_by) == ("已核实", name)
