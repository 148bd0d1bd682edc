"""Readings between processes: what is unpacked is what was packed, to the digit."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yuebao.readings import Entry, FormReading, SubmissionReading
from yuebao.workbooks.packed import packed, unpacked

VALUES = (Decimal("12"), Decimal("0.10"), Decimal("-0"), Decimal("1E+2"), "x", "", True, None)
CELLS = tuple(
    Entry("villages", "v", position, "figure", value, str(value), f"C{position}", position % 2 == 0)
    for position, value in enumerate((*VALUES, date(2023, 9, 1)))
)


@pytest.mark.parametrize("entries", [CELLS, ()])
def test_a_reading_passes_between_processes_unchanged(entries: tuple[Entry, ...]) -> None:
    form = FormReading("F", "u", "2023-09", "0", "表", entries)
    arrived_at = datetime(2023, 9, 20, tzinfo=UTC)
    reading = SubmissionReading("u", "2023-09", "0", "a.xlsx", arrived_at, None, (form,))

    sent = pickle.dumps(packed(reading))
    returned = unpacked(pickle.loads(sent))  # noqa: S301  # our own

    assert repr(returned) == repr(reading)
