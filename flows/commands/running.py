"""Run a flow from the command line: against the server that is up, or a private one.

The flows are imported only once the server's address stands in the environment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from flows.office import office, settings
from flows.printing import console, errors
from flows.runs.asking import AskedError, ask
from flows.runs.taking_turns import BUSY
from flows.services.server import prefect_api
from tasks.corrections import WAITING

_RECORD_SECONDS = 30.0


def run_collect(period: str, units: tuple[str, ...]) -> tuple[str, str]:
    """The collecting flow's final state: its name and its message."""
    ask(office(), period, units)

    def run() -> Any:
        from flows.collect_month import collect_month

        return collect_month(period, units, return_state=True)

    return _words(_against_server(f"收集 {period}", run))


def run_load_unit(unit: str, period: str, form: str, reason: str = "") -> tuple[str, str]:
    """The one-unit flow's final state: its name and its message."""
    ask(office(), period, (unit,), form=form)

    def run() -> Any:
        from flows.load_unit import load_unit

        return load_unit(unit, period, form, reason, return_state=True)

    return _words(_against_server(f"重报 {unit} {period}", run))


@dataclass(frozen=True)
class Reload:
    """What ``yuebao reload`` was asked for, in the words of the flow."""

    period: str
    mode: str
    units: tuple[str, ...]
    form: str
    dry_run: bool
    reason: str


def run_reload(asked: Reload) -> tuple[str, str]:
    """The reloading flow's final state: its name and its message."""
    ask(office(), asked.period, asked.units, form=asked.form)

    def run() -> Any:
        from flows.reload import reload

        return reload(**asdict(asked), return_state=True)

    return _words(_against_server(f"重报 {asked.period}", run))


@dataclass(frozen=True)
class Answered:
    """What ``yuebao decide`` was told, in the words of the flow."""

    period: str
    unit: str
    form: str
    decision: str
    remark: str
    by: str


def run_decide(said: Answered) -> tuple[str, str]:
    """The deciding flow's final state: its name and its message."""
    ask(office(), said.period, (said.unit,), form=said.form)

    def run() -> Any:
        from flows.decide_revision import decide_revision

        return decide_revision(**asdict(said), reason="见备注", return_state=True)

    return _words(_against_server(f"决定 {said.unit} {said.period} 的改动", run))


def run_backfill(first: str, last: str) -> tuple[str, str]:
    """The backfilling flow's final state: its name and its message."""
    for period in (first, last):
        ask(office(), period)

    def run() -> Any:
        from flows.backfill import backfill

        return backfill(first, last, return_state=True)

    return _words(_against_server(f"补收 {first} 至 {last}", run))


def run_aggregate(period: str) -> tuple[str, ...]:
    """The periods aggregated; AskedError where something else must be done first."""
    ask(office(), period)

    def run() -> Any:
        from flows.aggregate_month import aggregate_month
        from flows.aggregate_quarter import aggregate_quarter

        aggregating = aggregate_quarter if "Q" in period else aggregate_month
        return aggregating(period, return_state=True)

    state = _against_server(f"汇总 {period}", run)
    if state.name in (WAITING, BUSY):
        raise AskedError(str(state.message))
    done: tuple[str, ...] = state.result()
    return done


def run_remind(period: str) -> tuple[str, str]:
    """The reminding flow's final state: its name and its message."""

    def run() -> Any:
        from flows.remind import remind

        return remind(period, return_state=True)

    return _words(_against_server(f"催报 {period}", run))


def _against_server(what: str, run: Callable[[], Any]) -> Any:
    with console.status("正在连接 Prefect 服务…") as shown, prefect_api(settings()):
        from flows.runs.records import flush_logs, wait_until_recorded

        shown.update(f"正在{what}…")
        outcome = run()
        shown.update("正在写完运行记录…")
        lacking = wait_until_recorded(seconds=_RECORD_SECONDS)
        flush_logs()
    if lacking:
        errors.print(f"有 {lacking} 条运行记录没有写进 Prefect，数据不受影响。", style="yellow")
    return outcome


def _words(state: Any) -> tuple[str, str]:
    return str(state.name), str(state.message or "")
