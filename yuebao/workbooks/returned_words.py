"""The words a returned workbook is known by, and the colours it is marked with."""

from __future__ import annotations

from yuebao.programme.models import Severity
from yuebao.workbooks.raw import RawSheet

INDEX_SHEET = "退回问题"
RECORD_SHEET = "_yuebao_back"
RECORD_KIND = "yuebao-return"
HEAD = (
    "序号", "表", "单元格", "问题", "怎么改", "填报值", "应为/参考值", "依据", "说明",
    "程度", "编号",
)  # fmt: skip
EXPLANATION_AT, ID_AT = HEAD.index("说明"), HEAD.index("编号")
SAID_BEFORE = "上次说明"  # stands behind the head's columns, where a finding was explained before
SAID_BEFORE_AT = len(HEAD)
MARK_FORMULA = 'ISTEXT("月报退回标记")'
MARK_WORD = "月报退回标记"
COMMENT_OPENS = "【退回·"
COMMENT_RULE = "————————"
AUTHOR = "月报退回"

SEVERITY_WORDS = {Severity.ERROR: "错误", Severity.WARNING: "疑问", Severity.NOTICE: "提示"}

CELL_FILL = {Severity.ERROR: "F8B4AB", Severity.WARNING: "FFE58A", Severity.NOTICE: "D6E9F8"}
INVOLVED_FILL = {Severity.ERROR: "FDE3DF", Severity.WARNING: "FFF6D6", Severity.NOTICE: "EEF6FC"}
ROW_FILL = {Severity.ERROR: "C4161C", Severity.WARNING: "E0A100", Severity.NOTICE: "4C8FBF"}
TAB_FILL = {Severity.ERROR: "FFC4161C", Severity.WARNING: "FFE0A100"}


def is_index(sheet: RawSheet) -> bool:
    """Whether a sheet is the index of a returned workbook, also as a copy of it."""
    return sheet.name.startswith(INDEX_SHEET) and head_row(sheet) is not None


def is_ours(sheet: RawSheet) -> bool:
    """Whether a sheet came with a return and is no part of what is submitted."""
    return sheet.name == RECORD_SHEET or is_index(sheet)


def head_row(sheet: RawSheet) -> int | None:
    """The row of the index's heading; None where there is none."""
    for at, row in enumerate(sheet.rows[:20]):
        if tuple(str(value or "").strip() for value in row[: len(HEAD)]) == HEAD:
            return at
    return None
