"""After the machine was off: what was missed is put away in one go, and nobody hears of it."""

import contextlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.settings import get_current_settings

from flows.services.missed_runs import cancel_missed

HOURLY = "0 * * * *"


@flow(name="every-hour")
def every_hour() -> None:
    """Only to be scheduled."""


@flow(name="tells")
def tells(kind: str, run: str) -> None:
    """As the notices' flow."""


def deployed(client: SyncPrefectClient) -> tuple[UUID, UUID]:
    with contextlib.suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name="missed", type="process"))
    scheduled = every_hour.to_deployment("missed", cron=HOURLY, work_pool_name="missed").apply()
    return scheduled, tells.to_deployment("missed", work_pool_name="missed").apply()


def test_the_missed_are_cancelled_but_the_newest_and_no_notice_of_them_goes_out(home) -> None:
    now = datetime.now(UTC)
    with get_client(sync_client=True) as client:
        scheduled, telling = deployed(client)
        off_for = {"start_time": str(now - timedelta(days=3)), "end_time": str(now)}
        wanted = off_for | {"min_runs": 60, "max_runs": 60}
        client._client.post(f"/deployments/{scheduled}/schedule", json=wanted).raise_for_status()
        answer = client._client.post(f"/deployments/{scheduled}/schedule", json={"max_runs": 1})
        answer.raise_for_status()
        missed = runs_of(client, scheduled)
        assert len(missed) > 55
        newest = max(run["id"] for run in missed if due(run) < now)
        notices = [
            client.create_flow_run_from_deployment(
                telling, parameters={"kind": kind, "run": f"prefect.flow-run.{run}"}
            ).id
            for kind, run in (("运行迟到", newest), ("运行失败", newest), ("运行迟到", telling))
        ]

        count = cancel_missed(str(get_current_settings().api.url), "", datetime.now(UTC))

        after = {run["id"]: run["state_name"] for run in runs_of(client, scheduled)}
        told = [client.read_flow_run(run).state.name for run in notices]
        for deployment in (scheduled, telling):
            client.delete_deployment(deployment)
    assert count == sum(name == "错过" for name in after.values()) >= 55
    assert told == ["错过", "Scheduled", "Scheduled"]


def runs_of(client: SyncPrefectClient, deployment: UUID) -> list[dict]:
    body = {"flow_runs": {"deployment_id": {"any_": [str(deployment)]}}, "limit": 200}
    answer = client._client.post("/flow_runs/filter", json=body)
    return list(answer.json())


def due(run: dict) -> datetime:
    return datetime.fromisoformat(run["expected_start_time"])
