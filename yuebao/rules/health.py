"""How the whole stands: a few facts, each judged in a sentence; nothing here looks anything up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from yuebao.results import ObligationState, ObligationStatus

DAY = timedelta(hours=26)  # a daily run that came a little late has still come
VERIFY_EVERY = timedelta(days=35)
SILENT = timedelta(minutes=5)  # a worker tells of itself every half minute
_LEAST_BYTES, _FEW_BYTES = 1 << 30, 5 << 30
_LEAST_SHARE, _FEW_SHARE = 0.03, 0.10


class Level(StrEnum):
    """How something stands, in the words people read."""

    GOOD = "正常"
    CARE = "注意"
    BAD = "异常"


@dataclass(frozen=True, slots=True)
class Check:
    """One fact judged: what was looked at, how it stands, in a sentence."""

    id: str
    title: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Health:
    """All facts of one moment."""

    looked_at: datetime
    checks: tuple[Check, ...]

    @property
    def is_bad(self) -> bool:
        return any(check.level is Level.BAD for check in self.checks)

    @property
    def words(self) -> str:
        """正常, or what is not: 异常：磁盘空间；注意：档案核对."""
        parts = []
        for level in (Level.BAD, Level.CARE):
            titles = [check.title for check in self.checks if check.level is level]
            if titles:
                parts.append(f"{level}：{'、'.join(titles)}")
        return "；".join(parts) or str(Level.GOOD)


@dataclass(frozen=True, slots=True)
class Deed:
    """The last time something was done, how it went, and the last time it went well."""

    done_at: datetime
    ok: bool
    words: str
    succeeded_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file in the inbox that no run has taken yet."""

    unit: str
    period: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What the Prefect server says; nothing but ``expected`` where it does not answer.

    ``scheduled`` is how many deployments have a schedule, ``unscheduled`` which of them no next run
    is laid down for. ``failed`` are the names of runs of the last day that failed through a fault
    of the system.
    """

    expected: bool
    answers: bool = False
    workers: tuple[tuple[str, datetime | None], ...] = ()
    late: int = 0
    scheduled: int = 0
    unscheduled: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def collecting_check(last: Deed | None, now: datetime, *, is_open: bool) -> Check:
    """When collecting last went through; in the reporting window it must do so every day."""
    if last is None or last.succeeded_at is None:
        level = Level.BAD if last is not None else Level.CARE
        return Check("collect", "收集", level, "还没有成功收集过。")
    text = f"上次成功收集在 {ago(last.succeeded_at, now)}（{last.words}）。"
    if not last.ok:
        return Check("collect", "收集", Level.BAD, f"最近一次收集出了故障。{text}")
    if is_open and now - last.succeeded_at > DAY:
        return Check("collect", "收集", Level.BAD, f"正在报送期内，已超过一天没有收集。{text}")
    return Check("collect", "收集", Level.GOOD, text)


def waiting_check(files: Sequence[WaitingFile], now: datetime, fault: str = "") -> Check:
    """Files in the inbox nobody has taken; a day is too long."""
    if fault:
        return Check("inbox", "待收文件", Level.BAD, f"看不到收件箱：{fault}。")
    if not files:
        return Check("inbox", "待收文件", Level.GOOD, "收件箱里没有等待收集的文件。")
    oldest = min(file.since for file in files)
    units = "、".join(dict.fromkeys(file.unit for file in files[:5]))
    text = f"{len(files)} 个文件等待收集（{units}），最早的在 {ago(oldest, now)}放入。"
    level = Level.BAD if now - oldest > DAY else Level.GOOD
    return Check("inbox", "待收文件", level, text)


def obligations_check(period: str, statuses: Sequence[ObligationStatus]) -> Check:
    """What is still to come for the period being reported; a matter for chasing, not of health."""
    states = [status.state for status in statuses]
    pending, missing, returned = (
        states.count(state)
        for state in (ObligationState.PENDING, ObligationState.MISSING, ObligationState.RETURNED)
    )
    text = f"{period} 待报 {pending} 张，逾期未报 {missing} 张，退回待改 {returned} 张。"
    return Check("obligations", "待办", Level.CARE if missing else Level.GOOD, text)


def unreachable_check(said: str) -> Check:
    """The warehouse cannot be used; its own first sentence says why."""
    return Check("warehouse", "仓库", Level.BAD, said.partition("\n")[0])


def disk_check(free: int, total: int) -> Check:
    """Room left where the archive and the warehouse lie."""
    share = free / total if total else 0.0
    text = f"剩余 {free / (1 << 30):.1f} GB（{share:.0%}）。"
    if free < _LEAST_BYTES or share < _LEAST_SHARE:
        return Check("disk", "磁盘空间", Level.BAD, f"{text}请马上清理，否则会收不了文件。")
    if free < _FEW_BYTES or share < _FEW_SHARE:
        return Check("disk", "磁盘空间", Level.CARE, f"{text}请安排清理。")
    return Check("disk", "磁盘空间", Level.GOOD, text)


def archive_check(last: Deed | None, now: datetime) -> Check:
    """When the archive was last verified, and what came of it."""
    if last is None:
        return Check("archive", "档案核对", Level.CARE, "还没有核对过，请运行 yuebao verify。")
    text = f"上次核对在 {ago(last.done_at, now)}：{last.words}。"
    if not last.ok:
        return Check("archive", "档案核对", Level.BAD, f"{text}请运行 yuebao verify 查看是哪里。")
    if now - last.done_at > VERIFY_EVERY:
        return Check("archive", "档案核对", Level.CARE, f"{text}已超过一个月，请再核对一次。")
    return Check("archive", "档案核对", Level.GOOD, text)


def server_checks(facts: ServerFacts, now: datetime) -> tuple[Check, ...]:
    """The server, its schedules, its workers, and the runs that failed within a day."""
    if not facts.answers:
        level = Level.BAD if facts.expected else Level.CARE
        text = "Prefect 服务没有应答" if facts.expected else "没有运行 yuebao up"
        return (Check("server", "服务", level, f"{text}，定时的收集和通知都不会进行。"),)
    server = Check("server", "服务", Level.GOOD, "Prefect 服务应答正常。")
    return server, _scheduler_check(facts), _worker_check(facts, now), _runs_check(facts)


def _scheduler_check(facts: ServerFacts) -> Check:
    if facts.late:
        text = f"{facts.late} 个定时运行到点没有开始（工作进程停了或太忙）。"
        return Check("scheduler", "定时", Level.BAD, text)
    if not facts.scheduled:
        return Check("scheduler", "定时", Level.BAD, "没有定时的部署，定时的收集和通知都不会进行。")
    if facts.unscheduled:
        text = f"{'、'.join(facts.unscheduled)} 没有排定下一次运行，调度停了。"
        return Check("scheduler", "定时", Level.BAD, text)
    return Check("scheduler", "定时", Level.GOOD, "定时运行已排定，没有迟到的。")


def _worker_check(facts: ServerFacts, now: datetime) -> Check:
    alive = [name for name, heard in facts.workers if heard and now - heard <= SILENT]
    if alive:
        text = f"在线 {len(alive)} 个：{'、'.join(alive)}。"
        return Check("worker", "工作进程", Level.GOOD, text)
    heard = [moment for _, moment in facts.workers if moment]
    last = f"，最后一次心跳在 {ago(max(heard), now)}" if heard else ""
    return Check("worker", "工作进程", Level.BAD, f"没有在线的工作进程{last}。")


def _runs_check(facts: ServerFacts) -> Check:
    if not facts.failed:
        return Check("runs", "运行", Level.GOOD, "一天内没有因故障失败的运行。")
    names = "、".join(dict.fromkeys(facts.failed[:5]))
    text = f"一天内有 {len(facts.failed)} 个运行因故障失败：{names}。"
    return Check("runs", "运行", Level.BAD, text)


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, as people say it: 5 分钟前, 3 小时前, 2 天前."""
    seconds = max((now - moment).total_seconds(), 0)
    if seconds < 3600:
        return f"{int(seconds // 60)} 分钟前"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} 小时前"
    return f"{int(seconds // 86400)} 天前"
