"""A month's figures change after the fact: held, agreed to in the UI, the same after a rebuild."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.flow_runs import resume_flow_run
from revised_month import (
    MONTH,
    OPERATING,
    UNIT,
    collect,
    deciding,
    go_on,
    held,
    is_held_and_told,
    operating,
    rebuilt_is_the_same,
    report,
    revise,
    waits_with_its_note,
)

from flows.commands.verifying import verify
from flows.office import office, settings

Drop = Callable[[str, str], Path]


def receipts(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "inbox" / UNIT / "回执").glob("*_回执.html"))


@pytest.fixture(scope="module", autouse=True)
def reported(home: Path, clean_file: Callable[[str, str], Path]) -> None:
    """June is in and aggregated: its cut-off is long past."""
    report(home, MONTH, clean_file(UNIT, MONTH).read_bytes())


@pytest.fixture
def start(home: Path) -> Iterator[Callable[[], FlowRun]]:
    with deciding() as run:
        yield run


def test_a_large_change_waits_and_what_counted_stands(home: Path, drop: Drop) -> None:
    before = operating()
    revise(drop(UNIT, MONTH), OPERATING, "0.5")
    assert collect() == ("COMPLETED", "待批准 1")
    is_held_and_told(2, before)


def test_yes_in_the_ui_loads_it(home: Path, start: Callable[[], FlowRun]) -> None:
    programme = office().programme
    computed = office().warehouse.computed_at(programme.id, [MONTH, "2023-Q2"])
    before = operating()
    run = start()
    assert "改动的数（13 处）" in waits_with_its_note(run)

    resume_flow_run(run.id, run_input={})
    run = go_on(run)
    assert (run.state.type.value, run.state.name) == ("COMPLETED", "同意")
    assert operating() < before
    assert held() == []
    assert [name.split("_")[2] for name in receipts(home)] == ["第1版", "第2版", "第3版"]
    again = office().warehouse.computed_at(programme.id, [MONTH, "2023-Q2"])
    assert all(again[period] > computed[period] for period in again)


def test_verify_misses_an_answer_the_archive_lost() -> None:
    assert verify(office(), cells=False).faults == ()
    (record,) = (settings().archive / "desk" / MONTH).glob("decided-*")
    kept = record.read_text("utf-8")
    record.write_text("{", encoding="utf-8")
    texts = [text for _, text in verify(office(), cells=False).faults]
    assert texts == ["决定的记录读不出来", "仓库里有这个决定，档案里没有它的记录"]
    record.write_text(kept, encoding="utf-8")


def test_a_rebuild_says_the_same(tmp_path: Path) -> None:
    rebuilt_is_the_same(tmp_path)
