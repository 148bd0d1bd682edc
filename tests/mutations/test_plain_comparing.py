"""Dates are compared by the numbers Excel stores them as."""

from datetime import date, datetime

from plain_comparing import serial


def test_days_before_march_1900_are_counted_as_excel_counts_them() -> None:
    assert serial(date(1900, 1, 1)) == 1
    assert serial(date(1900, 2, 28)) == 59
    assert serial(date(1900, 3, 1)) == 61
    assert serial(datetime(1900, 1, 2, 12)) == 2.5  # noqa: DTZ001  # a workbook's days have no zone
    assert serial(date(2023, 9, 25)) == 45194
