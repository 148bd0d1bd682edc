"""Corrections in sentences, for lists, bulletins and refusals."""

from __future__ import annotations

from yuebao.corrections.cells import column_name, row_name
from yuebao.corrections.record import CorrectionState, Held, StandingCorrection, Told, in_words
from yuebao.programme.models import ColumnType, Programme

STATE_WORDS = {
    CorrectionState.APPLIED: "已生效",
    CorrectionState.IDLE: "待入库",
    CorrectionState.DIFFERS: "原值不符",
    CorrectionState.ABSENT: "没有这一格",
    CorrectionState.REPEATED: "行不唯一",
    CorrectionState.TWICE: "重复更正",
    CorrectionState.WITHDRAWN: "已撤销",
    CorrectionState.WITHDRAWAL: "撤销",
}
_ADVICE = {
    CorrectionState.IDLE: "这张表现在没有已入库的一版，入库后再核对原值。",
    CorrectionState.ABSENT: (
        "现在入库的一版里没有这一格（行被删去，或改报了零报告），更正没有生效。请撤销这条更正。"
    ),
    CorrectionState.REPEATED: (
        "现在入库的一版里有几行同名，分不清更正哪一行，更正没有生效。"
        "请让单位把行名改开后重报，或撤销这条更正。"
    ),
    CorrectionState.TWICE: "同一格有不止一条更正，都没有生效。请只留一条，其余撤销。",
    CorrectionState.WITHDRAWN: "这条更正已经撤销。",
    CorrectionState.WITHDRAWAL: "撤销了从前的更正。",
}


def cell_words(programme: Programme, told: Told) -> str:
    """The cell in words: whose, of when, in which form, row and column."""
    unit = programme.unit(told.unit)
    known = [form for form in programme.forms if form.id == told.form]
    tables = [table for form in known for table in form.tables if table.id == told.table]
    title = f"《{known[0].title}》" if known else ""
    row, column = told.row, told.column
    if tables:
        row, column = row_name(programme, unit, tables[0], row), column_name(tables[0], column)
    return f"{unit.name} {told.period} {told.form}{title}“{row}”行“{column}”列"


def value_words(programme: Programme, told: Told, value: Held) -> str:
    """A value in words: villages and townships by their names."""
    if isinstance(value, str) and _is_place(programme, told):
        names = {unit.code: unit.name for unit in programme.units}
        return names.get(value, value)
    return in_words(value)


def _is_place(programme: Programme, told: Told) -> bool:
    return any(
        column.type in (ColumnType.VILLAGE, ColumnType.TOWNSHIP)
        for form in programme.forms
        if form.id == told.form
        for table in form.tables
        if table.id == told.table
        for column in table.columns
        if column.id == told.column
    )


def change_words(programme: Programme, told: Told) -> str:
    """What it changes, why, by whom and when."""
    before = value_words(programme, told, told.expected)
    after = value_words(programme, told, told.value)
    return f"{before} 更正为 {after}（{told.reason}；{told.made_by}，{told.made_on}）"


def footnote(programme: Programme, told: Told) -> str:
    """The correction as a bulletin tells of it."""
    return f"{cell_words(programme, told)}：{change_words(programme, told)}"


def standing_words(programme: Programme, standing: StandingCorrection) -> str:
    """How the correction stands, and what to do where it is not applied."""
    told = standing.correction.told
    if standing.state is CorrectionState.APPLIED:
        return "已生效：汇总和导出用更正后的数，填报的原数不动。"
    if standing.state is CorrectionState.DIFFERS:
        return (
            f"更正时原值为 {value_words(programme, told, told.expected)}，"
            f"现在入库的一版是 {value_words(programme, told, standing.found)}，更正没有生效。"
            "现在的数如已改对，请撤销这条更正；仍要改的，撤销后按现在的数另写一条。"
        )
    return _ADVICE[standing.state]


def open_words(programme: Programme, standing: StandingCorrection) -> str:
    """A correction that waits for the data team: which one, what is in the way, what to do."""
    told = standing.correction.told
    return f"{footnote(programme, told)}：{standing_words(programme, standing)}"


def refusal(programme: Programme, standing: StandingCorrection) -> str:
    """Why a correction is not recorded as it was written; '' where it can be."""
    told = standing.correction.told
    cell = cell_words(programme, told)
    if standing.state is CorrectionState.DIFFERS:
        now, said = standing.found, value_words(programme, told, told.expected)
        return (
            f"{cell}：现在入库的数是 {value_words(programme, told, now)}，不是原值 {said}。"
            "请核对后照现在的数填“原值”。"
        )
    if standing.state is CorrectionState.IDLE:
        return f"{cell}：这张表还没有已入库的一版，没有可更正的数。"
    if standing.state is CorrectionState.ABSENT:
        return f"{cell}：入库的一版里没有这一格（没有这一行，或报的是零报告），没有可更正的数。"
    if standing.state is CorrectionState.REPEATED:
        return f"{cell}：入库的一版里有几行同名，分不清更正哪一行。请让单位把行名改开后重报。"
    if standing.state is CorrectionState.TWICE:
        return f"{cell}：已有一条更正。要改用这一条，请先照从前那一条写一行“撤销”。"
    return ""
