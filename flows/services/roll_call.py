"""Which workers are missed: told from their signs of life alone, without a worker's help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SILENT_AFTER = timedelta(seconds=60)  # a worker gives a sign of life every 30 seconds
_ROUNDS = 3  # that long in a row: a machine that slept is given time to wake up
_NOBODY_AFTER = timedelta(minutes=5)  # for the first worker to come


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the data team is to be told; of one kind and occasion it is told once."""

    kind: str
    subject: str
    occasion: str
    detail: str


@dataclass
class RollCall:
    """The workers heard of since ``begun_at``, and for how many rounds each has been silent."""

    begun_at: datetime
    last: dict[str, datetime] = field(default_factory=dict)
    silent: dict[str, int] = field(default_factory=dict)

    def troubles(self, heard: Mapping[str, datetime], now: datetime) -> tuple[Trouble, ...]:
        """Who is missed by now. ``heard`` says when each worker last gave a sign of life.

        Only workers that answered before are missed; that none ever came is told as well.
        """
        answering = {name: at for name, at in heard.items() if now - at <= SILENT_AFTER}
        self.last |= answering
        self.silent = {
            name: self.silent.get(name, 0) + 1 for name in self.last if name not in answering
        }
        gone = [name for name, rounds in self.silent.items() if rounds >= _ROUNDS]
        if not answering and len(gone) == len(self.last):
            return self._nobody(now)
        return tuple(_one_gone(name, self.last[name]) for name in gone)

    def _nobody(self, now: datetime) -> tuple[Trouble, ...]:
        if not self.last and now - self.begun_at <= _NOBODY_AFTER:
            return ()
        since = max(self.last.values(), default=self.begun_at)
        return (
            Trouble(
                "没有工作进程",
                "、".join(self.last),
                since.isoformat(timespec="seconds"),
                f"自 {_clock(since)} 起没有工作进程应答，到点的收集和催报都不会开始。"
                "请到运行它的机器上看看，再启动 yuebao up 或 yuebao worker；没做完的运行可以重试。",
            ),
        )


def _one_gone(name: str, last: datetime) -> Trouble:
    return Trouble(
        "工作进程停了",
        name,
        last.isoformat(timespec="seconds"),
        f"自 {_clock(last)} 起没有应答，其他工作进程照常工作。"
        "若不是有意停的，请到那台机器上看看，再启动 yuebao worker。",
    )


def _clock(at: datetime) -> str:
    return at.astimezone().strftime("%m-%d %H:%M")
