"""Which cells of a table feed a target that is a plain sum, to weigh their total against it."""

from __future__ import annotations

from dataclasses import dataclass

from yuebao.programme.models import Form, Indicator, Programme, Rollup, Table, TargetKind

_COUNTED = frozenset({TargetKind.AT_LEAST, TargetKind.EQUAL, TargetKind.ABOUT})


@dataclass(frozen=True, slots=True)
class TargetSum:
    """Columns of a table, over ``rows`` (all, if empty), that sum to an indicator."""

    indicator: str
    name: str
    clause: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]

    @property
    def total(self) -> str:
        """The name of the joined column with the unit's total."""
        return f"total__{self.indicator}"

    @property
    def target(self) -> str:
        """The name of the joined column with the unit's target."""
        return f"target__{self.indicator}"


def target_sums(programme: Programme, form: Form, table: Table) -> tuple[TargetSum, ...]:
    """The indicators with a numeric target that are plain sums of the table's cells."""
    return tuple(
        TargetSum(i.id, i.name, i.clause, i.numerator.columns, i.numerator.rows)
        for i in programme.indicators
        if _plain_sum(i) and (i.numerator.form, i.numerator.table) == (form.id, table.id)
    )


def _plain_sum(indicator: Indicator) -> bool:
    if indicator.rollup is not Rollup.SUM or indicator.denominator is not None:
        return False
    if indicator.numerator.where or not indicator.numerator.columns:
        return False
    return indicator.target.kind in _COUNTED
