"""Readings on their way between processes: thousands of cells as plain tuples.

Pickle spells out the class of each object it holds; plain tuples pass four times as fast.
"""

from __future__ import annotations

from dataclasses import replace

from yuebao.readings import Entry, FormReading, SubmissionReading


def packed(reading: SubmissionReading) -> SubmissionReading:
    """The reading with its cells as plain tuples; good for nothing but ``unpacked``."""
    return replace(reading, forms=tuple(_plain(form) for form in reading.forms))


def unpacked(reading: SubmissionReading) -> SubmissionReading:
    """The reading as it was before it was packed."""
    return replace(reading, forms=tuple(_named(form) for form in reading.forms))


def _plain(form: FormReading) -> FormReading:
    plain = tuple(map(tuple, form.entries))
    return replace(form, entries=plain)  # type: ignore[arg-type]  # until they are unpacked


def _named(form: FormReading) -> FormReading:
    return replace(form, entries=tuple(map(Entry._make, form.entries)))
