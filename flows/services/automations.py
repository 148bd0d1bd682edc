"""``python -m flows.services.automations``: what the server does by itself when something happens.

Thresholds count events, and registering an automation anew loses what it was counting, so one
that has not changed is left alone. An event is a hint: the ledger decides what is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import timedelta
from uuid import UUID

from prefect.automations import Automation
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound

from flows.services.lost_runs import INTERRUPTED

OURS = "月报："  # the names of all of ours begin so
HEARTBEAT_WITHIN = timedelta(seconds=70)  # runs beat every 30 seconds
_RUN = "prefect.flow-run.*"
_COLLECTING = ["collect-month", "collect-quarter", "load-unit", "reload", "backfill"]
_DEPLOYMENTS = {
    "notify": "notify/notify",
    "approve": "approve-month/approve-month",
    "decide": "decide-revision/decide-revision",
}
_NAME = "{{ event.resource['prefect.resource.name'] }}"
_RUN_FACTS = {
    "subject": _NAME,
    "occasion": "{{ event.id }}",
    "detail": "{{ event.resource['prefect.state-message'] }}",
    "run": "{{ event.resource['prefect.resource.id'] }}",
}


class NotDeployedError(RuntimeError):
    """A deployment the automations start is not there; the message names it."""


def register() -> tuple[str, ...]:
    """Bring the server's automations up to ours, by name; returns those created or changed.

    One that is as it should be is not touched; whether a person switched it off is left as it is.
    Of ours, those of an earlier version that are no longer wanted go.
    """
    with get_client(sync_client=True) as client:
        wanted = automations(_deployment_ids(client))
        _remove_others(client, {automation.name for automation in wanted})
    changed = [automation.name for automation in wanted if _brought_up(automation)]
    return tuple(changed)


def automations(deployments: Mapping[str, UUID]) -> tuple[Automation, ...]:
    """All of ours, with the deployments they start."""
    notify, approve = deployments["notify"], deployments["approve"]
    return (
        _failed(notify),
        _fault(notify),
        _crashed(notify),
        _late(notify),
        _interrupted(),
        _after_collecting(notify),
        _to_approve(approve),
        _to_decide(deployments["decide"]),
    )


def _failed(notify: UUID) -> Automation:
    return Automation(
        name="月报：运行失败即通知数据组",
        description="运行因系统原因失败（不是报表被退回）时通知；通知自身除外。",
        trigger=EventTrigger(
            expect={f"prefect.flow-run.{name}" for name in ("Failed", "TimedOut")},
            match=_spec({"prefect.resource.id": _RUN}),
            match_related=_spec(_flow("!notify")),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=_notify(notify, "运行失败", _RUN_FACTS),
    )


def _crashed(notify: UUID) -> Automation:
    """Its process was killed, or it fell silent with its worker."""
    return Automation(
        name="月报：运行中断即通知数据组",
        description="运行的进程被强行结束、断电或没有心跳时通知；可以直接重试。通知自身除外。",
        trigger=EventTrigger(
            expect={f"prefect.flow-run.{name}" for name in ("Crashed", INTERRUPTED)},
            match=_spec({"prefect.resource.id": _RUN}),
            match_related=_spec(_flow("!notify")),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=_notify(notify, INTERRUPTED, _RUN_FACTS),
    )


def _fault(notify: UUID) -> Automation:
    """One notice a run, however many units met the fault: the run's final state says so."""
    return Automation(
        name="月报：系统故障即通知数据组",
        description="收集中有单位遇到系统故障、或运行被标为系统故障时通知；一次运行一条。",
        trigger=EventTrigger(
            expect={_RUN},
            match=_spec({"prefect.resource.id": _RUN, "prefect.state-name": "*系统故障*"}),
            match_related=_spec(_flow("!notify")),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=_notify(notify, "系统故障", _RUN_FACTS),
    )


def _late(notify: UUID) -> Automation:
    return Automation(
        name="月报：运行迟迟不开始即通知数据组",
        description="定时运行到点没有开始时通知（工作进程停了或太忙）；通知自身除外。",
        trigger=EventTrigger(
            expect={"prefect.flow-run.Late"},
            match=_spec({"prefect.resource.id": _RUN}),
            match_related=_spec(_flow("!notify")),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=_notify(notify, "运行迟到", {**_RUN_FACTS, "occasion": _RUN_FACTS["run"]}),
    )


def _interrupted() -> Automation:
    """A run whose worker was killed with it stays Running for ever unless someone notices.

    Any event of the run shows it alive or ended: final states have names of their own.
    """
    return Automation(
        name="月报：没有心跳的运行标为中断",
        description="运行 70 秒没有心跳即标为“运行中断”，可以重试；已结束和暂停的不受影响。",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={_RUN},
            match=_spec({"prefect.resource.id": _RUN}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=HEARTBEAT_WITHIN,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                name=INTERRUPTED,
                message="没有心跳，多半是工作进程或机器停了。已入库的不受影响，可以直接重试。",
            )
        ],
    )


def _after_collecting(notify: UUID) -> Automation:
    """One routine notice run after each collecting run, however its final state is named."""
    return Automation(
        name="月报：收集结束后发通知",
        description="收集或重报结束后，通知被退回的单位（一单位一条，同一版本只通知一次）。",
        trigger=EventTrigger(
            expect={_RUN},
            match=_spec(
                {"prefect.resource.id": _RUN, "prefect.state-type": ["COMPLETED", "FAILED"]}
            ),
            match_related=_spec(_flow(*_COLLECTING)),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=_notify(notify, "例行", {}),
    )


def _to_approve(approve: UUID) -> Automation:
    return Automation(
        name="月报：汇总后送审",
        description="一期报齐或截止并汇总后，开一个等待审定的运行；已签发或已在待审的不重复。",
        trigger=EventTrigger(
            expect={
                f"yuebao.{kind}.{how}"
                for kind in ("month", "quarter")
                for how in ("complete", "cut-off")
            },
            match=_spec({"prefect.resource.id": "yuebao.period.*"}),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[_run(approve, {"period": "{{ event.resource['yuebao.period'] }}"})],
    )


def _to_decide(decide: UUID) -> Automation:
    return Automation(
        name="月报：改动待批准即请数据组决定",
        description="有单位的新版报表待批准时，开一个等待决定的运行；已在等待的不重复。",
        trigger=EventTrigger(
            expect={"yuebao.unit.held"},
            match=_spec({"prefect.resource.id": "yuebao.unit.*"}),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[
            _run(
                decide,
                {"period": "{{ event.resource['yuebao.period'] }}", "unit": _NAME},
            )
        ],
    )


def _notify(notify: UUID, kind: str, facts: Mapping[str, str]) -> list[ActionTypes]:
    return [_run(notify, {"kind": kind, **facts})]


def _run(deployment: UUID, parameters: Mapping[str, str]) -> RunDeployment:
    rendered = {
        name: {"__prefect_kind": "jinja", "template": text} if "{{" in text else text
        for name, text in parameters.items()
    }
    return RunDeployment(source="selected", deployment_id=deployment, parameters=rendered)


def _flow(*names: str) -> dict[str, str | list[str]]:
    return {"prefect.resource.role": "flow", "prefect.resource.name": list(names)}


def _spec(labels: Mapping[str, str | list[str]]) -> ResourceSpecification:
    return ResourceSpecification.model_validate(labels)


def _deployment_ids(client: SyncPrefectClient) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for key, name in _DEPLOYMENTS.items():
        try:
            found[key] = client.read_deployment_by_name(name).id
        except ObjectNotFound as error:
            raise NotDeployedError(f"the deployment {name} is not on the server") from error
    return found


def _brought_up(wanted: Automation) -> bool:
    """Whether the automation had to be created or changed; more of one name are put away."""
    with get_client(sync_client=True) as client:
        found = client.read_automations_by_name(wanted.name)
        for extra in found[1:]:
            client.delete_automation(extra.id)
    if not found:
        wanted.create()
        return True
    if _said(found[0]) == _said(wanted):
        return False
    kept = wanted.model_copy(update={"id": found[0].id, "enabled": found[0].enabled})
    kept.update()
    return True


def _remove_others(client: SyncPrefectClient, wanted: Set[str]) -> None:
    for found in client.read_automations():
        if found.name.startswith(OURS) and found.name not in wanted:
            client.delete_automation(found.id)


def _said(automation: AutomationCore) -> Mapping[str, object]:
    """What it says, without its id and whether it is switched on."""
    said = ("name", "description", "trigger", "actions")
    plain = automation.model_dump(mode="json", include=set(said))
    return {name: _ordered(value) for name, value in plain.items()}


def _ordered(value: object) -> object:
    """The value with its lists in one order: sets come in any."""
    if isinstance(value, Mapping):
        return {key: _ordered(inner) for key, inner in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return sorted((_ordered(inner) for inner in value), key=repr)
    return value


if __name__ == "__main__":
    register()
