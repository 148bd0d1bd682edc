"""A process that has everything loaded and forks runs that may be killed: cheap, and as real.

It speaks JSON lines: an order comes in (home, units, at which moment to die …), what became of the
run goes out.
"""

import json
import os
import signal
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orchestrator_left_out  # noqa: F401  # before any flow
from forked_reader import fork_readers
from kill_points import Moments, die_at
from run_troubles import TROUBLES

from flows import office as composition
from flows.commands.rebuilding import rebuild
from flows.commands.verifying import verify
from flows.runs.asking import Asked, ask
from flows.steps.collecting_units import alone
from tasks.office import Office
from yuebao.rules.calendar import local_date

MOMENTS = Moments()
_MOST_SECONDS = 300  # a run that hangs is ended, and so seen
NOW = datetime(2023, 7, 20, 2, 0, tzinfo=UTC)  # June's cut-off has passed


def opened(order: dict[str, Any]) -> Office:
    """A fresh office on the order's home; the parts that know no home are those loaded once."""
    os.environ["YUEBAO_HOME"] = order["home"]
    os.environ["YUEBAO_WAREHOUSE_URL"] = order.get("url", "")
    if order.get("tz"):
        os.environ["TZ"] = order["tz"]
        time.tzset()
    composition.settings.cache_clear()
    office = composition.open_office(composition.settings(), composition.settings().warehouse)
    office.__dict__.update(LOADED)
    return office


def collected(order: dict[str, Any]) -> dict[str, Any]:
    """Collect as the flow does, with the clock as the order says."""
    office = opened(order)
    now = datetime.fromisoformat(order["now"]) if order.get("now") else NOW
    asked = ask(office, order["period"], order["units"])
    asked = replace(asked, now=now, today=local_date(office.programme, now))
    state = alone(office, asked, None)
    office.close()
    return {"name": state.name, "type": state.type.value, "message": state.message}


def made_ready(order: dict[str, Any]) -> dict[str, Any]:
    """Make the home's warehouse, which knows the programme and nothing else."""
    opened(order).warehouse.close()
    return {"opened": True}


def rebuilt(order: dict[str, Any]) -> dict[str, Any]:
    """Rebuild into a database beside the home's."""
    opened(order).close()
    into = f"sqlite:///{order['home']}/rebuilt.db"
    rebuild(composition.settings(), NOW, into=into, say=[].append)
    return {"rebuilt": into}


def verified(order: dict[str, Any]) -> dict[str, Any]:
    """What ``yuebao verify`` finds."""
    office = opened(order)
    found = verify(office, cells=True).faults
    office.close()
    return {"faults": [f"{place} {text}" for place, text in found]}


WORK = {"open": made_ready, "collect": collected, "verify": verified, "rebuild": rebuilt}


def run(order: dict[str, Any], out: int) -> None:
    """The forked process: do the work, say what came of it, and be gone."""
    os.setsid()
    signal.alarm(_MOST_SECONDS)
    moment = die_at(order.get("die_at", 0), order.get("die_before", ""))
    MOMENTS.watch(order["home"], moment)
    if order.get("fork_readers"):
        fork_readers()
    if order.get("trouble"):
        TROUBLES[order["trouble"]](order)
    try:
        said = WORK[order["work"]](order)
    except BaseException as error:
        said = {"broken": f"{type(error).__name__}: {error}"}
    os.write(out, json.dumps(said).encode())


def forked(order: dict[str, Any]) -> dict[str, Any]:
    """What became of one run in a process of its own."""
    MOMENTS.clear()
    source, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            run(order, out)
        finally:
            os._exit(0)
    os.close(out)
    _kill_meanwhile(pid, order)
    with os.fdopen(source) as words:
        said = words.read()
    _, status = os.waitpid(pid, 0)
    ended = json.loads(said) if said else {}
    killed = os.WIFSIGNALED(status)
    return ended | {"killed": killed, "moments": MOMENTS.count, "last": MOMENTS.last}


def _kill_meanwhile(pid: int, order: dict[str, Any]) -> None:
    """After so many seconds kill the run with all it started, or only what it started."""
    if "after" not in order:
        return
    time.sleep(order["after"])
    chosen = _children(pid) if order.get("only_readers") else [pid, *_children(pid)]
    for one in chosen:
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _children(pid: int) -> list[int]:
    try:
        listed = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for children in listed for child in children.split()]


def main() -> None:
    """Load everything once, then take orders until there are none."""
    composition.settings.cache_clear()
    office = composition.open_office(composition.settings(), composition.settings().warehouse)
    LOADED.update(programme=office.programme, targets=office.targets, judge=office.judge)
    sys.stdout.write(json.dumps({"ready": True}) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(forked(json.loads(line))) + "\n")
        sys.stdout.flush()


LOADED: dict[str, Any] = {}
Asked.from_now = lambda asked: asked  # the clock is the order's

if __name__ == "__main__":
    main()
