"""Re-running as the data team does it: Retry, reload by mode, dry run; each leaves its trace."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import openpyxl
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterId,
)
from prefect.client.schemas.objects import FlowRun
from prefect.events.worker import EventsWorker
from prefect.exceptions import ObjectAlreadyExists
from prefect.flow_engine import run_flow
from prefect.states import Scheduled

from flows.aggregate_month import aggregate_month
from flows.backfill import backfill
from flows.bulletin import bulletin
from flows.collect_month import collect_month
from flows.office import office
from flows.reload import reload
from flows.runs import idling, naming, taking_turns
from flows.runs.records import wait_until_recorded
from flows.steps import collecting_units
from yuebao.rules.period import Period

MONTH, QUARTER = "2023-06", "2023-Q2"
GOOD, BAD, WORSE, LATE, STUCK = "安乐乡", "蟠猫乡", "江坡镇", "县住建局", "县水务局"
APART = "新桥镇"
Drop = Callable[[str, str], Path]


class Office:
    """The server's deployments, run in this process in the worker's place."""

    def __init__(self) -> None:
        with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name="yuebao", type="process"))
        self.ids = {
            flow.name: flow.to_deployment(
                f"{flow.name}-here", work_pool_name="yuebao", **schedule
            ).apply()
            for flow, schedule in (
                (collect_month, {"cron": "0 8 1 1 *"}),
                (reload, {}),
                (backfill, {}),
                (bulletin, {}),
            )
        }

    def run(self, flow, **parameters: object) -> FlowRun:
        with get_client(sync_client=True) as client:
            made = client.create_flow_run_from_deployment(
                self.ids[flow.name], parameters=parameters
            )
        return self.go(flow, made)

    def go(self, flow, run: FlowRun) -> FlowRun:
        run_flow(flow, flow_run=run, return_type="state")
        assert wait_until_recorded(seconds=30) == 0
        with get_client(sync_client=True) as client:
            return client.read_flow_run(run.id)

    def retry(self, flow, run: FlowRun) -> FlowRun:
        """As the button in the UI does."""
        again = Scheduled(name="AwaitingRetry", message="Retry from the UI")
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(run.id, again)
            return self.go(flow, client.read_flow_run(run.id))


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Office]:
    opened = Office()
    yield opened
    with get_client(sync_client=True) as client:
        for deployment in opened.ids.values():
            client.delete_deployment(deployment)


def spoil(path: Path) -> None:
    """Make a part of the township's labour form wrong."""
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if sheet.title.startswith("T08"))
    row = next(cell.row for cell in sheet["B"] if str(cell.value).endswith("村民委员会"))
    sheet.cell(row=row, column=3).value += 1000
    book.save(path)


def take_apart(path: Path, form: str) -> None:
    """The form in one workbook, the unit's other forms in another."""
    for name, keeps in (("一张表.xlsx", True), ("其余的表.xlsx", False)):
        book = openpyxl.load_workbook(path)
        for sheet in book.worksheets:
            if sheet.title[:1] == "T" and sheet.title.startswith(form) is not keeps:
                book.remove(sheet)
        book.save(path.with_name(name))
    path.unlink()


def versions() -> dict[tuple[str, int], datetime]:
    programme = office().programme
    return {
        (programme.unit(line.unit).name, line.version): line.loaded_at
        for line in office().warehouse.submissions(programme.id, MONTH)
    }


def unit_tasks(run: FlowRun) -> Counter[str]:
    with get_client(sync_client=True) as client:
        chosen = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
        runs = client.read_task_runs(flow_run_filter=chosen, limit=200)
    return Counter(run.name for run in runs if run.task_key.startswith("report_unit"))


def table(key: str) -> list[dict[str, str]]:
    """The newest table artifact of a key, as the UI shows it."""
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])), limit=50
        )
    newest = max(found, key=lambda artifact: artifact.created)
    return json.loads(newest.data)


def test_retry_redoes_what_is_not_done_and_nothing_else(server: Office, drop: Drop) -> None:
    drop(GOOD, MONTH)
    spoil(drop(BAD, MONTH))
    run = server.run(collect_month, period=MONTH, units=[GOOD, BAD])
    assert (run.name, run.state.type.value) == (f"收集 {MONTH}", "FAILED")
    assert run.state.name == "已入库 1，退回 1"
    assert {MONTH, GOOD, BAD} <= set(run.tags)
    before = versions()

    drop(BAD, MONTH)
    run = server.retry(collect_month, run)

    assert (run.state.type.value, run.state.name) == ("COMPLETED", "已入库 2")
    assert {key: versions()[key] for key in before} == before
    assert set(versions()) - set(before) == {(BAD, 2)}
    assert unit_tasks(run) == {f"{GOOD} {MONTH}": 1, f"{BAD} {MONTH}": 2}

    after = versions()
    server.retry(collect_month, run)
    assert versions() == after
    newest = next(row for row in table(f"reruns-{MONTH}") if row["单位"] == BAD)
    assert newest["方式"] == "重试"
    assert newest["之前"].startswith("退回")
    assert newest["之后"] == "已入库"


def test_what_is_no_unit_is_refused_before_a_run_starts(server: Office) -> None:
    with get_client(sync_client=True) as client, pytest.raises(httpx.HTTPStatusError) as refused:
        client.create_flow_run_from_deployment(
            server.ids["reload"], parameters={"period": MONTH, "units": ["昆明"]}
        )
    assert refused.value.response.status_code in (409, 422)


def test_a_fault_of_the_system_is_a_crash_and_no_verdict(
    server: Office, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(STUCK, MONTH)

    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("broken rule")

    monkeypatch.setattr(office().judge, "judge", crash)
    run = server.run(collect_month, period=MONTH, units=[STUCK])
    assert (run.state.type.value, run.state.name) == ("CRASHED", "系统故障 1")
    assert (STUCK, 1) not in versions()


def test_a_dry_run_shows_the_difference_and_changes_nothing(server: Office, drop: Drop) -> None:
    spoil(drop(WORSE, MONTH))
    server.run(collect_month, period=MONTH, units=[WORSE])
    drop(WORSE, MONTH)
    before = versions()

    run = server.run(reload, period=MONTH, mode="失败的", dry_run=True)

    assert run.name == f"重报 {MONTH} 失败的（试算）"
    assert run.state.type.value == "COMPLETED"
    assert versions() == before
    rows = table(f"rehearsal-{MONTH}")
    assert {row["单位"] for row in rows} == {WORSE, STUCK}
    labour = [row for row in rows if (row["单位"], row["表"]) == (WORSE, "T08")]
    assert any(row["变化"].startswith("退回1 → 已报") for row in labour)


def test_one_press_reloads_all_that_failed_and_only_that(server: Office, drop: Drop) -> None:
    drop(LATE, MONTH)
    before = versions()
    programme = office().programme
    computed = office().warehouse.computed_at(programme.id, [MONTH, "2023-Q2"])

    run = server.run(reload, period=MONTH, mode="失败的", reason="改好了 [看](http://x)", by="李四")

    assert (run.state.type.value, run.state.name) == ("COMPLETED", "已入库 2")
    assert set(versions()) - set(before) == {(WORSE, 2), (STUCK, 1)}
    assert {key: versions()[key] for key in before} == before
    again = office().warehouse.computed_at(programme.id, [MONTH, "2023-Q2"])
    assert all(again[period] > computed[period] for period in (MONTH, "2023-Q2"))
    row = next(row for row in table(f"reruns-{MONTH}") if row["单位"] == WORSE)
    assert (row["谁"], row["方式"], row["之后"]) == ("李四", "失败的", "已入库")
    assert "[看](" not in row["原因"]


def test_reloading_the_missing_takes_new_files_only(server: Office) -> None:
    before = versions()
    run = server.run(reload, period=MONTH, mode="缺报的", units=[LATE, GOOD])
    assert set(versions()) - set(before) == {(LATE, 1)}
    assert run.state.name == "已入库 1"


def test_reloading_all_by_the_same_rules_makes_no_new_version(server: Office) -> None:
    before = versions()
    run = server.run(reload, period=MONTH, mode="全部", units=[GOOD], form="T08 农村劳动力转移就业")
    assert versions() == before
    assert run.state.name == "已入库 1"


def test_backfill_collects_the_months_in_order_and_the_quarter_after_its_last(
    server: Office,
) -> None:
    before = versions()
    run = server.run(backfill, first=MONTH, last=MONTH)
    assert (run.name, run.state.name) == (f"补收 {MONTH} 至 {MONTH}", "补收 2 期")
    assert run.state.message.index(f"{MONTH}：") < run.state.message.index("2023-Q2：")
    assert versions() == before


def test_the_bulletin_is_written_again_and_nothing_computed(server: Office, home: Path) -> None:
    page = home / "outputs" / MONTH / f"通报_{MONTH}.html"
    page.unlink()
    computed = office().warehouse.computed_at(office().programme.id, [MONTH])
    run = server.run(bulletin, period=MONTH)
    assert run.name == f"通报 {MONTH}"
    assert page.is_file()
    assert office().warehouse.computed_at(office().programme.id, [MONTH]) == computed


def test_the_matrix_tells_which_rule_stopped_whom_when(server: Office) -> None:
    cells = {(row["单位"], row["表"], row["规则"]): row[MONTH] for row in table("rules")}
    assert cells[(BAD, "T08", "合计不符")] == "1"
    assert cells[(WORSE, "T08", "合计不符")] == "1"


def test_a_form_is_judged_again_from_its_own_file_and_nothing_else_is(
    server: Office, drop: Drop
) -> None:
    path = drop(APART, MONTH)
    spoil(path)
    take_apart(path, "T08")
    run = server.run(collect_month, period=MONTH, units=[APART])
    assert run.state.name == "退回 1"
    before = versions()

    server.run(reload, period=MONTH, mode="失败的", units=[APART], dry_run=True)
    (row,) = table(f"rehearsal-{MONTH}")
    assert (row["表"], row["文件"], row["变化"]) == ("T08", "一张表.xlsx", "不变")
    server.run(reload, period=MONTH, mode="全部", units=[APART], dry_run=True)
    files = {row["表"]: row["文件"] for row in table(f"rehearsal-{MONTH}")}
    assert files.pop("T08") == "一张表.xlsx"
    assert len(files) > 3
    assert set(files.values()) == {"其余的表.xlsx"}

    server.run(reload, period=MONTH, mode="全部", units=[APART])
    assert versions() == before


def test_two_runs_of_one_period_never_work_at_once(
    server: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting_units, "_WAIT_SECONDS", 0.0)
    with office().warehouse.exclusively(MONTH, seconds=0) as held:
        assert held
        run = server.run(collect_month, period=MONTH, units=[GOOD])
    assert (run.state.type.value, run.state.name) == ("CANCELLED", "同期正在运行")


@pytest.mark.parametrize("held", [MONTH, QUARTER])
def test_what_a_run_works_on_is_not_aggregated_by_another(
    server: Office, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    """It would store, over the newer figures, those of before what the run is loading."""
    monkeypatch.setattr(taking_turns, "_WAIT_SECONDS", 0.0)
    before = computed_at(held)
    with office().warehouse.exclusively(held, seconds=0):
        state = aggregate_month(MONTH, return_state=True)
    assert (state.type.value, state.name) == ("CANCELLED", "同期正在运行")
    assert f"{held} 另有一次运行" in state.message
    assert computed_at(held) == before
    assert aggregate_month(MONTH, return_state=True).name == "已汇总"
    assert computed_at(held) > before


def computed_at(period: str) -> datetime:
    (moment,) = (
        office().warehouse.computed_at(office().programme.id, [Period.parse(period)]).values()
    )
    return moment


class June(datetime):
    """A clock that stands in the reporting window of the month."""

    @classmethod
    def now(cls, tz=UTC):
        return datetime(2023, 6, 26, 1, tzinfo=UTC).astimezone(tz)


def test_runs_missed_while_the_server_was_down_are_made_up_for_once(
    server: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule_late_runs(server)
    out_of_season, *late = scheduled_runs(server)
    assert len(late) >= 2
    for module in (idling, naming):
        monkeypatch.setattr(module, "datetime", June)
    before = versions()
    names = [server.go(collect_month, run).state.name for run in late]
    monkeypatch.undo()
    assert names[0].startswith("已入库")
    assert set(names[1:]) == {"已由后一次代替"}
    assert versions() == before
    assert server.go(collect_month, out_of_season).state.name == "不在报送期"


def schedule_late_runs(server: Office) -> None:
    """What the scheduler had made before the server went down."""
    with get_client(sync_client=True) as client:
        for years in (1, 2, 3):
            start = datetime.now(UTC) - timedelta(days=366 * years)
            answer = client._client.post(
                f"/deployments/{server.ids['collect-month']}/schedule",
                json={
                    "start_time": start.isoformat(),
                    "end_time": (start + timedelta(days=366)).isoformat(),
                    "max_runs": 1,
                },
            )
            answer.raise_for_status()


def scheduled_runs(server: Office) -> list[FlowRun]:
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[server.ids["collect-month"]])
            )
        )
    now = datetime.now(UTC)
    waiting = [run for run in found if run.auto_scheduled and run.state.is_scheduled()]
    return [run for run in waiting if run.expected_start_time < now]


def test_what_happened_to_a_unit_is_an_event_automations_can_wait_for(server: Office) -> None:
    EventsWorker.drain_all(timeout=10)
    wanted = {"yuebao.unit.loaded", "yuebao.unit.returned", "yuebao.unit.fault"}
    wanted |= {"yuebao.month.cut-off"}
    until = time.monotonic() + 30
    names: set[str] = set()
    while not wanted <= names and time.monotonic() < until:
        with get_client(sync_client=True) as client:
            answer = client._client.post(
                "/events/filter", json={"filter": {"event": {"prefix": ["yuebao."]}}, "limit": 50}
            )
        names = {event["event"] for event in answer.json()["events"]}
        time.sleep(0.2)
    assert wanted <= names
