"""A month's figures change after the fact: held, agreed to in the UI, the same after a rebuild."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectAlreadyExists, Pause
from prefect.flow_engine import run_flow
from prefect.flow_runs import resume_flow_run
from typer.testing import CliRunner

from flows.collect_month import collect_month
from flows.commands.cli import app
from flows.commands.exporting import as_csv
from flows.commands.rebuilding import rebuild
from flows.commands.verifying import verify
from flows.decide_revision import decide_revision
from flows.office import office, settings
from flows.runs.records import wait_until_recorded
from sql.store import Warehouse

MONTH, UNIT, FORM = "2023-06", "安乐乡", "T14"
Drop = Callable[[str, str], Path]


def collect() -> tuple[str, str]:
    state = collect_month(MONTH, (UNIT,), return_state=True)
    assert wait_until_recorded(seconds=30) == 0
    return state.type.value, state.name


def yuebao(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def halve(path: Path) -> None:
    """Halve the operating income of each village: no rule stands against it."""
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if sheet.title.startswith(FORM))
    rows = [c.row for c in sheet["B"] if str(c.value).endswith("村民委员会")]
    for row in rows:
        cell = sheet.cell(row=row, column=5)
        cell.value = float(round(Decimal(str(cell.value)) / 2, 2))
    book.save(path)


def operating() -> Decimal:
    """The township's operating income as it counts now."""
    code = office().programme.unit_named(UNIT).code
    form = office().warehouse.accepted_in(office().programme, MONTH, unit=code)[code, FORM]
    return sum(row.values["operating_total"] for row in form.values.tables["villages"])


def held() -> list[tuple[str, int, tuple[str, ...]]]:
    return [(h.form, h.version, h.reasons) for h in office().warehouse.held(office().programme.id)]


def receipts(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "inbox" / UNIT / "回执").glob("*_回执.html"))


def codes() -> set[str]:
    programme = office().programme
    unit = programme.unit_named(UNIT).code
    return {issue.code for issue in office().warehouse.issues(programme.id, MONTH, unit=unit)}


@pytest.fixture(scope="module", autouse=True)
def reported(home: Path, clean_file: Callable[[str, str], Path]) -> None:
    """June is in and aggregated: its cut-off is long past."""
    folder = home / "inbox" / UNIT / MONTH
    folder.mkdir(parents=True)
    (folder / "报表.xlsx").write_bytes(clean_file(UNIT, MONTH).read_bytes())
    assert collect() == ("COMPLETED", "已入库 1")


def test_a_large_change_waits_and_what_counted_stands(home: Path, drop: Drop) -> None:
    before = operating()
    halve(drop(UNIT, MONTH))
    assert collect() == ("COMPLETED", "待批准 1")
    assert operating() == before
    ((form, version, reasons),) = held()
    assert (form, version, reasons[0]) == (FORM, 2, "已汇总")
    assert reasons[1].startswith("有一列合计变动 ")
    assert "revision-held" in codes()
    shown = yuebao("status", MONTH)
    assert f"待批准：{UNIT} {FORM} 第2版" in shown
    assert "待批准 1 张表" in yuebao("held", MONTH)


@pytest.fixture
def start(home: Path) -> Iterator[Callable[[], FlowRun]]:
    """Starts a run of the deployment, in this process in the worker's place."""
    with get_client(sync_client=True) as client, contextlib.suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name="yuebao", type="process"))
    deployment = decide_revision.to_deployment("decide-here", work_pool_name="yuebao").apply()

    def run() -> FlowRun:
        chosen = {"period": MONTH, "unit": UNIT}
        with get_client(sync_client=True) as client:
            made = client.create_flow_run_from_deployment(deployment, parameters=chosen)
        return go_on(made)

    yield run
    with get_client(sync_client=True) as client:
        client.delete_deployment(deployment)


def go_on(run: FlowRun) -> FlowRun:
    """Let the run go as far as it can, as a worker would; returns it as the server has it."""
    with get_client(sync_client=True) as client:
        with contextlib.suppress(Pause):
            run_flow(decide_revision, flow_run=client.read_flow_run(run.id), return_type="state")
        assert wait_until_recorded(seconds=30) == 0
        return client.read_flow_run(run.id)


def shown_by(run: FlowRun) -> tuple[dict, str]:
    keyset = run.state.state_details.run_input_keyset
    with get_client(sync_client=True) as client:
        schema = json.loads(client.read_flow_run_input(run.id, keyset["schema"]))
        return schema, json.loads(client.read_flow_run_input(run.id, keyset["description"]))


def test_yes_in_the_ui_loads_it(home: Path, start: Callable[[], FlowRun]) -> None:
    programme = office().programme
    computed = office().warehouse.computed_at(programme.id, [MONTH, "2023-Q2"])
    before = operating()

    run = start()
    assert (run.name, run.state.name) == (f"批准改动 {MONTH} {UNIT}", "Suspended")
    schema, note = shown_by(run)
    assert schema["properties"]["decision"]["enum"] == ["同意", "不同意"]
    assert schema.get("required", []) == []  # nothing need be typed
    assert "改动的数（13 处）" in note

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
    again = f"sqlite:///{tmp_path}/again.db"
    rebuild(settings(), datetime.now(UTC), into=again, say=lambda _: None)
    programme = office().programme.id
    with Warehouse(again) as rebuilt:
        assert exported(rebuilt) == exported(office().warehouse)
        for told in ("held", "closings"):
            assert getattr(rebuilt, told)(programme) == getattr(office().warehouse, told)(programme)
        assert rebuilt.answers(programme, MONTH) == office().warehouse.answers(programme, MONTH)


def exported(warehouse: Warehouse) -> dict[str, str]:
    found = {}
    for kind in ("observations", "issues", "monthly", "quarterly"):
        columns, rows = warehouse.export(office().programme.id, kind)
        kept = [at for at, column in enumerate(columns) if column.name != "computed_at"]
        lines = [[row[at] for at in kept] for row in rows]
        found[kind] = as_csv([columns[at].name for at in kept], lines)
    return found
