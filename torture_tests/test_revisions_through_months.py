"""A month's figures change after the fact: small, held, agreed to, refused; the month closed."""

from __future__ import annotations

import contextlib
import json
import shutil
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
from flows.services.server import prefect_api
from sql.store import Warehouse
from tasks.restating import restated_in
from yuebao.programme.load import load_programme
from yuebao.rules.closing import NotClosedError
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import write_corrected

MONTH, NEXT, UNIT, FORM = "2023-06", "2023-07", "安乐乡", "T14"
PROGRAMME = Path(__file__).parents[1] / "targets" / "mouding-2023"
Drop = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh home, and a private Prefect server."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("YUEBAO_HOME", str(folder))
        environment.setenv("YUEBAO_SETTLE_SECONDS", "0")
        settings.cache_clear()
        office.cache_clear()
        with prefect_api(settings()) as address:
            from prefect.settings import PREFECT_API_URL, temporary_settings

            with temporary_settings({PREFECT_API_URL: address}):
                yield folder
        office().close()
        settings.cache_clear()
        office.cache_clear()


@pytest.fixture(scope="module")
def clean_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Writes the clean sample file of a unit (name) and period."""
    folder, programme = tmp_path_factory.mktemp("samples"), load_programme(PROGRAMME)
    profile = load_profile(PROGRAMME / "samples", programme)

    def write(unit: str, period: str) -> Path:
        code = programme.unit_named(unit).code
        month = Period.parse(period)
        return write_corrected(programme, profile, folder, code, month, seed=3).path

    return write


@pytest.fixture(scope="module")
def drop(clean_file: Callable[[str, str], Path], home: Path) -> Drop:
    """Puts the unit's clean workbook into its folder of the inbox, in place of an older one."""

    def put(unit: str, period: str) -> Path:
        source = clean_file(unit, period)
        target = home / "inbox" / unit / period / source.name
        shutil.copy2(source, target)
        return target

    return put


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


@pytest.fixture(scope="module", autouse=True)
def reported(home: Path, clean_file: Callable[[str, str], Path]) -> None:
    """June and July are in and aggregated: their cut-off is long past."""
    for period in (MONTH, NEXT):
        folder = home / "inbox" / UNIT / period
        folder.mkdir(parents=True)
        (folder / "报表.xlsx").write_bytes(clean_file(UNIT, period).read_bytes())
        assert collect(period) == ("COMPLETED", "已入库 1")


def test_a_small_change_is_loaded_and_noted(home: Path, drop: Drop) -> None:
    before = operating()
    revise(drop(UNIT, MONTH), 5, "0.9", villages=1)
    assert collect() == ("COMPLETED", "已入库 1")
    assert operating() < before
    assert held() == []
    (note,) = (home / "outputs" / MONTH / "修订").glob("*_第2版.md")
    text = note.read_text("utf-8")
    assert "改动不大，已直接入库" in text
    assert "改动的数（1 处）" in text


def test_a_large_change_waits_and_what_counted_stands(drop: Drop) -> None:
    before = operating()
    revise(drop(UNIT, MONTH), 5, "0.5")
    assert collect() == ("COMPLETED", "待批准 1")
    assert operating() == before
    ((form, version, reasons),) = held()
    assert (form, version, reasons[0]) == (FORM, 3, "已汇总")
    assert reasons[1].startswith("有一列合计变动 ")
    assert "revision-held" in codes()
    shown = yuebao("status", MONTH)
    assert f"待批准：{UNIT} {FORM} 第3版" in shown
    assert "待批准 1 张表" in yuebao("held", MONTH)


def test_no_needs_a_reason_and_tells_the_unit(home: Path) -> None:
    before = operating()
    answer = ("decide", MONTH, "--unit", UNIT, "--decision", "不同意")
    assert "请写明原因" in yuebao(*answer)
    assert "不同意" in yuebao(*answer, "--remark", "与台账不符", "--name", "李某")
    assert operating() == before
    assert held() == []
    assert "revision-declined" in codes()
    assert "与台账不符" in yuebao("issues", MONTH, "--unit", UNIT)
    assert (home / "inbox" / UNIT / "回执" / f"{UNIT}_{MONTH}_退回.xlsx").is_file()
    (answered,) = office().warehouse.answers(office().programme.id, MONTH)
    assert (answered.forms, answered.answer, answered.name) == ((FORM,), "不同意", "李某")


@pytest.fixture
def start() -> Iterator[Callable[[], FlowRun]]:
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


def test_yes_in_the_ui_loads_it_and_the_later_month_hears_of_it(
    home: Path, drop: Drop, start: Callable[[], FlowRun]
) -> None:
    programme = office().programme
    code = programme.unit_named(UNIT).code
    path = drop(UNIT, MONTH)
    revise(path, 4, "1.5")
    revise(path, 5, "1.5")
    assert collect() == ("COMPLETED", "待批准 1")
    computed = office().warehouse.computed_at(programme.id, [MONTH, NEXT])
    before = operating()
    assert restated_in(office(), code, NEXT) == ()

    run = start()
    assert (run.name, run.state.name) == (f"批准改动 {MONTH} {UNIT}", "Suspended")
    schema, note = shown_by(run)
    assert schema["properties"]["decision"]["enum"] == ["同意", "不同意"]
    assert schema.get("required", []) == []  # nothing need be typed
    assert "变动的指标结果" in note
    assert "以后各期对不上之处（26 处）" in note

    resume_flow_run(run.id, run_input={})
    run = go_on(run)
    assert (run.state.type.value, run.state.name) == ("COMPLETED", "同意")
    assert operating() > before
    assert held() == []
    again = office().warehouse.computed_at(programme.id, [MONTH, NEXT])
    assert all(again[period] > computed[period] for period in (MONTH, NEXT))
    assert len(restated_in(office(), code, NEXT)) == 26
    assert (home / "outputs" / NEXT / "问题清单" / f"{UNIT}.xlsx").is_file()


def test_what_comes_for_a_closed_month_waits_unless_it_is_open_again(drop: Drop) -> None:
    assert "已由李某定稿" in yuebao("close", MONTH, "--name", "李某")
    before = operating()
    revise(drop(UNIT, MONTH), 5, "1.49")
    assert collect() == ("COMPLETED", "待批准 1")
    assert {reasons for _, _, reasons in held()} == {("已定稿",)}
    assert "period-closed" in codes()
    assert operating() == before
    with pytest.raises(NotClosedError, match="还有待批准的改动（安乐乡）"):
        yuebao("close", MONTH)
    with pytest.raises(NotClosedError, match="已经过去"):
        yuebao("reopen", MONTH, "--reason", "漏报", "--until", "2023-08-01")

    words = ("--unit", UNIT, "--form", FORM, "--until", "2999-01-01", "--name", "王某")
    said = yuebao("reopen", MONTH, "--reason", "漏报一村", *words)
    assert f"{UNIT} {FORM}已重开" in said
    shown = yuebao("status", MONTH)
    assert "已定稿：李某" in shown
    assert f"重开到 2999-01-01：{UNIT} {FORM}（漏报一村；王某" in shown


def test_a_rebuild_says_the_same(tmp_path: Path) -> None:
    assert verify(office(), cells=False).faults == ()
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
