"""What people write of a correction → the cell and the values it is about.

Units, forms, rows and columns are named as the forms and files name them, values are read by the
rules that submissions are read by. What is not clear is said in one sentence, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from yuebao.corrections.cells import CellWords, cell_meant, open_rows
from yuebao.corrections.record import BLANK, Held, Told, held
from yuebao.corrections.unclear import UnclearError, one_of
from yuebao.one_line import one_line
from yuebao.programme.models import Column, ColumnType, Form, Programme, Table, Unit
from yuebao.readings import Accepted
from yuebao.rules.obligations import forms_of, is_named
from yuebao.rules.period import Period, PeriodError
from yuebao.workbooks.cells import Fault, is_informative, read_cell
from yuebao.workbooks.labels import normalised
from yuebao.workbooks.names import names_for
from yuebao.workbooks.numbers import shown
from yuebao.workbooks.raw import RawValue

CORRECT, WITHDRAW = "更正", "撤销"
_FAULTS = {
    "not-a-number": "应为数",
    "not-whole": "应为整数",
    "number-too-long": "数太长，存不下",
    "other-unit": "计量单位不对",
    "not-a-date": "应为日期，如 2023-09-30",
    "village-unknown": "没有这个村（社区）",
    "error-cell": "是公式错误",
    "formula-without-value": "是没有结果的公式",
}
_DATE = Column(id="made_on", path=("日期",), type=ColumnType.DATE)


@dataclass(frozen=True, slots=True)
class Written:
    """One correction as somebody wrote it. ``percent``: which values are shown as per cent."""

    unit: str
    period: str
    form: str
    row: str
    column: str
    expected: RawValue
    value: RawValue
    reason: str
    made_by: str
    made_on: RawValue
    table: str = ""
    action: str = ""
    percent: frozenset[str] = frozenset()


def told(
    programme: Programme, written: Written, accepted: Accepted, recorded: Sequence[Told] = ()
) -> Told:
    """The correction it means; UnclearError with a sentence where it is not clear.

    ``accepted`` is what counts for the period, ``recorded`` its corrections: the rows of open
    tables are known from them.
    """
    unit = _unit(programme, written.unit)
    period = _period(written.period)
    form = _form(programme, unit, period, written.form)
    words = CellWords(written.table, written.row, written.column)
    rows = open_rows(form, unit, accepted, recorded)
    table, column, row = cell_meant(programme, unit, form, words, rows)
    _refuse_fixed(table, column)
    drafted = Told(
        unit=unit.code,
        period=str(period),
        form=form.id,
        table=table.id,
        row=row,
        column=column.id,
        expected=_value(programme, unit, column, written, "expected"),
        value=_value(programme, unit, column, written, "value"),
        reason=_said(written.reason, "原因"),
        made_by=_said(written.made_by, "更正人"),
        made_on=_day(programme, unit, written.made_on),
        withdraws=_withdraws(written.action),
    )
    return drafted if drafted.withdraws else _sensible(drafted, column)


def dated(written: Written, today: date) -> Written:
    """The same made today, where it does not say when."""
    return replace(written, made_on=today) if written.made_on in (None, "") else written


def _unit(programme: Programme, text: str) -> Unit:
    wanted = normalised(text)
    for unit in programme.reporters:
        if wanted in map(normalised, (unit.name, unit.short_name, unit.code, *unit.aliases)):
            return unit
    raise UnclearError(f"没有“{text}”这个报送单位，请写单位全称。")


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except PeriodError as error:
        raise UnclearError(str(error)) from error


def _form(programme: Programme, unit: Unit, period: Period, text: str) -> Form:
    wanted = normalised(text)
    filed = [form for form in forms_of(programme, period) if is_named(form.filed_by, unit)]
    for form in filed:
        if wanted in map(normalised, (form.id, form.title, f"{form.id}{form.title}")):
            return form
    names = one_of(form.id for form in filed)
    raise UnclearError(f"{unit.name} {period} 不报“{text}”这张表，要报的是：{names}。")


def _refuse_fixed(table: Table, column: Column) -> None:
    if column.id in table.key_columns:
        raise UnclearError(f"“{'/'.join(column.path)}”是认行用的列，不能更正；请让单位改好后重报。")
    if column.prefilled:
        raise UnclearError(f"“{'/'.join(column.path)}”是系统预填的列，不是单位填的，不能更正。")


def _value(programme: Programme, unit: Unit, column: Column, written: Written, side: str) -> Held:
    raw: RawValue = getattr(written, side)
    label = "原值" if side == "expected" else "更正为"
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        raise UnclearError(f"请填“{label}”；空白的格写“{BLANK}”。")
    if isinstance(raw, str) and raw.strip() == BLANK:
        return None
    names = names_for(programme, unit)
    value, fault = read_cell(column, raw, names, percent=side in written.percent)
    if fault is not None and not is_informative(fault):
        raise UnclearError(f"“{label}”写的是“{fault.value}”，{_fault_words(fault)}。")
    return held(value)


def _fault_words(fault: Fault) -> str:
    words = _FAULTS.get(fault.code, "不是这一列能填的")
    return f"{words}（应为 {fault.expected}）" if fault.expected else words


def _said(text: str, label: str) -> str:
    if not text.strip():
        raise UnclearError(f"请填“{label}”。")
    return " ".join(one_line(text).split())


def _day(programme: Programme, unit: Unit, raw: RawValue) -> date:
    value, _ = read_cell(_DATE, raw, names_for(programme, unit), percent=False)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise UnclearError("请填更正“日期”，如 2023-10-08。")
    return value


def _withdraws(action: str) -> bool:
    wanted = normalised(action)
    if wanted not in ("", CORRECT, WITHDRAW):
        raise UnclearError(f"“办理”写成了“{action}”，只能是“{CORRECT}”或“{WITHDRAW}”。")
    return wanted == WITHDRAW


def _sensible(drafted: Told, column: Column) -> Told:
    if drafted.value == drafted.expected:
        raise UnclearError("原值和更正值相同，没有可更正的。")
    if drafted.value is None and column.required:
        raise UnclearError(f"“{'/'.join(column.path)}”是必填列，不能更正为空。")
    for complaint in _bounds(drafted.value, column):
        raise UnclearError(f"“更正为”{complaint}。")
    return drafted


def _bounds(value: Held, column: Column) -> Iterable[str]:
    if value is None or isinstance(value, str):
        return
    if column.minimum is not None and value < column.minimum:
        yield f"不能小于 {shown(column.minimum)}"
    if column.maximum is not None and value > column.maximum:
        yield f"不能大于 {shown(column.maximum)}"
