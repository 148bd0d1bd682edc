"""What the real server does by itself: a failed run is told, a returned submission is not one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
)
from prefect.client.schemas.objects import FlowRun, State
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectAlreadyExists
from prefect.flow_engine import run_flow
from prefect.states import (
    AwaitingRetry,
    Completed,
    Crashed,
    Failed,
    Late,
    Pending,
    Running,
    Scheduled,
)

from flows import notices
from flows.approve_month import approve_month
from flows.decide_revision import decide_revision
from flows.notices import notify
from flows.office import office
from flows.runs.telling import tell_period, tell_unit
from flows.services.automations import register
from flows.services.lost_runs import INTERRUPTED
from yuebao.rules.period import Period
from yuebao.rules.quiet import QuietHours
from yuebao.rules.unit_standing import Standing, UnitStanding


@pytest.fixture(autouse=True)
def never_quiet(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office(), "quiet_hours", QuietHours.parse(""))


@pytest.fixture(scope="module")
def registered(home: Path) -> Iterator[tuple[str, ...]]:
    """The server with our deployments and automations; taken away again afterwards."""
    with get_client(sync_client=True) as client, contextlib.suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name="yuebao", type="process"))
    for entry in (notify, approve_month, decide_revision):
        entry.to_deployment(entry.name, work_pool_name="yuebao").apply()
    created = register()
    yield created
    with get_client(sync_client=True) as client:
        for automation in client.read_automations():
            client.delete_automation(automation.id)


def runs_of(deployment: str, matching: str = "") -> list[FlowRun]:
    """The runs of a deployment whose parameters speak of this."""
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[deployment]))
        )
    return [run for run in runs if matching in str(run.parameters) and not run.auto_scheduled]


def awaited(deployment: str, matching: str) -> list[FlowRun]:
    until = time.monotonic() + 40
    while not (found := runs_of(deployment, matching)) and time.monotonic() < until:
        time.sleep(0.2)
    return found


def test_all_are_there_once_and_registering_again_touches_none(registered) -> None:
    with get_client(sync_client=True) as client:
        before = {a.name: a.id for a in client.read_automations()}
    assert sorted(before) == sorted(registered)
    assert len(before) == 8
    assert register() == ()
    with get_client(sync_client=True) as client:
        assert {a.name: a.id for a in client.read_automations()} == before


def test_a_changed_one_is_mended_in_its_place(registered) -> None:
    with get_client(sync_client=True) as client:
        (late,) = client.read_automations_by_name("月报：运行迟迟不开始即通知数据组")
        changed = late.model_dump(exclude={"id", "owner_resource"}) | {
            "description": "someone's own words"
        }
        client.update_automation(late.id, AutomationCore(**changed))
        assert register() == (late.name,)
        (mended,) = client.read_automations_by_name(late.name)
    assert (mended.id, mended.description) == (late.id, late.description)


def test_one_of_ours_that_is_no_longer_wanted_goes(registered) -> None:
    with get_client(sync_client=True) as client:
        (late,) = client.read_automations_by_name("月报：运行迟迟不开始即通知数据组")
        words = late.model_dump(exclude={"id", "owner_resource"})
        client.create_automation(AutomationCore(**words | {"name": "月报：旧的一条"}))
        client.create_automation(AutomationCore(**words | {"name": "办公室自己的一条"}))
        assert register() == ()
        left = [a for a in client.read_automations() if a.name not in registered]
        for automation in left:
            client.delete_automation(automation.id)
    assert [automation.name for automation in left] == ["办公室自己的一条"]


def test_a_run_that_does_not_start_reaches_the_data_team(registered) -> None:
    """As Prefect's own service marks it while no worker takes it."""

    @flow(name="never-started")
    def waits() -> None:
        """Never called."""

    due = datetime.now(UTC) - timedelta(minutes=1)
    with get_client(sync_client=True) as client:
        late = client.create_flow_run(
            waits, name="收集 没人做", state=Scheduled(scheduled_time=due)
        )
        client.set_flow_run_state(late.id, Late(scheduled_time=due))
    (run,) = awaited("notify", "收集 没人做")
    assert run.parameters["kind"] == "运行迟到"
    assert run.parameters["occasion"] == f"prefect.flow-run.{late.id}"


def test_a_failing_run_reaches_the_data_team(registered, home: Path) -> None:
    @flow(name="aggregate-nothing", flow_run_name="汇总 一个坏月份")
    def breaks() -> None:
        raise ZeroDivisionError("no denominator")

    assert breaks(return_state=True).is_failed()
    (run,) = awaited("notify", "汇总 一个坏月份")
    assert run.parameters["kind"] == "运行失败"
    assert "no denominator" in run.parameters["detail"]

    run_flow(notify, flow_run=run)
    texts = [file.read_text("utf-8") for file in (home / "outputs" / "通知").iterdir()]
    (text,) = [text for text in texts if "汇总 一个坏月份" in text]
    assert "【数据组】运行失败：汇总 一个坏月份。" in text
    assert "no denominator" in text
    assert "/runs/flow-run/" in text


def test_a_collection_with_returned_units_is_followed_by_one_routine_notice(registered) -> None:
    @flow(name="collect-month", flow_run_name="收集 试")
    def collects():
        return Failed(name="已入库 3，退回 1", message="已入库 3，退回 1")

    before = len(runs_of("notify", "例行"))
    assert collects(return_state=True).name == "已入库 3，退回 1"
    until = time.monotonic() + 40
    while len(runs_of("notify", "例行")) == before and time.monotonic() < until:
        time.sleep(0.2)
    assert len(runs_of("notify", "例行")) == before + 1
    assert runs_of("notify", "收集 试") == []


def test_a_fault_of_the_system_in_a_collection_is_one_message(registered) -> None:
    @flow(name="collect-month", flow_run_name="收集 故障")
    def collects():
        return Failed(name="已入库 3，系统故障 18", message="已入库 3，系统故障 18")

    collects(return_state=True)
    (run,) = awaited("notify", "收集 故障")
    assert run.parameters["kind"] == "系统故障"
    assert "系统故障 18" in run.parameters["detail"]


def test_a_run_that_was_cut_off_is_told_as_such(registered) -> None:
    @flow(name="collect-month", flow_run_name="收集 断电")
    def collects():
        return Crashed(message="killed")

    collects(return_state=True)
    assert [run.parameters["kind"] for run in awaited("notify", "收集 断电")] == ["运行中断"]


@pytest.mark.parametrize(
    ("state", "news", "ends"),
    [
        (AwaitingRetry(), Crashed(message="the first process ended badly"), "SCHEDULED"),
        (Pending(), Crashed(name=INTERRUPTED), "PENDING"),
        (Running(), Crashed(name=INTERRUPTED), "RUNNING"),
        (Pending(), Crashed(message="no process could be started"), "CRASHED"),
        (Running(), Crashed(message="its process was killed"), "CRASHED"),
    ],
)
def test_news_of_the_attempt_before_does_not_crash_a_retry(
    registered, state: State, news: State, ends: str
) -> None:
    @flow(name="retried")
    def retried():
        """Never called."""

    with get_client(sync_client=True) as client:
        run = client.create_flow_run(retried, state=state)
        client.set_flow_run_state(run.id, news)
        assert client.read_flow_run(run.id).state_type.value == ends
        client.delete_flow_run(run.id)


def test_nothing_received_by_the_due_date_reaches_the_data_team(
    registered, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @flow(name="collect-month", flow_run_name="收集 次日")
    def collects():
        return Completed(name="未报 21")

    class DayAfter(datetime):
        @classmethod
        def now(cls, tz=UTC):
            return datetime(2023, 9, 26, 1, tzinfo=UTC).astimezone(tz)

    before = {run.id for run in runs_of("notify", "例行")}
    collects(return_state=True)
    until = time.monotonic() + 40
    while not (news := [run for run in runs_of("notify", "例行") if run.id not in before]):
        assert time.monotonic() < until
        time.sleep(0.2)
    monkeypatch.setattr(notices, "datetime", DayAfter)
    run_flow(notify, flow_run=news[0])
    texts = [file.read_text("utf-8") for file in (home / "outputs" / "通知").iterdir()]
    (text,) = [text for text in texts if "一份也没有收到" in text]
    assert "【数据组】2023年9月报表已于 9月25日截止" in text


def test_a_failed_notice_does_not_call_for_another(registered) -> None:
    @flow(name="notify", flow_run_name="通知 坏了")
    def notifies():
        return Failed(message="no channel")

    @flow(name="aggregate-nothing", flow_run_name="之后的坏运行")
    def later():
        return Failed(message="later")

    notifies(return_state=True)
    later(return_state=True)
    assert awaited("notify", "之后的坏运行")
    assert runs_of("notify", "通知 坏了") == []


def test_a_complete_month_is_put_up_for_approval(registered) -> None:
    @flow(name="collects-all", flow_run_name="收集 全")
    def collects():
        tell_period(Period(2023, 9), complete=True, first=True)
        return Completed(name="已入库 21")

    collects()
    (run,) = awaited("approve-month", "2023-09")
    assert run.parameters == {"period": "2023-09"}


def test_a_held_version_waits_for_the_data_teams_answer(registered) -> None:
    unit = office().programme.townships[0]

    @flow(name="collects-held", flow_run_name="收集 待批准")
    def collects():
        tell_unit(office(), "2023-10", UnitStanding(unit.code, Standing.HELD, forms=("T08",)))
        return Completed(name="待批准 1")

    collects()
    (run,) = awaited("decide-revision", "2023-10")
    assert run.parameters == {"period": "2023-10", "unit": unit.name}
