"""What every table is asked by its columns alone: complete, filled, in range, beside last month."""

from __future__ import annotations

from collections.abc import Iterator

from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
    ExpectColumnValuesToBeInSet,
)
from great_expectations.expectations.core.expect_column_values_to_not_be_null import (
    ExpectColumnValuesToNotBeNull,
)
from great_expectations.expectations.core.expect_compound_columns_to_be_unique import (
    ExpectCompoundColumnsToBeUnique,
)

from expectations import predicates as p
from expectations.checks import Check, Place, check
from expectations.own_beside import (
    ExpectConstantsToStay,
    ExpectCumulativesNotToFall,
    ExpectMagnitudeToBePlausible,
    ExpectTextNotToRepeatLast,
    ExpectTotalToRespectTarget,
    peer,
    spread,
)
from expectations.own_within import ExpectCellsToBeWithinLimits, ExpectRequiredCellsToBeFilled
from expectations.phrases import limits, listed, path
from expectations.targets import TargetSum
from yuebao.programme.models import Column, ColumnType, Cumulative, Measure, RowsKind

POSITION = "position"
SUBMISSION = "submission"
FORM_NOW = "form_now"
FORM_LAST = "form_last"

_MISSING = {RowsKind.VILLAGES: "village-missing"}
_TWICE = {RowsKind.VILLAGES: "village-duplicate", RowsKind.OPEN: "duplicate-row"}


def structure_checks(place: Place) -> Iterator[Check]:
    """Each row of the register is there, and no row is there twice."""
    kind, clause = place.table.rows, place.form.clause
    if kind is not RowsKind.OPEN:
        yield check(
            ExpectColumnValuesToNotBeNull,
            rule="rows_complete",
            code=_MISSING.get(kind, "row-missing"),
            columns=(),
            clause=clause,
            note="应有的每一行都在表中",
            arguments={"column": POSITION},
        )
    yield check(
        ExpectCompoundColumnsToBeUnique,
        rule="rows_once",
        code=_TWICE.get(kind, "row-duplicate"),
        columns=(),
        clause=clause,
        note="同一行不重复登记",
        arguments={"column_list": [SUBMISSION, p.ROW]},
    )


def cell_checks(place: Place) -> Iterator[Check]:
    """Required cells are filled; numbers lie in range; choices are among the choices."""
    table, clause = place.table, place.form.clause
    required = [c.id for c in asked(place) if c.required]
    if required:
        yield check(
            ExpectRequiredCellsToBeFilled,
            rule="required",
            code="required",
            columns=required,
            clause=clause,
            note=f"必须填写：{listed(table, required)}",
            arguments={"column_list": [*required, p.UNREAD], "required": required},
        )
    yield from _range_checks(place)
    for column in asked(place):
        if column.type is ColumnType.CHOICE:
            yield check(
                ExpectColumnValuesToBeInSet,
                rule=f"choice_{column.id}",
                code="choice",
                columns=[column.id],
                clause=clause,
                note=f"“{path(table, column.id)}”只能从可选项中选",
                arguments={"column": column.id, "value_set": list(column.choices)},
            )


def last_checks(place: Place) -> Iterator[Check]:
    """Cumulatives do not fall, constants stay, the form is not last month's over again."""
    table, clause = place.table, place.form.clause
    grown = [c.id for c in numbers(place) if c.measure is Measure.CUMULATIVE and _grows(place, c)]
    if grown:
        yield check(
            ExpectCumulativesNotToFall,
            rule="not_falling",
            code="falling",
            columns=grown,
            clause=clause,
            note=f"累计数不比上期少：{listed(table, grown)}",
            arguments={"column_list": [*grown, *map(p.last, grown), p.ROW], "cumulatives": grown},
        )
    fixed = [c.id for c in asked(place) if c.measure is Measure.CONSTANT]
    if fixed:
        yield check(
            ExpectConstantsToStay,
            rule="constant",
            code="constant",
            columns=fixed,
            clause=clause,
            note=f"全年不变：{listed(table, fixed)}",
            arguments={"column_list": [*fixed, *map(p.last, fixed), p.ROW], "constants": fixed},
        )
    if table == place.form.tables[0] and _moves(place):
        yield check(
            ExpectTextNotToRepeatLast,
            rule="not_copied",
            code="copy-of-last",
            columns=(),
            clause=clause,
            note="整表数字不与上期完全相同",
            arguments={
                "column_list": [FORM_NOW, FORM_LAST],
                "now": FORM_NOW,
                "before": FORM_LAST,
            },
        )


def magnitude_checks(place: Place, targets: tuple[TargetSum, ...]) -> Iterator[Check]:
    """Figures in proportion to last month, to the peers, and to the year's target."""
    for column in weighed(place):
        arguments: dict[str, object] = {
            "column_list": [column.id, p.last(column.id), peer(column.id), spread(column.id)],
            "figure": column.id,
            "measure": column.measure.value,
        }
        yield check(
            ExpectMagnitudeToBePlausible,
            rule=f"magnitude_{column.id}",
            code="unit-of-measure",
            columns=[column.id],
            clause=place.form.clause,
            note=f"“{path(place.table, column.id)}”与上期、与其他单位相比数量级正常",
            arguments=arguments | ({"unit": column.unit} if column.unit else {}),
        )
    for target in targets:
        yield check(
            ExpectTotalToRespectTarget,
            rule=f"target_{target.indicator}",
            code="magnitude-target",
            columns=target.columns,
            clause=target.clause,
            note=f"{listed(place.table, target.columns)}合计不应数倍于全年任务（{target.name}）",
            arguments={
                "column_list": [target.total, target.target],
                "total": target.total,
                "target": target.target,
            },
        )


def asked(place: Place) -> tuple[Column, ...]:
    """The columns a clerk fills in."""
    return tuple(column for column in place.table.columns if not column.prefilled)


def numbers(place: Place) -> tuple[Column, ...]:
    """The columns of numbers a clerk fills in."""
    return tuple(column for column in asked(place) if column.is_number)


def weighed(place: Place) -> tuple[Column, ...]:
    """The columns whose magnitude is weighed."""
    return tuple(column for column in numbers(place) if column.magnitude)


def _grows(place: Place, column: Column) -> bool:
    """Whether a cumulative may not fall: a net change, whose flow may be negative, may."""
    rules = (rule for rule in place.table.rules if isinstance(rule, Cumulative))
    flows = (place.table.column(r.flow) for r in rules if r.cumulative == column.id)
    return all(flow.minimum is not None for flow in flows)


def _range_checks(place: Place) -> Iterator[Check]:
    groups: dict[tuple[str | None, str | None], list[Column]] = {}
    for column in numbers(place):
        ends = tuple(None if end is None else str(end) for end in (column.minimum, column.maximum))
        if any(ends):
            groups.setdefault((ends[0], ends[1]), []).append(column)
    for (least, most), columns in groups.items():
        ids = [column.id for column in columns]
        said = limits(columns[0].minimum, columns[0].maximum)
        arguments: dict[str, object] = {"column_list": [*ids, p.ROW], "limited": ids}
        ends_given = {"minimum": least, "maximum": most}
        yield check(
            ExpectCellsToBeWithinLimits,
            rule="_".join(("range", *(end or "x" for end in (least, most)))),
            code="range",
            columns=ids,
            clause=place.form.clause,
            note=f"应{said}：{listed(place.table, ids)}",
            arguments=arguments | {k: v for k, v in ends_given.items() if v is not None},
        )


def _moves(place: Place) -> bool:
    moving = (Measure.FLOW, Measure.CUMULATIVE, Measure.STOCK)
    columns = (column for table in place.form.tables for column in table.columns)
    return any(column.is_number and column.measure in moving for column in columns)
