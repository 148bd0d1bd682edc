"""A township's month whose figures change after the fact: what is done to it, and what is asked."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectAlreadyExists, Pause
from prefect.flow_engine import run_flow
from typer.testing import CliRunner

from flows.collect_month import collect_month
from flows.commands.cli import app
from flows.commands.exporting import as_csv
from flows.commands.rebuilding import rebuild
from flows.decide_revision import decide_revision
from flows.office import office, settings
from flows.runs.records import wait_until_recorded
from sql.store import Warehouse

MONTH, UNIT, FORM = "2023-06", "安乐乡", "T14"
TOTAL, OPERATING = 4, 5  # columns of the sheet


def report(home: Path, period: str, content: bytes) -> None:
    """The unit hands a period in for the first time, and it is loaded."""
    folder = home / "inbox" / UNIT / period
    folder.mkdir(parents=True)
    (folder / "报表.xlsx").write_bytes(content)
    assert collect(period) == ("COMPLETED", "已入库 1")


def collect(period: str = MONTH) -> tuple[str, str]:
    state = collect_month(period, (UNIT,), return_state=True)
    assert wait_until_recorded(seconds=30) == 0
    return state.type.value, state.name


def yuebao(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def revise(path: Path, column: int, factor: str, *, villages: int = 99) -> None:
    """Multiply a column of village figures, in the first so many villages."""
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if sheet.title.startswith(FORM))
    rows = [c.row for c in sheet["B"] if str(c.value).endswith("村民委员会")]
    for row in rows[:villages]:
        cell = sheet.cell(row=row, column=column)
        cell.value = float(round(Decimal(str(cell.value)) * Decimal(factor), 2))
    book.save(path)


def operating() -> Decimal:
    """The township's operating income as it counts now."""
    code = office().programme.unit_named(UNIT).code
    form = office().warehouse.accepted_in(office().programme, MONTH, unit=code)[code, FORM]
    return sum(row.values["operating_total"] for row in form.values.tables["villages"])


def held() -> list[tuple[str, int, tuple[str, ...]]]:
    return [(h.form, h.version, h.reasons) for h in office().warehouse.held(office().programme.id)]


def codes() -> set[str]:
    programme = office().programme
    unit = programme.unit_named(UNIT).code
    return {issue.code for issue in office().warehouse.issues(programme.id, MONTH, unit=unit)}


def is_held_and_told(version: int, before: Decimal) -> None:
    """That version waits for an answer, everybody can see it, and what counted stands."""
    assert operating() == before
    ((form, held_version, reasons),) = held()
    assert (form, held_version, reasons[0]) == (FORM, version, "已汇总")
    assert reasons[1].startswith("有一列合计变动 ")
    assert "revision-held" in codes()
    shown = yuebao("status", MONTH)
    assert f"待批准：{UNIT} {FORM} 第{version}版" in shown
    assert "待批准 1 张表" in yuebao("held", MONTH)


@contextlib.contextmanager
def deciding() -> Iterator[Callable[[], FlowRun]]:
    """Starts runs of the deployment, in this process in the worker's place."""
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


def waits_with_its_note(run: FlowRun) -> str:
    """The note of impact that a waiting run shows, beside a choice that needs no typing."""
    assert (run.name, run.state.name) == (f"批准改动 {MONTH} {UNIT}", "Suspended")
    keyset = run.state.state_details.run_input_keyset
    with get_client(sync_client=True) as client:
        schema = json.loads(client.read_flow_run_input(run.id, keyset["schema"]))
        note = json.loads(client.read_flow_run_input(run.id, keyset["description"]))
    assert schema["properties"]["decision"]["enum"] == ["同意", "不同意"]
    assert schema.get("required", []) == []  # nothing need be typed
    return note


def rebuilt_is_the_same(folder: Path) -> None:
    """A warehouse rebuilt beside the office's says the same, held versions and answers included."""
    again = f"sqlite:///{folder}/again.db"
    rebuild(settings(), datetime.now(UTC), into=again, say=lambda _: None)
    programme = office().programme.id
    with Warehouse(again) as rebuilt:
        assert exported(rebuilt) == exported(office().warehouse)
        for told in ("held", "closings"):
            assert getattr(rebuilt, told)(programme) == getattr(office().warehouse, told)(programme)
        assert rebuilt.answers(programme, MONTH) == office().warehouse.answers(programme, MONTH)


def exported(warehouse: Warehouse) -> dict[str, str]:
    """The exports, but for the moment of computing."""
    found = {}
    for kind in ("observations", "issues", "monthly", "quarterly"):
        columns, rows = warehouse.export(office().programme.id, kind)
        kept = [at for at, column in enumerate(columns) if column.name != "computed_at"]
        lines = [[row[at] for at in kept] for row in rows]
        found[kind] = as_csv([columns[at].name for at in kept], lines)
    return found
