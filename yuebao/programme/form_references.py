"""The cross references of a form: its filers, its tables, and the columns its rules speak of."""

from __future__ import annotations

from collections.abc import Iterator

from yuebao.programme.column_references import (
    find_column,
    no_column,
    numeric_faults,
)
from yuebao.programme.draft import Located
from yuebao.programme.models import (
    Column,
    ColumnType,
    CrossCheck,
    CrossSide,
    Form,
    RowsKind,
    Table,
)
from yuebao.programme.register import (
    REPORTING_LEVELS,
    Register,
    clause_faults,
    repeated,
    row_faults,
    unit_faults,
)
from yuebao.programme.rule_references import rule_faults
from yuebao.programme.sources import Fault, Step


def form_faults(register: Register, located: Located[Form]) -> Iterator[Fault]:
    """Faults of one form."""
    form = located.value
    yield from clause_faults(register, located, form.clause, "clause")
    yield from _filer_faults(register, located)
    for at, name in repeated(table.id for table in form.tables):
        yield located.fault(f"表 id“{name}”重复", "tables", at, "id")
    for at, table in enumerate(form.tables):
        inner = Located(table, located.source, (*located.at, "tables", at))
        yield from _table_faults(register, inner)


def _filer_faults(register: Register, located: Located[Form]) -> Iterator[Fault]:
    form = located.value
    levels = {level.value for level in REPORTING_LEVELS}
    for at, name in enumerate(form.filed_by):
        if name not in levels:
            for fault in unit_faults(register, located, (name,), REPORTING_LEVELS):
                yield located.fault(fault.text, "filed_by", at)
    if register.is_complete("units.csv"):
        for at, name in enumerate(form.not_applicable):
            if name not in register.filers(form):
                yield located.fault(f"“{name}”本来就不报这张表", "not_applicable", at)


def crosscheck_faults(register: Register, located: Located[CrossCheck]) -> Iterator[Fault]:
    """Faults of one check between two forms."""
    check = located.value
    yield from clause_faults(register, located, check.clause, "clause")
    for name, side in (("left", check.left), ("right", check.right)):
        yield from _side_faults(register, located, name, side)
    left, right = (register.forms.get(side.form) for side in (check.left, check.right))
    if left is None or right is None or not register.is_complete("units.csv"):
        return
    if not register.filers(left) & register.filers(right):
        yield located.fault(f"没有哪个单位同时报 {left.id} 和 {right.id}", "left", "form")


def table_of(
    register: Register, located: Located[object], form_id: str, table_id: str, *address: Step
) -> tuple[Table | None, tuple[Fault, ...]]:
    """The table a reference means, or why there is none; neither if its file is unreadable."""
    if not register.form_is_judged(form_id):
        return None, ()
    form = register.forms.get(form_id)
    if form is None:
        return None, (located.fault(f"没有报表“{form_id}”", *address, "form"),)
    for table in form.tables:
        if table.id == table_id:
            return table, ()
    return None, (located.fault(f"报表 {form_id} 没有表“{table_id}”", *address, "table"),)


def _table_faults(register: Register, located: Located[Table]) -> Iterator[Fault]:
    table = located.value
    yield from _shape_faults(located)
    for at, name in repeated(column.id for column in table.columns):
        yield located.fault(f"列 id“{name}”重复", "columns", at, "id")
    for at, name in repeated(" / ".join(column.path) for column in table.columns):
        yield located.fault(f"表头“{name}”重复，读表时无法区分", "columns", at, "path")
    for at, name in repeated(key.id for key in table.keys):
        yield located.fault(f"行 id“{name}”重复", "keys", at, "id")
    for at, name in repeated(rule.id for rule in table.rules):
        yield located.fault(f"规则 id“{name}”重复", "rules", at, "id")
    for at, column in enumerate(table.columns):
        for text in _column_problems(column):
            yield located.fault(f"列 {column.id}：{text}", "columns", at)
    for at, rule in enumerate(table.rules):
        inner = Located(rule, located.source, (*located.at, "rules", at))
        yield from clause_faults(register, inner, rule.clause, "clause")
        yield from rule_faults(register, inner, table)


def _shape_faults(located: Located[Table]) -> Iterator[Fault]:
    table = located.value
    is_open, is_listed = table.rows is RowsKind.OPEN, table.rows is RowsKind.LISTED
    if is_listed != bool(table.keys):
        yield located.fault("rows: listed 的表必须、其他表不得写 keys", "keys")
    if is_open != bool(table.key_columns):
        yield located.fault("rows: open 的表必须、其他表不得写 key_columns", "key_columns")
    if not table.columns:
        yield located.fault("没有列", "columns")
    for at, name in enumerate(table.key_columns):
        if find_column(table, name) is None:
            yield located.fault(no_column(table, name), "key_columns", at)


def _column_problems(column: Column) -> Iterator[str]:
    if (column.type is ColumnType.CHOICE) != bool(column.choices):
        yield "choice 类型的列必须、其他列不得写 choices"
    if not column.path:
        yield "没有表头 path"
    low, high = column.minimum, column.maximum
    if not column.is_number and (column.magnitude or low is not None or high is not None):
        yield "minimum、maximum、magnitude 只用于数"
    if low is not None and high is not None and low > high:
        yield "minimum 大于 maximum"


def _side_faults(
    register: Register, located: Located[CrossCheck], name: str, side: CrossSide
) -> Iterator[Fault]:
    table, faults = table_of(register, located, side.form, side.table, name)
    yield from faults
    if table is not None:
        yield from numeric_faults(located, table, side.columns, name, "columns")
        yield from row_faults(register, located, table, side.rows, name, "rows")
