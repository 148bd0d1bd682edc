"""The health as the office meets it: the command, the page, the deployment, a dead server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import ObjectAlreadyExists
from prefect.states import Completed, Crashed, Failed, Late, Scheduled
from typer.testing import CliRunner

from flows.commands.cli import app
from flows.office import office, open_office, settings
from flows.steps.health_facts import health_of, server_facts
from tasks.deeds import Done, last_done, note_done
from yuebao.rules.health import Level

MONTH, UNIT = "2023-06", "县林草局"
HOUR = timedelta(hours=1)


def seen(**ahead: float) -> dict[str, tuple[Level, str]]:
    health = health_of(office(), settings(), datetime.now(UTC) + timedelta(**ahead))
    return {check.id: (check.level, check.text) for check in health.checks}


def test_a_file_waits_until_it_is_taken(drop: Callable[[str, str], Path], home: Path) -> None:
    path = drop(UNIT, MONTH)
    assert "1 个文件等待收集（县林草局）" in seen()["inbox"][1]
    assert seen()["collect"] == (Level.CARE, "还没有成功收集过。")
    assert seen(days=2)["inbox"][0] is Level.BAD

    here, now = office(), datetime.now(UTC)
    unit = here.programme.unit_named(UNIT)
    (file,) = here.inbox.look([unit], MONTH, now=now, settle_seconds=0)[unit.code].ready
    here.inbox.take(file, here.archive, unit=unit, period=MONTH, now=now)
    note_done(here, Done.COLLECTED, now, f"{MONTH} 已入库 1", ok=True)
    assert seen()["inbox"] == (Level.GOOD, "收件箱里没有等待收集的文件。")
    assert f"{MONTH} 已入库 1" in seen()["collect"][1]
    path.write_bytes(path.read_bytes() + b"later")
    assert "1 个文件等待收集" in seen()["inbox"][1]
    path.unlink()


def test_a_collection_that_broke_off_is_no_success_and_hides_none(home: Path) -> None:
    before = last_done(office(), Done.COLLECTED)
    note_done(office(), Done.COLLECTED, datetime.now(UTC), "2023-06 系统故障", ok=False)
    level, _ = seen()["collect"]
    assert level is Level.BAD
    after = last_done(office(), Done.COLLECTED)
    assert before is not None
    assert after is not None
    assert after.succeeded_at == before.succeeded_at


def test_verifying_leaves_its_mark(home: Path) -> None:
    assert seen()["archive"][0] is Level.CARE
    assert CliRunner().invoke(app, ["verify", "--quick"]).exit_code == 1, "it is not loaded"
    assert seen()["archive"][0] is Level.BAD
    shutil.rmtree(home / "archive")
    assert CliRunner().invoke(app, ["verify", "--quick"]).exit_code == 0
    assert seen()["archive"] == (Level.GOOD, "上次核对在 0 分钟前：档案 0 个文件，不对的 0 处。")
    note_done(office(), Done.VERIFIED, datetime.now(UTC), "不对的 1 处", ok=False)


def test_the_command_ends_with_1_where_anything_is_wrong(home: Path) -> None:
    said = CliRunner().invoke(app, ["health"], env={"COLUMNS": "200"})
    assert said.exit_code == 1
    assert "异常：收集、档案核对" in said.output
    assert "异常：收集、档案核对" in (home / "outputs" / "健康.html").read_text("utf-8")
    machine = CliRunner().invoke(app, ["health", "--json"])
    assert machine.exit_code == 1
    checks = {check["id"]: check["level"] for check in json.loads(machine.output)["checks"]}
    assert (checks["archive"], checks["disk"] in ("good", "care", "bad")) == ("bad", True)


def test_a_server_that_is_gone_is_noticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL")
    assert seen()["server"] == (Level.CARE, "没有运行 yuebao up，定时的收集和通知都不会进行。")
    (home / "prefect").mkdir(exist_ok=True)
    gone = {"api_url": "http://127.0.0.1:9/api", "pid": 2**22 + 1}
    (home / "prefect" / "address.json").write_text(json.dumps(gone), encoding="utf-8")
    assert seen()["server"][0] is Level.BAD
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert seen()["server"][0] is Level.BAD


def test_a_warehouse_that_is_gone_is_a_finding_too(home: Path) -> None:
    nowhere = "postgresql://me:word@127.0.0.1:1/none"
    without = open_office(settings(), nowhere)
    health = health_of(without, settings(), datetime.now(UTC))
    (check,) = [check for check in health.checks if check.id == "warehouse"]
    assert check.level is Level.BAD
    assert "连不上仓库" in check.text
    assert "word" not in check.text


def test_the_flow_shows_it_beside_the_run_and_tells_the_data_team_once(home: Path) -> None:
    from flows.health import health

    state = health(return_state=True)
    assert state.name.startswith("异常：")
    with get_client(sync_client=True) as client:
        (shown,) = [a for a in client.read_artifacts() if a.key == "health"]
    rows = {row["项目"]: row["状态"] for row in json.loads(str(shown.data))}
    assert rows["档案核对"] == "异常"
    assert (rows["服务"], rows["工作进程"]) == ("正常", "异常")
    health(return_state=True)
    known = office().warehouse.known_notices(office().programme.id)
    assert len([key for key in known if key.endswith(":archive")]) == 1


@flow(name="every-morning")
def every_morning() -> None:
    """Only to be scheduled."""


def put(client: SyncPrefectClient, name: str, state: State) -> FlowRun:
    due = Scheduled(scheduled_time=state.state_details.scheduled_time)
    run = client.create_flow_run(every_morning, name=name, state=due)
    client.set_flow_run_state(run.id, state, force=True)
    return run


def test_what_the_server_knows_of_runs(home: Path) -> None:
    now = datetime.now(UTC)
    states = {
        "坏了": Failed(message="no room"),
        "断了": Crashed(message="killed"),
        "故障": Failed(name="已入库 3，系统故障 18"),
        "退回": Failed(name="已入库 3，退回 1"),
        "好的": Completed(),
    }
    before = server_facts(settings(), now).late
    with get_client(sync_client=True) as client:
        runs = [put(client, name, state) for name, state in states.items()]
        for minutes in (16, 5):  # one that only waits for its turn is not late yet
            runs.append(put(client, "迟", Late(scheduled_time=now - timedelta(minutes=minutes))))
        facts = server_facts(settings(), now)
        assert {"坏了", "断了", "故障"} <= set(facts.failed)
        assert not {"退回", "好的"} & set(facts.failed)
        assert facts.late == before + 1
        assert not {"坏了", "断了"} & set(server_facts(settings(), now + 25 * HOUR).failed)
        for run in runs:
            client.delete_flow_run(run.id)


def test_a_schedule_without_a_next_run_is_noticed(home: Path) -> None:
    """The scheduler stopped: the others' runs that still lie ahead do not hide it."""
    now = datetime.now(UTC)
    with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name="yuebao", type="process"))
    for name, paused in (("清早", False), ("停用", True)):
        every_morning.to_deployment(
            name, work_pool_name="yuebao", cron="0 6 * * *", paused=paused
        ).apply()
    with get_client(sync_client=True) as client:
        runs = [put(client, "另一个", Scheduled(scheduled_time=now + HOUR))]
        deployed = client.read_deployment_by_name("every-morning/清早")
        of_it = DeploymentFilter(id=DeploymentFilterId(any_=[deployed.id]))
        for run in client.read_flow_runs(deployment_filter=of_it):
            client.delete_flow_run(run.id)
        without = server_facts(settings(), now).unscheduled
        assert ("清早" in without, "停用" in without) == (True, False)
        runs.append(
            client.create_flow_run_from_deployment(
                deployed.id, state=Scheduled(scheduled_time=now + HOUR)
            )
        )
        assert "清早" not in server_facts(settings(), now).unscheduled
        for run in runs:
            client.delete_flow_run(run.id)
        for name in ("清早", "停用"):
            client.delete_deployment(client.read_deployment_by_name(f"every-morning/{name}").id)
