"""Readings on their way between processes: thousands of cells, column by column.

Pickle spells out the class of each object it holds, and makes a call of each Decimal; columns of
plain texts pass several times as fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from yuebao.readings import Entry, FormReading, SubmissionReading

_VALUE = Entry._fields.index("value")


def packed(reading: SubmissionReading) -> SubmissionReading:
    """The reading with its cells as columns; good for nothing but ``unpacked``."""
    return replace(reading, forms=tuple(_in_columns(form) for form in reading.forms))


def unpacked(reading: SubmissionReading) -> SubmissionReading:
    """The reading as it was before it was packed."""
    return replace(reading, forms=tuple(_in_cells(form) for form in reading.forms))


def _in_columns(form: FormReading) -> FormReading:
    columns: list[Sequence[Any]] = list(zip(*form.entries, strict=True))
    if columns:
        columns[_VALUE : _VALUE + 1] = _apart(columns[_VALUE])
    return replace(form, entries=columns)  # type: ignore[arg-type]  # until they are unpacked


def _in_cells(form: FormReading) -> FormReading:
    columns: list[Any] = list(form.entries)
    if columns:
        columns[_VALUE : _VALUE + 2] = [_together(*columns[_VALUE : _VALUE + 2])]
    return replace(form, entries=tuple(map(Entry, *columns)) if columns else ())


def _apart(values: Sequence[Any]) -> tuple[list[str | None], list[Any]]:
    """The numbers as they are spelt, and what is no number."""
    numbers = [str(value) if isinstance(value, Decimal) else None for value in values]
    return numbers, [None if isinstance(value, Decimal) else value for value in values]


def _together(numbers: Sequence[str | None], others: Sequence[Any]) -> list[Any]:
    pairs = zip(numbers, others, strict=True)
    return [other if number is None else Decimal(number) for number, other in pairs]
