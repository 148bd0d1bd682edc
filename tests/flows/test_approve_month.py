"""A month waits for a person: through the server as the UI does it, and from the command line."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectAlreadyExists, Pause
from prefect.flow_engine import run_flow
from prefect.flow_runs import resume_flow_run
from typer.testing import CliRunner

from flows.approve_month import approve_month
from flows.commands.cli import app
from flows.office import office
from tasks.approval import already_issued
from tasks.bulletin_files import write_bulletin
from yuebao.results import Colour, IndicatorResult, TargetOrigin
from yuebao.rules.period import Period
from yuebao.rules.quiet import QuietHours

MONTH = Period(2023, 6)
NOW = datetime(2023, 7, 3, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def never_quiet(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office(), "quiet_hours", QuietHours.parse(""))


@pytest.fixture(scope="module")
def results(home: Path) -> list[IndicatorResult]:
    """June of the county, made up: each indicator half way."""
    programme = office().programme
    made = [
        IndicatorResult(
            indicator=indicator.id,
            unit=programme.county,
            period=str(MONTH),
            value=Decimal(50),
            numerator=Decimal(50),
            denominator=None,
            target=Decimal(100),
            target_origin=TargetOrigin.PLAN,
            expected=Decimal(50),
            progress=Decimal(50),
            pace_ratio=Decimal(1),
            colour=Colour.GREEN,
            needed=Decimal(9),
            landing=Decimal(100),
            units_expected=7,
            units_reported=7,
        )
        for indicator in programme.indicators
    ]
    keep(made)
    return made


def keep(results: list[IndicatorResult]) -> None:
    """Aggregate: put the results into the warehouse and write the bulletin."""
    programme = office().programme
    office().warehouse.replace_results(programme.id, MONTH, results, computed_at=NOW)
    write_bulletin(office(), MONTH, NOW)


def page(home: Path) -> str:
    return (home / "outputs" / str(MONTH) / f"通报_{MONTH}.html").read_text("utf-8")


@pytest.fixture(scope="module")
def start(home: Path):
    """Starts a run of the deployment, in this process in the worker's place."""
    with get_client(sync_client=True) as client, contextlib.suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name="yuebao", type="process"))
    deployment = approve_month.to_deployment("approve-month", work_pool_name="yuebao").apply()

    def run(period: str = str(MONTH)) -> FlowRun:
        with get_client(sync_client=True) as client:
            made = client.create_flow_run_from_deployment(deployment, parameters={"period": period})
        return go_on(made)

    return run


def go_on(run: FlowRun) -> FlowRun:
    """Let the run go as far as it can, as a worker would; returns it as the server has it."""
    with contextlib.suppress(Pause):
        run_flow(approve_month, flow_run=read(run), return_type="state")
    return read(run)


def read(run: FlowRun) -> FlowRun:
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run.id)


def form_of(run: FlowRun) -> tuple[dict, str]:
    """The form the UI shows: its schema and the text above it."""
    keyset = run.state.state_details.run_input_keyset
    with get_client(sync_client=True) as client:
        schema = json.loads(client.read_flow_run_input(run.id, keyset["schema"]))
        text = json.loads(client.read_flow_run_input(run.id, keyset["description"]))
    return schema, text


def test_a_month_without_results_has_nothing_to_approve(start) -> None:
    run = start("2023-05")
    assert (run.state.name, run.state.message) == (
        "没有审定",
        "2023年5月还没有汇总，没有可审定的通报。",
    )


def test_the_run_waits_with_the_headline_and_a_form(results, start, home: Path) -> None:
    run = start()
    assert (run.name, run.state.name) == ("审定 2023-06", "Suspended")
    schema, text = form_of(run)
    assert schema["properties"]["decision"]["enum"] == ["通过", "退回"]
    assert schema["properties"]["decision"]["default"] == "通过"
    titles = [field["title"] for field in schema["properties"].values()]
    assert titles == ["决定", "姓名", "备注"]
    assert text.startswith("# 2023年6月月度通报（送审）")
    assert "指标 65 项：达到序时 65" in text
    assert "送审稿" in page(home)

    assert start().state.name == "已在待审"

    resume_flow_run(run.id, run_input={"decision": "退回", "name": "李某", "remark": "核对W06"})
    run = go_on(run)
    assert run.state.name == "退回"
    assert "送审稿" in page(home)
    (decision,) = office().warehouse.decisions(office().programme.id, MONTH)
    assert (decision.number, decision.verdict, decision.name, decision.remark, decision.files) == (
        1,
        "returned",
        "李某",
        "核对W06",
        (),
    )


def test_approved_it_is_issued_with_its_files_and_everyone_is_told(
    results, start, home: Path
) -> None:
    run = start()
    assert "上次审定：李某 退回。核对W06" in form_of(run)[1]
    resume_flow_run(run.id, run_input={"decision": "通过", "name": "王某", "remark": ""})
    run = go_on(run)
    assert (run.state.name, run.state.type) == ("已签发", "COMPLETED")
    decision = office().warehouse.decisions(office().programme.id, MONTH)[-1]
    assert (decision.number, decision.name) == (2, "王某")
    folder = home / "outputs" / str(MONTH) / "签发"
    assert {
        file.name: hashlib.sha256((folder / file.name).read_bytes()).hexdigest()
        for file in decision.files
    } == {file.name: file.sha256 for file in decision.files}
    assert [file.name.rpartition(".")[2] for file in decision.files] == ["html", "xlsx"]
    assert "送审稿" not in page(home)
    told = [file.read_text("utf-8") for file in (home / "outputs" / "通知").glob("签发_*")]
    assert len(told) == len(office().programme.reporters) + 1
    assert all("2023年6月月度通报已由王某签发" in text for text in told)


def test_figures_that_changed_while_it_waited_are_shown_again(results, start, home: Path) -> None:
    changed = [replace(results[0], value=Decimal(60)), *results[1:]]
    keep(changed)
    run = start()
    keep([replace(result, colour=Colour.RED) for result in changed])
    answer = {"decision": "通过", "name": "王某", "remark": ""}
    resume_flow_run(run.id, run_input=answer)
    run = go_on(run)
    assert run.state.name == "Suspended"
    assert "滞后 65" in form_of(run)[1]
    assert len(office().warehouse.decisions(office().programme.id, MONTH)) == 2
    resume_flow_run(run.id, run_input=answer | {"decision": "退回", "remark": "数字变了"})
    assert go_on(run).state.name == "退回"
    keep(results)
    again = start()
    resume_flow_run(again.id, run_input=answer)
    assert go_on(again).state.name == "已签发"


def test_what_is_issued_is_not_put_up_again(results, start) -> None:
    run = start()
    assert (run.state.name, run.state.message) == ("已签发", "2023-06 已由王某签发，无需再审。")


def test_revised_figures_are_a_draft_again_and_the_issued_files_stay(results, home: Path) -> None:
    issued = {path: path.read_bytes() for path in (home / "outputs").rglob("签发/*/*")}
    keep([replace(results[0], value=Decimal(51)), *results[1:]])
    assert already_issued(office(), MONTH) is None
    assert "送审稿" in page(home)
    assert {path: path.read_bytes() for path in issued} == issued
    keep(results)
    assert already_issued(office(), MONTH) is not None
    assert "送审稿" not in page(home)


def test_the_command_line_decides_the_same(results, home: Path) -> None:
    keep([replace(results[0], value=Decimal(52)), *results[1:]])
    words = ["approve", str(MONTH), "--name", "赵某", "--decision"]
    assert "已由赵某签发" in CliRunner().invoke(app, [*words, "通过"]).output
    assert "送审稿" not in page(home)
    returned = CliRunner().invoke(app, [*words, "退回"])
    assert str(returned.exception) == "退回时请在备注里写明原因。"
