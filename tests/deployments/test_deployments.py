"""The deployments as Prefect takes them: each entrypoint loads, schedules make runs."""

import os
import re
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from prefect._vendor.croniter import croniter
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from flows.services.preparing import make_pool
from yuebao.programme.models import Programme
from yuebao.rules.calendar import (
    cut_off_on,
    due_on,
    is_open,
    quarters,
    reportable_periods,
    window_opens_on,
)

FILE = Path(__file__).parents[2] / "deployments" / "prefect.yaml"
DEPLOYMENTS = yaml.safe_load(FILE.read_text(encoding="utf-8"))["deployments"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_each_entrypoint_is_a_flow_and_each_description_is_chinese(deployment: dict) -> None:
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    assert callable(flow)
    assert any("一" <= letter <= "鿿" for letter in deployment["description"])
    for schedule in deployment.get("schedules", []):
        assert schedule["timezone"] == "Asia/Shanghai"


def prefect(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", *words],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"COLUMNS": "200"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_deployed_schedules_make_runs(prefect_server: str) -> None:
    with get_client(sync_client=True) as client:
        make_pool(client)
        prefect("deploy", "--all", "--prefect-file", str(FILE))
        ids = {deployment.name: deployment.id for deployment in client.read_deployments()}
        assert set(ids) >= {d["name"] for d in DEPLOYMENTS}
        waiting = [ids[d["name"]] for d in DEPLOYMENTS if d.get("schedules")]
        until = time.monotonic() + 60
        while waiting and time.monotonic() < until:
            waiting = [deployment for deployment in waiting if not has_runs(client, deployment)]
            time.sleep(0.3)
    assert waiting == []


def has_runs(client: SyncPrefectClient, deployment: UUID) -> bool:
    of_it = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))
    return bool(client.read_flow_runs(flow_run_filter=of_it, limit=1))


def parameters(name: str) -> dict[str, dict]:
    """A deployment's form in the UI: by parameter, its schema."""
    (entrypoint,) = [d["entrypoint"] for d in DEPLOYMENTS if d["name"] == name]
    return parameter_schema(load_flow_from_entrypoint(entrypoint)).properties


def test_what_is_a_list_is_a_drop_down_of_the_programme(programme: Programme) -> None:
    form = parameters("reload")
    names = [unit.name for unit in programme.reporters]
    assert form["units"]["items"]["enum"] == names
    assert parameters("load-unit")["unit"]["enum"] == names
    assert form["mode"]["enum"] == ["失败的", "缺报的", "全部"]
    assert form["form"]["enum"][0] == form["form"]["default"] == "全部表"
    assert "T08 农村劳动力转移就业" in form["form"]["enum"]
    assert {"2023-05", "2023-12", "2023-Q4"} <= set(form["period"]["enum"])
    assert "2023-Q1" not in form["period"]["enum"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_each_parameter_is_named_and_explained_in_chinese(deployment: dict) -> None:
    for schema in parameters(deployment["name"]).values():
        for text in (schema["title"], schema["description"]):
            assert any("一" <= letter <= "鿿" for letter in text)


@pytest.mark.parametrize("text", ["2023-13", "2023年9月", "2023-9", "2023-Q5"])
def test_a_period_written_wrongly_is_a_field_error(text: str) -> None:
    pattern = re.compile(parameters("collect")["period"]["pattern"])
    assert not pattern.search(text)
    assert all(pattern.search(good) for good in ("", "2023-09", "2023-Q3"))


def wakings(name: str, first: date, last: date) -> list[date]:
    """The days a deployment's crons wake it, a day for each time."""
    (schedules,) = [d["schedules"] for d in DEPLOYMENTS if d["name"] == name]
    days: list[date] = []
    for schedule in schedules:
        at = croniter(schedule["cron"], datetime.combine(first, datetime.min.time()))
        while (moment := at.get_next(datetime)).date() <= last:
            days.append(moment.date())
    return days


def test_the_crons_wake_collecting_whenever_the_calendar_may_ask_for_it(
    programme: Programme,
) -> None:
    for name, periods in (
        ("collect", reportable_periods(programme)),
        ("collect-quarter", quarters(programme)),
    ):
        for period in periods:
            opens, due = window_opens_on(programme, period), due_on(programme, period)
            after = cut_off_on(programme, period) + timedelta(days=1)
            days = wakings(name, opens, after)
            assert days.count(due) >= 4, (name, period)
            window = {opens + timedelta(days=n) for n in range((after - opens).days + 1)}
            assert window <= set(days), (name, period)
            assert all(is_open(programme, period, day) for day in window)


def test_the_quarter_is_aggregated_on_its_days(programme: Programme) -> None:
    days = wakings("aggregate-quarter", date(2023, 1, 1), date(2023, 12, 31))
    assert days == [due_on(programme, quarter) for quarter in quarters(programme)]
