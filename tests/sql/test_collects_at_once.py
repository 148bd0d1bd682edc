"""Collections of the same month in eight processes at once, with and without the month's hold."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from sql.store import Warehouse
from yuebao.programme.models import Programme
from yuebao.results import JudgedSubmission
from yuebao.workbooks.archive_check import archive_faults
from yuebao.workbooks.arrivals import note_taken, read_records
from yuebao.workbooks.intake import archive_file

MAY = "2023-05"
UNITS = ("53101", "53102", "53B01")
PROCESSES = 8


@dataclass(frozen=True)
class Month:
    """What stands in the inbox of a month, in the order of its arrival."""

    url: str
    programme: Programme
    files: tuple[JudgedSubmission, ...]
    now: datetime

    def collected(self, number: int) -> list[tuple[str, int, bool]]:
        """One process collects: what is known is left alone, as a run does."""
        found = []
        with Warehouse(self.url) as own:
            for file in self.files[number % 3 :] + self.files[: number % 3]:
                if not own.is_known(self.programme.id, file.unit, MAY, file.sha256):
                    receipt = own.load(self.programme, file, loaded_at=self.now)
                    found.append((file.sha256, receipt.version, receipt.changed))
        return found

    def collected_alone(self, _number: int) -> list[tuple[str, int, bool]]:
        with Warehouse(self.url) as own, own.exclusively(MAY, seconds=60) as free:
            return self.collected(0) if free else []

    def judged_again(self, number: int) -> list[tuple[str, int, bool]]:
        """A reload in the middle: what was loaded last is judged again on purpose."""
        with Warehouse(self.url) as own:
            file = self.files[number % len(self.files)]
            receipt = own.load(self.programme, file, loaded_at=self.now, again=True)
            return [(file.sha256, receipt.version, receipt.changed)]


@pytest.fixture
def month(url: str, county: Programme, hand: Any, now: datetime) -> Month:
    with Warehouse(url) as warehouse:
        warehouse.register(county)
    files = tuple(
        hand.file(f"{unit}-{n}", hand.villages(n + 1, 2), unit=unit, days=n)
        for n in range(4)
        for unit in UNITS
    )
    return Month(url, county, files, now)


def at_once(deed: Any, numbers: range = range(PROCESSES)) -> list[Any]:
    with ProcessPoolExecutor(len(numbers), mp_context=get_context("fork")) as pool:
        return list(pool.map(deed, numbers))


def versions(month: Month) -> dict[str, list[tuple[int, str]]]:
    with Warehouse(month.url) as warehouse:
        records = warehouse.submissions(month.programme.id, MAY)
    return {unit: [(r.version, r.sha256) for r in records if r.unit == unit] for unit in UNITS}


def test_each_submission_is_loaded_once_and_versions_leave_no_gap(month: Month) -> None:
    receipts = [one for found in at_once(month.collected) for one in found]
    assert sorted(sha256 for sha256, _, changed in receipts if changed) == sorted(
        file.sha256 for file in month.files
    )
    for unit, found in versions(month).items():
        assert [version for version, _ in found] == [1, 2, 3, 4]
        assert {sha256 for _, sha256 in found} == {f"{unit}-{n}" for n in range(4)}


def test_with_the_hold_of_the_month_versions_are_in_order_of_arrival(month: Month) -> None:
    found = at_once(month.collected_alone)
    assert sorted(map(len, found)) == [0] * (PROCESSES - 1) + [len(month.files)]
    for unit, said in versions(month).items():
        assert said == [(n + 1, f"{unit}-{n}") for n in range(4)]


def test_judging_again_during_a_collection_adds_versions_and_loses_none(month: Month) -> None:
    at_once(partial(_deed, month))
    total = 0
    for unit, found in versions(month).items():
        total += len(found)
        assert [version for version, _ in found] == list(range(1, len(found) + 1))
        assert {sha256 for _, sha256 in found} == {f"{unit}-{n}" for n in range(4)}
    assert len(month.files) <= total <= len(month.files) + PROCESSES // 2
    with Warehouse(month.url) as warehouse:
        standings = warehouse.statuses(month.programme.id, MAY)
    assert len({(s.unit, s.form) for s in standings}) == len(standings) == len(UNITS)


def _deed(month: Month, number: int) -> list[tuple[str, int, bool]]:
    return month.judged_again(number) if number % 2 else month.collected(number)


def _archived(path: Path, archive: Path, now: datetime, number: int) -> str:
    kept = archive_file(path, archive, unit=UNITS[0], period=MAY, arrived_at=now)
    taken_at = now + timedelta(seconds=number)
    note_taken(archive, [kept], unit=UNITS[0], period=MAY, taken_at=taken_at)
    return kept.sha256


def test_one_file_archived_by_eight_at_once_lies_there_once_and_whole(
    tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "inbox" / "东镇" / MAY / "月报.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(os.urandom(200_000))
    archive = tmp_path / "archive"
    assert len(set(at_once(partial(_archived, path, archive, now)))) == 1
    records = read_records(archive)
    assert len(records.arrivals) == 1
    assert list(archive_faults(archive, records)) == []
    assert [p for p in archive.rglob("*") if p.is_file() and p.name.startswith(".")] == []
