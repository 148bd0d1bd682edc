"""A month through a real Prefect server: what the data team sees, and what a re-run does."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilterId

from flows.office import office
from yuebao.programme.models import Severity

MONTH = "2023-06"
TOWNSHIP = "蟠猫乡"
BUREAUS = ("县医保局", "县水务局")


def spoil(path: Path) -> str:
    """Make one of a village's parts of the labour form wrong; returns the cell spoilt."""
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if sheet.title.startswith("T08"))
    row = next(cell.row for cell in sheet["B"] if str(cell.value).endswith("村民委员会"))
    cell = sheet.cell(row=row, column=3)
    cell.value = int(cell.value) + 1000
    book.save(path)
    return cell.coordinate


def collect(period: str = MONTH, units: tuple[str, ...] = ()):
    """Run the flow as the command line does; returns its final state."""
    from flows.collect_month import collect_month
    from flows.runs.records import wait_until_recorded

    state = collect_month(period, units, return_state=True)
    assert wait_until_recorded(seconds=30) == 0
    return state


def unit_runs(state) -> dict[str, tuple[str, str]]:
    """By unit: the state's name and type of its own task run, as the server has it."""
    from prefect.client.schemas.filters import FlowRunFilter as Runs

    with get_client(sync_client=True) as client:
        chosen = Runs(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
        runs = client.read_task_runs(flow_run_filter=chosen, limit=200)
    suffix = f" {MONTH}"
    return {
        run.name.removesuffix(suffix): (run.state.name, run.state.type.value)
        for run in runs
        if run.task_key.startswith("report_unit") and run.name.endswith(suffix)
    }


def loaded_at(home: Path) -> dict[tuple[str, int], str]:
    warehouse = office().warehouse
    return {
        (line.unit, line.version): line.loaded_at.isoformat()
        for line in warehouse.submissions(office().programme.id, MONTH)
    }


def test_one_bad_unit_stops_no_other_and_each_is_named(
    drop: Callable[[str, str], Path], home: Path
) -> None:
    for unit in (TOWNSHIP, "安乐乡", *BUREAUS):
        drop(unit, MONTH)
    cell = spoil(next((home / "inbox" / TOWNSHIP / MONTH).glob("*.xlsx")))

    state = collect()

    runs = unit_runs(state)
    assert runs["安乐乡"] == ("已入库", "COMPLETED")
    assert runs[TOWNSHIP][0].startswith("退回 ")
    assert runs[TOWNSHIP][1] == "FAILED"
    assert runs["共和镇"] == ("未报", "CANCELLED")
    assert len(runs) == len(office().programme.reporters)
    assert state.name.startswith("已入库 3，退回 1，未报 17")
    found = office().warehouse.issues(office().programme.id, MONTH)
    wrong = [issue for issue in found if issue.severity is Severity.ERROR]
    assert [(issue.form, issue.code) for issue in wrong] == [("T08", "parts-total")]
    assert cell in wrong[0].cells


def test_the_returned_unit_gets_its_list_of_findings(home: Path) -> None:
    (path,) = (home / "inbox" / TOWNSHIP / "回执").glob("*问题清单.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "应为" in text
    assert "请核对" in text


def test_the_unharmed_forms_of_the_returned_unit_are_loaded(home: Path) -> None:
    programme = office().programme
    unit = programme.unit_named(TOWNSHIP).code
    columns, rows = office().warehouse.export(programme.id, "observations", MONTH)
    names = [column.name for column in columns]
    forms = {row[names.index("form")] for row in rows if row[names.index("unit_code")] == unit}
    assert "T09" in forms
    assert "T08" not in forms


def test_a_second_run_changes_nothing(home: Path) -> None:
    before = loaded_at(home)
    state = collect()
    assert loaded_at(home) == before
    assert unit_runs(state)["安乐乡"] == ("已入库", "COMPLETED")


def test_the_corrected_file_turns_the_unit_and_leaves_the_others(
    drop: Callable[[str, str], Path], home: Path
) -> None:
    before = loaded_at(home)
    next((home / "inbox" / TOWNSHIP / MONTH).glob("*.xlsx")).unlink()
    drop(TOWNSHIP, MONTH)

    from flows.load_unit import load_unit

    state = load_unit(TOWNSHIP, MONTH, return_state=True)

    assert state.name == "已入库 1"
    after = loaded_at(home)
    assert {key: after[key] for key in before} == before
    unit = office().programme.unit_named(TOWNSHIP).code
    assert (unit, 2) in after
    assert not list((home / "inbox" / TOWNSHIP / "回执").glob("*.xlsx"))


def test_a_crash_while_judging_is_a_fault_of_the_system_not_a_verdict(
    drop: Callable[[str, str], Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop("共和镇", MONTH)

    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("broken rule")

    monkeypatch.setattr(office().judge, "judge", crash)
    state = collect()
    assert unit_runs(state)["共和镇"] == ("系统故障", "CRASHED")
    assert "系统故障 1" in state.name
    monkeypatch.undo()

    again = collect()
    assert unit_runs(again)["共和镇"] == ("已入库", "COMPLETED")


def test_when_cut_off_the_month_and_its_quarter_are_aggregated_and_published(home: Path) -> None:
    outputs = home / "outputs"
    assert (outputs / MONTH / f"通报_{MONTH}.html").is_file()
    assert (outputs / "2023-Q2" / "通报_2023-Q2.xlsx").is_file()
    programme = office().programme
    labour = {
        result.unit: result
        for result in office().warehouse.results(programme.id, [MONTH])
        if result.indicator == "W06-1"
    }
    county = labour[programme.county]
    assert (county.units_reported, county.units_expected) == (3, 7)
    assert county.value == sum(
        result.value for unit, result in labour.items() if unit != programme.county and result.value
    )
