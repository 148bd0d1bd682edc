"""Interpreting within the reading children: the same readings, and whose fault a crash is."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from yuebao.programme.models import Programme
from yuebao.readings import Entry, SubmissionReading
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.read import GuardedReader, InterpreterBroke
from yuebao.workbooks.template import render_workbook

ABOUT: Mapping[str, Any] = {"period": "2023-09", "sha256": "0" * 64, "file_name": "月报.xlsx"}
ARRIVED_AT = datetime(2023, 9, 25, 8, 0, tzinfo=UTC)
TOWNSHIP = "532323101"


@pytest.fixture(scope="module")
def reader() -> Iterator[GuardedReader]:
    with GuardedReader(children=1) as guarded:
        yield guarded


@pytest.fixture
def workbook(programme: Programme, tmp_path: Path) -> Path:
    path = tmp_path / "月报.xlsx"
    forms = owed_forms(programme, TOWNSHIP, Period.parse("2023-09"))
    path.write_bytes(render_workbook(programme, TOWNSHIP, "2023-09", forms, sample=True))
    return path


def read(reader: GuardedReader, path: Path, programme: Programme) -> SubmissionReading:
    return reader.interpreted(path, programme, unit=TOWNSHIP, arrived_at=ARRIVED_AT, **ABOUT)


def test_a_child_reads_what_interpret_reads(
    reader: GuardedReader, workbook: Path, programme: Programme
) -> None:
    reading = read(reader, workbook, programme)
    raw = reader.read(workbook)
    assert reading == interpret(raw, programme, unit=TOWNSHIP, arrived_at=ARRIVED_AT, **ABOUT)
    entries = [entry for form in reading.forms for entry in form.entries]
    assert all(isinstance(entry, Entry) for entry in entries)


def test_a_fault_of_ours_is_no_verdict_on_the_file(
    reader: GuardedReader, workbook: Path, programme: Programme
) -> None:
    nameless = {**ABOUT, "file_name": None}
    with pytest.raises(InterpreterBroke, match="TypeError"):
        reader.interpreted(workbook, programme, unit=TOWNSHIP, arrived_at=ARRIVED_AT, **nameless)
    children = reader.process_ids
    assert read(reader, workbook, programme).forms  # the child goes on
    assert reader.process_ids == children


def test_a_child_killed_is_taught_again(
    reader: GuardedReader, workbook: Path, programme: Programme
) -> None:
    before = read(reader, workbook, programme)
    (child,) = reader.process_ids
    os.kill(child, signal.SIGKILL)
    assert read(reader, workbook, programme) == before
